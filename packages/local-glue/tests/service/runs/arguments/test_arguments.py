"""A run's arguments: default < run < non-overridable, all in sys.argv."""

from __future__ import annotations

from glue_service.service import GlueService

from local_glue.runs.arguments.arguments import to_argv

SHOW_ARGV = "import json, sys; print(json.dumps(sys.argv[1:]))"


def pairs(argv: list[str]) -> dict[str, str]:
    return dict(zip(argv[::2], argv[1::2], strict=True))


def test_the_more_specific_value_wins(service: GlueService) -> None:
    job = service.job(
        SHOW_ARGV,
        DefaultArguments={"--c": "default", "--b": "default", "--a": "default"},
        NonOverridableArguments={"--c": "fixed"},
    )
    run = service.finish(job, Arguments={"--b": "run", "--c": "run"})
    assert pairs(service.printed_json(run)) == {"--a": "default", "--b": "run", "--c": "fixed"}
    assert run["Arguments"] == {"--b": "run", "--c": "run"}


def test_the_order_differs_from_run_to_run_and_is_that_of_a_run_for_good() -> None:
    arguments = {f"--{letter}": letter for letter in "abcdef"}
    orders = set()
    for number in range(20):
        run = {"Id": f"jr_{number}", "JobName": "j", "Definition": {"Command": {"Name": "pythonshell"}}}
        argv = to_argv(run, arguments)
        assert pairs(argv) == arguments
        assert to_argv(run, arguments) == argv
        orders.add(tuple(argv))
    assert len(orders) > 10


def test_an_argument_that_abbreviates_another_is_named_in_the_log(service: GlueService) -> None:
    given = {"--metadata": "short", "--metadata_location": "long", "--other": "x"}
    run = service.finish(service.job(SHOW_ARGV), Arguments=given)
    assert [line for line in service.lines(run, "error") if "WARN" in line] == [
        "local Glue: WARN: --metadata is the beginning of --metadata_location: a script that asks "
        "getResolvedOptions for metadata_location alone gets the value of the one that comes last, and no "
        "order is certain. Rename one."
    ]


def test_values_reach_the_script_as_they_are(service: GlueService) -> None:
    odd = {"--a": "", "--b": "two words", "--c": 'quote " \\ $HOME', "--d": "käse ☂", "--e": "line\nbreak"}
    run = service.finish(service.job(SHOW_ARGV), Arguments=odd)
    assert pairs(service.printed_json(run)) == odd


def test_get_resolved_options_reads_them(service: GlueService) -> None:
    job = service.job(
        "import json, sys\nfrom awsglue.utils import getResolvedOptions\n"
        "found = getResolvedOptions(sys.argv, ['bucket', 'batch_id'])\n"
        "print(json.dumps([found['bucket'], found['batch_id'], found['TempDir']]))",
        DefaultArguments={"--bucket": "b", "--TempDir": "s3://t/"},
    )
    run = service.finish(job, Arguments={"--batch_id": "7"})
    assert service.printed_json(run) == ["b", "7", "s3://t/"]


def test_a_python_shell_job_is_not_told_its_name_as_on_aws(service: GlueService) -> None:
    job = service.job(
        "import sys\nfrom awsglue.utils import getResolvedOptions\ngetResolvedOptions(sys.argv, ['JOB_NAME'])"
    )
    run = service.finish(job)
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].endswith("the following arguments are required: --JOB_NAME")


def test_secret_values_are_masked_in_logs_and_error_message(service: GlueService) -> None:
    job = service.job(
        "import sys\nprint('my', sys.argv)\nprint('it is hunter2', file=sys.stderr)\n"
        "print('token:', sys.argv[sys.argv.index('--api_token') + 1])\n"
        "raise ValueError('wrong: hunter2')",
        DefaultArguments={
            "--db_password": "hunter2",
            "--user": "ann-of-hunters",
            "--api_token": "first line\nsecond line",
        },
    )
    run = service.finish(job)
    shown = "\n".join(service.lines(run) + service.lines(run, "error"))
    assert "hunter2" not in shown
    assert service.lines(run)[-2:] == ["token: *****", "*****"]
    assert "it is *****" in shown
    assert "ann-of-hunters" in shown
    assert run["ErrorMessage"] == "ValueError: wrong: *****"
