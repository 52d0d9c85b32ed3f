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


def test_what_loses_data_is_named_unless_a_policy_keeps_it() -> None:
    found = lines(TABLE)
    assert found[found.index("DATA WOULD BE LOST") + 1] == "  Days (AWS::DynamoDB::Table) days"
    assert "DATA WOULD BE LOST" not in lines(TABLE.model_copy(update={"is_kept": True}))
