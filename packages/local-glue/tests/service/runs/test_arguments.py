"""A run's arguments: default < run < non-overridable, all in sys.argv."""

from __future__ import annotations

from glue_service.support import Stage

SHOW_ARGV = "import json, sys; print(json.dumps(sys.argv[1:]))"


def test_the_more_specific_value_wins_and_the_order_is_stable(stage: Stage) -> None:
    job = stage.job(
        SHOW_ARGV,
        DefaultArguments={"--c": "default", "--b": "default", "--a": "default"},
        NonOverridableArguments={"--c": "fixed"},
    )
    run = stage.finish(job, Arguments={"--b": "run", "--c": "run"})
    assert stage.printed_json(run) == ["--a", "default", "--b", "run", "--c", "fixed"]
    assert run["Arguments"] == {"--b": "run", "--c": "run"}


def test_values_reach_the_script_as_they_are(stage: Stage) -> None:
    odd = {"--a": "", "--b": "two words", "--c": 'quote " \\ $HOME', "--d": "käse ☂", "--e": "line\nbreak"}
    run = stage.finish(stage.job(SHOW_ARGV), Arguments=odd)
    assert stage.printed_json(run) == [part for pair in odd.items() for part in pair]


def test_get_resolved_options_reads_them(stage: Stage) -> None:
    job = stage.job(
        "import json, sys\nfrom awsglue.utils import getResolvedOptions\n"
        "found = getResolvedOptions(sys.argv, ['bucket', 'batch_id'])\n"
        "print(json.dumps([found['bucket'], found['batch_id'], found['TempDir']]))",
        DefaultArguments={"--bucket": "b", "--TempDir": "s3://t/"},
    )
    run = stage.finish(job, Arguments={"--batch_id": "7"})
    assert stage.printed_json(run) == ["b", "7", "s3://t/"]


def test_a_python_shell_job_is_not_told_its_name_as_on_aws(stage: Stage) -> None:
    job = stage.job(
        "import sys\nfrom awsglue.utils import getResolvedOptions\ngetResolvedOptions(sys.argv, ['JOB_NAME'])"
    )
    run = stage.finish(job)
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].endswith("the following arguments are required: --JOB_NAME")


def test_secret_values_are_masked_in_logs_and_error_message(stage: Stage) -> None:
    job = stage.job(
        "import sys\nprint('my', sys.argv)\nprint('it is hunter2', file=sys.stderr)\n"
        "print('token:', sys.argv[sys.argv.index('--api_token') + 1])\n"
        "raise ValueError('wrong: hunter2')",
        DefaultArguments={
            "--db_password": "hunter2",
            "--user": "ann-of-hunters",
            "--api_token": "first line\nsecond line",
        },
    )
    run = stage.finish(job)
    shown = "\n".join(stage.lines(run) + stage.lines(run, "error"))
    assert "hunter2" not in shown
    assert stage.lines(run)[-2:] == ["token: *****", "*****"]
    assert "it is *****" in shown
    assert "ann-of-hunters" in shown
    assert run["ErrorMessage"] == "ValueError: wrong: *****"
