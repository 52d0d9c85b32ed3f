"""Images that were built here are removed, but for those that containers use: whose these are is told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from glue_sandbox.commands import clean
from glue_sandbox.docker import engine
from glue_sandbox.docker.engine import Engine
from glue_sandbox.errors import SandboxError
from glue_sandbox.images import slim_images
from glue_sandbox.settings import Settings
from glue_sandbox.setup.needs import MARKER

CONFLICT = "Error response from daemon: conflict: unable to delete 55adad71eacd (cannot be forced)"


class FakeEngine:
    """Has two images, of which it keeps some; `ps` lists the containers of these."""

    def __init__(self, kept: tuple[str, ...] = (), containers: str = "") -> None:
        self.images, self.kept, self.containers = ["sha256:a", "sha256:b"], kept, containers

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        said, errors = "", ""
        match words:
            case ("image", "ls", *_):
                said = "\n".join(self.images)
            case ("image", "rm", "--force", *names):
                self.images = [image for image in self.images if image in self.kept or image not in names]
                errors = f"{CONFLICT}\n" * len(self.kept)
            case ("image", "inspect", "--format", _, image):
                said = image if image in self.images else ""
            case ("ps", "--all", "--filter", kept, "--format", _):
                assert kept == f"ancestor={self.kept[0]}"
                said = self.containers
        return subprocess.CompletedProcess(words, 0, said, errors)


def removed_by(monkeypatch: pytest.MonkeyPatch, fake: FakeEngine) -> list[str]:
    monkeypatch.setattr(engine, "ask", fake.ask)
    return Engine().remove_labelled("glue-sandbox.content")


def test_all_are_removed_that_nothing_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeEngine()
    assert removed_by(monkeypatch, fake) == []
    assert fake.images == []


def test_what_uses_the_others_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    containers = "music-streams-3f5b glue-1\nmusic-streams-3f5b airflow-1\n mine\n"
    fake = FakeEngine(("sha256:b",), containers)
    assert removed_by(monkeypatch, fake) == ["mine", "music-streams-3f5b"]
    assert fake.images == ["sha256:b"]


def test_an_image_that_stays_for_another_reason_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SandboxError, match="expected 2 images removed; found 1 that the engine keeps: Error"):
        removed_by(monkeypatch, FakeEngine(("sha256:b",)))


def test_clean_goes_on_and_says_whose_images_stay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / MARKER).touch()
    monkeypatch.setattr(clean, "load_settings", lambda: Settings(home=home))
    monkeypatch.setattr("glue_sandbox.containers.down.take_down_if_possible", lambda *_, **__: [])
    monkeypatch.setattr(slim_images, "remove", lambda _: ["music-streams-3f5b"])
    clean.clean()
    assert capsys.readouterr().out.splitlines() == [
        "images stay that containers of others use (music-streams-3f5b): make clean there removes them",
        f"removed {home}",
    ]
    assert not home.exists()
