"""A `.gluewheels.zip`: wheels with all they depend on, which pip takes for its index.

Source: "Creating a Zip of Wheels Artifact" in the Glue developer guide.
"""

import shutil
import zipfile
from pathlib import Path

from local_glue.runs.files import LaunchError

SUFFIX = ".gluewheels.zip"
_REQUIREMENTS = "requirements.txt"


def installer_arguments(archive: Path) -> list[str]:
    """Unpack it and return what makes pip install its requirements.txt; without one, all of its wheels."""
    folder = archive.with_suffix(".d")
    folder.mkdir(exist_ok=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            for member in packed.infolist():
                name = Path(member.filename).name  # they lie in a folder `wheels`, or in none
                if name.endswith(".whl") or name == _REQUIREMENTS:
                    with packed.open(member) as source, (folder / name).open("wb") as target:
                        shutil.copyfileobj(source, target)
    except zipfile.BadZipFile as error:
        raise LaunchError(f"LAUNCH ERROR | {archive.name} is no zip of wheels: {error}.") from error
    wheels = sorted(map(str, folder.glob("*.whl")))
    if not wheels:
        raise LaunchError(
            f"LAUNCH ERROR | {archive.name} holds no wheel: zip a folder `wheels` of .whl files."
        )
    requirements = folder / _REQUIREMENTS
    wanted = ["-r", str(requirements)] if requirements.exists() else wheels
    return ["--find-links", str(folder), *wanted]
