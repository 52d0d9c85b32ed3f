"""A run's arguments: default < run < non-overridable, all in sys.argv."""

from __future__ import annotations

from glue_service.service import GlueService

SHOW_ARGV = "import json, sys; print(json.dumps(sys.argv[1:]))"


def test_the_more_specific_value_wins_and_the_order_is_stable(service: GlueService) -> None:
    job = service.job(
        SHOW_ARGV,
        DefaultArguments={"--c": "default", "--b": "default", "--a": "default"},
        NonOverridableArguments={"--c": "fixed"},
    )
    run = service.finish(job, Arguments={"--b": "run", "--c": "run"})
    assert service.printed_json(run) == ["--a", "default", "--b", "run", "--c", "fixed"]
    assert run["Arguments"] == {"--b": "run", "--c": "run"}


def test_values_reach_the_script_as_they_are(service: GlueService) -> None:
    odd = {"--a": "", "--b": "two words", "--c": 'quote " \\ $HOME', "--d": "käse ☂", "--e": "line\nbreak"}
    run = service.finish(service.job(SHOW_ARGV), Arguments=odd)
    assert service.printed_json(run) == [part for pair in odd.items() for part in pair]


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
