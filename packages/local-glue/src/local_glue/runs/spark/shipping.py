"""What a run's executors on a cluster are sent by its driver: the modules and files that it has itself."""

import shutil
from pathlib import Path

from local_glue.runs.files import RunFolder
from local_glue.settings import Settings

_UNPACKED = "additional_python_modules"


def shipped_properties(
    settings: Settings, modules: list[str], files: list[Path], folder: RunFolder
) -> dict[str, str]:
    """Return Spark's settings that copy a job's modules and files to each executor."""
    shipped = folder.make("shipped")
    return {**_files(modules, files, shipped), **_installed(settings, shipped)}


def _files(modules: list[str], files: list[Path], shipped: Path) -> dict[str, str]:
    """`--extra-py-files` and `--extra-files`."""
    sent: list[str] = []
    for module in map(Path, modules):
        if module.is_dir():  # the folder of single .py files
            sent += map(str, module.glob("*.py"))
        else:  # Spark puts zips on the path, and a wheel is one by another name
            sent.append(str(shutil.copy(module, shipped / f"{module.stem}.zip")))
    if not sent and not files:
        return {}
    return {"spark.submit.pyFiles": ",".join(sent), "spark.files": ",".join([*sent, *map(str, files)])}


def _installed(settings: Settings, shipped: Path) -> dict[str, str]:
    """`--additional-python-modules`: their environment is on the driver's machine only."""
    environment = settings.job_python.parents[1]
    if environment.parent != settings.modules_dir:
        return {}
    packages = next(environment.glob("lib/python3*/site-packages"))
    archive = shutil.make_archive(str(shipped / _UNPACKED), "zip", packages)
    return {
        "spark.archives": f"{archive}#{_UNPACKED}",
        "spark.executorEnv.PYTHONPATH": f"./{_UNPACKED}",
    }
