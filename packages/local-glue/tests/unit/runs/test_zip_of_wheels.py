"""A `.gluewheels.zip` is unpacked into its own folder, and up to a size."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from local_glue.runs.files import LaunchError
from local_glue.runs.modules.zip_of_wheels import installer_arguments

GIGABYTE = 1024**3


def archive(folder: Path, members: dict[str, bytes], said_bytes: int | None = None) -> Path:
    """Make one; its list of contents may say another size of each member than that has."""
    path = folder / "mine.gluewheels.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
        for member in packed.infolist() if said_bytes is not None else ():
            member.file_size = said_bytes or 0
    return path


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_members_lie_in_its_folder_wherever_their_names_lead(tmp_path: Path) -> None:
    packed = archive(tmp_path, {"../../above.whl": b"a", "/etc/at_the_root.whl": b"b", "wheels/c.txt": b"c"})
    arguments = installer_arguments(packed)
    folder = "mine.gluewheels.d"
    assert files_below(tmp_path) == [f"{folder}/above.whl", f"{folder}/at_the_root.whl", packed.name]
    assert arguments == [
        "--find-links",
        *(str(tmp_path / folder / name) for name in ("", "above.whl", "at_the_root.whl")),
    ]


@pytest.mark.parametrize(
    ("members", "said_bytes", "found"),
    [
        ({"wheels/a.whl": b"a"}, 5 * GIGABYTE, f"found 1 and {5 * GIGABYTE}: split it"),
        ({f"wheels/{number}.whl": b"" for number in range(1001)}, None, "found 1001 and 0: split it"),
    ],
)
def test_what_is_too_large_is_refused_before_anything_is_written(
    tmp_path: Path, members: dict[str, bytes], said_bytes: int | None, found: str
) -> None:
    with pytest.raises(LaunchError, match=f"may hold 1000 files and {4 * GIGABYTE} bytes, {found}"):
        installer_arguments(archive(tmp_path, members, said_bytes))
    assert files_below(tmp_path) == ["mine.gluewheels.zip"]


def test_a_member_that_is_larger_than_it_says_is_cut_there_and_refused(tmp_path: Path) -> None:
    packed = archive(tmp_path, {"wheels/a.whl": bytes(50_000_000)}, said_bytes=10)
    with pytest.raises(LaunchError, match=r"mine\.gluewheels.zip is no zip of wheels: Bad CRC-32"):
        installer_arguments(packed)
    assert (tmp_path / "mine.gluewheels.d" / "a.whl").stat().st_size <= 10
