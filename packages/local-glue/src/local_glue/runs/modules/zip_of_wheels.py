"""A `.gluewheels.zip`: wheels with all they depend on, which pip takes for its index.

Source: "Creating a Zip of Wheels Artifact" in the Glue developer guide.
"""

import shutil
import zipfile
import zlib
from pathlib import Path

from local_glue.runs.files import LaunchError

SUFFIX = ".gluewheels.zip"
_REQUIREMENTS = "requirements.txt"
# By the archive's own list of contents: of a member, no more is unpacked than stands there.
_MOST_FILES, _MOST_BYTES = 1000, 4 * 1024**3
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError)


def installer_arguments(archive: Path) -> list[str]:
    """Unpack it and return what makes pip install its requirements.txt; without one, all of its wheels.

    Raises:
        LaunchError: it is no zip of wheels.
    """
    folder = archive.with_suffix(".d")
    folder.mkdir(exist_ok=True)
    try:
        _unpack(archive, folder)
    except (*_BROKEN, RuntimeError) as error:  # a RuntimeError: it has a password, or an unknown compression
        raise LaunchError(f"LAUNCH ERROR | {archive.name} is no zip of wheels: {error}.") from error
    wheels = sorted(map(str, folder.glob("*.whl")))
    if not wheels:
        raise LaunchError(
            f"LAUNCH ERROR | {archive.name} holds no wheel: zip a folder `wheels` of .whl files."
        )
    requirements = folder / _REQUIREMENTS
    wanted = ["-r", str(requirements)] if requirements.exists() else wheels
    return ["--find-links", str(folder), *wanted]


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        members = packed.infolist()
        size = sum(member.file_size for member in members)
        if len(members) > _MOST_FILES or size > _MOST_BYTES:
            raise LaunchError(
                f"LAUNCH ERROR | {archive.name} may hold {_MOST_FILES} files and {_MOST_BYTES} bytes, "
                f"found {len(members)} and {size}: split it, or name packages of an index."
            )
        for member in members:
            name = Path(member.filename).name  # they lie in a folder `wheels`, or in none
            if name.endswith(".whl") or name == _REQUIREMENTS:
                with packed.open(member) as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
