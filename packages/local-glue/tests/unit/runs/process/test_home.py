"""A script's home is its run's own folder, whichever way the script asks for it."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path

from local_glue.runs.process.process import _RUN_SCRIPT

SCRIPT = """
import json, os, pwd
me = pwd.getpwuid(os.getuid())
every = pwd.getpwall()
homes = [me.pw_dir, pwd.getpwnam(me.pw_name).pw_dir]
homes += map(os.path.expanduser, ("~", "~" + me.pw_name))
homes += [one.pw_dir for one in every if one.pw_uid == me.pw_uid]
read, write = os.pipe()
if not os.fork():
    os.write(write, pwd.getpwuid(os.getuid()).pw_dir.encode())
    os._exit(0)
print(json.dumps({
    "homes": [*homes, os.read(read, 4096).decode()],
    "me": me,
    "others": [one for one in every if one.pw_uid != me.pw_uid],
}))
"""


def test_the_password_file_leads_to_the_home_folder_of_the_run(tmp_path: Path) -> None:
    arguments, script = tmp_path / "arguments", tmp_path / "script.py"
    arguments.write_text("[]")
    script.write_text(SCRIPT)
    home = str(tmp_path / "home")
    command = [sys.executable, str(_RUN_SCRIPT), str(tmp_path / "error"), str(tmp_path / "refused")]
    done = subprocess.run(
        [*command, str(arguments), str(script)],
        env={"HOME": home},
        check=True,
        capture_output=True,
        text=True,
    )
    printed = json.loads(done.stdout)
    me = pwd.getpwuid(os.getuid())
    assert set(printed["homes"]) == {home}
    assert printed["me"] == [*me[:5], home, *me[6:]]
    assert printed["others"] == [list(one) for one in pwd.getpwall() if one.pw_uid != me.pw_uid]
