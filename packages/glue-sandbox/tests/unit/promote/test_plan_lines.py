"""A plan as people read it: what changes the costs of a month, and what loses data, has its own heading."""

from __future__ import annotations

from glue_sandbox.promote.changes import ResourceChange, StackChange
from glue_sandbox.promote.plan import Plan
from glue_sandbox.promote.view import plan_lines

JOB = ResourceChange(
    action="Modify", logical_id="Etl", type="AWS::Glue::Job", properties=("Description", "NumberOfWorkers")
)
TABLE = ResourceChange(action="Remove", logical_id="Days", type="AWS::DynamoDB::Table", physical_id="days")


def lines(*changes: ResourceChange) -> list[str]:
    stack = StackChange(template="jobs", stack="dev-jobs", is_new=False, resources=changes)
    fixed = {"id": "p", "environment": "dev", "account_id": "111122223333", "region": "eu-west-1"}
    plan = Plan.model_validate({**fixed, "created_at": "", "digest": "d", "stacks": (stack,)})
    return [*plan_lines(plan)]


def test_what_changes_the_costs_is_named_by_its_properties() -> None:
    found = lines(JOB)
    assert found[found.index("Changes what a month costs") + 1] == "  Etl: NumberOfWorkers"
    same = JOB.model_copy(update={"properties": ("Description",)})
    assert "Changes what a month costs" not in lines(same)


def test_the_last_line_counts_what_would_change() -> None:
    new = JOB.model_copy(update={"action": "Add"})
    replaced = TABLE.model_copy(update={"action": "Modify", "is_replaced": True, "is_kept": True})
    files = "0 files of code, 0 of the DAG folder"
    all_kinds = "2 to make, 1 to change, 1 to replace, 1 to delete"
    found = lines(JOB, new, new, replaced, TABLE)[-1]
    assert found == f"In all: resources: {all_kinds}; {files}; data of 1 resource is lost"
    assert lines(JOB)[-1] == f"In all: resources: 1 to change; {files}; no data is lost"
    assert "In all" not in "".join(lines())


def test_what_loses_data_is_named_unless_a_policy_keeps_it() -> None:
    found = lines(TABLE)
    assert found[found.index("DATA WOULD BE LOST") + 1] == "  Days (AWS::DynamoDB::Table) days"
    assert "DATA WOULD BE LOST" not in lines(TABLE.model_copy(update={"is_kept": True}))
