"""Runs a job's script as Python would, and notes what its run is to say about it.

    python run_script.py ERROR REFUSED ARGUMENTS script.py

Started by path in the jobs' Python, needs only Python. The file ERROR gets the exception that ended the
script, whole; REFUSED what the script asked of `awsglue` that is not here, even if the script caught that.
ARGUMENTS holds a JSON array of the script's arguments, which is read once and deleted.
"""

import builtins
import json
import os
import pwd
import sys
import traceback
from pathlib import Path
from types import ModuleType

_REFUSING = "local_glue.dynamicframe.refusals"


def main() -> None:
    """Become the script: its arguments, its folder on the path, its `__main__`."""
    error, refused, arguments, script = sys.argv[1:]
    _replace_home(os.environ["HOME"])
    sys.argv[:] = [script, *_read_once(Path(arguments))]
    sys.path[0] = str(Path(script).parent)
    scripts = ModuleType("__main__")
    scripts.__dict__.update(__file__=script, __builtins__=builtins)
    sys.modules["__main__"] = scripts

    try:
        exec(compile(Path(script).read_bytes(), script, "exec", dont_inherit=True), scripts.__dict__)  # noqa: S102
    except SystemExit as end:
        if not isinstance(end.code, (int, type(None))):
            _write(error, f"SystemExit: {end.code}")
        raise
    except BaseException as caught:  # noqa: BLE001 - reported as Python itself would
        _write(error, _text_of(caught))
        # Without this file's own frame; the hook prints what the exception has, not its third argument.
        caught.__traceback__ = caught.__traceback__ and caught.__traceback__.tb_next
        sys.excepthook(type(caught), caught, caught.__traceback__)
        sys.exit(1)
    finally:
        reasons = getattr(sys.modules.get(_REFUSING), "refused", [])
        if reasons:
            _write(refused, reasons[0])


def _replace_home(home: str) -> None:
    """Let the password file lead to the run's own folder, too: `~user` and `pwd` find no ~/.aws of the user.

    In this process and those that it forks; another program reads the file itself.
    """

    def replaced(entry: pwd.struct_passwd) -> pwd.struct_passwd:
        if entry.pw_uid != os.getuid():
            return entry
        return pwd.struct_passwd((*entry[:5], home, *entry[6:]))

    by_uid, by_name, every = pwd.getpwuid, pwd.getpwnam, pwd.getpwall
    pwd.getpwuid = lambda uid: replaced(by_uid(uid))
    pwd.getpwnam = lambda name: replaced(by_name(name))
    pwd.getpwall = lambda: [replaced(entry) for entry in every()]


def _read_once(path: Path) -> "list[str]":
    arguments: list[str] = json.loads(path.read_text("utf-8"))
    path.unlink()
    return arguments


def _text_of(error: BaseException) -> str:
    lines = traceback.format_exception_only(type(error), error)
    # Of a syntax error, the lines before the last one show the place.
    return "".join(lines[-1:] if isinstance(error, SyntaxError) else lines).rstrip()


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, "utf-8", "backslashreplace")


if __name__ == "__main__":
    main()
