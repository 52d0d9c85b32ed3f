"""The few questions to a Docker engine that building images takes."""

from __future__ import annotations

import shutil
import subprocess

from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.docker_client import ask
from glue_sandbox.terminal.console import last_lines

CONTENT_LABEL = "music-streams.content"


class Engine:
    """Runs the `docker` program; the environment says which engine, as with docker itself."""

    def answers(self) -> bool:
        """True when there is an engine to ask."""
        return shutil.which("docker") is not None and ask("version").returncode == 0

    def exists(self, image: str) -> bool:
        """True when the engine has this image."""
        return self._inspect(image, "{{.Id}}") != ""

    def identity(self, image: str) -> str:
        """The image's own hash; empty when the engine has none of that name."""
        return self._inspect(image, "{{.Id}}")

    def label(self, image: str, name: str) -> str:
        """A label's value; empty when there is no such label or image."""
        return self._inspect(image, f'{{{{index .Config.Labels "{name}"}}}}')

    def size(self, image: str) -> int:
        """Bytes of the image with all below it; 0 when it is not there."""
        return int(self._inspect(image, "{{.Size}}") or 0)

    def root(self) -> str:
        """The engine's folder of images, containers and volumes, on its machine; empty without an answer."""
        return ask("info", "--format", "{{.DockerRootDir}}").stdout.strip()

    def pull(self, image: str, seconds: float) -> str:
        """Pull within that time; the engine's last word when it did not work, empty when it did."""
        try:
            answer = ask("pull", "--quiet", image, seconds=seconds)
        except subprocess.TimeoutExpired:
            return f"nothing after {seconds:.0f} s"
        return last_lines(answer.stderr, 1) if answer.returncode else ""

    def remove(self, image: str) -> None:
        """Remove this name; what other names are given to stays."""
        ask("image", "rm", image)

    def remove_labelled(self, label: str) -> list[str]:
        """Remove every image with this label; their hashes.

        Raises:
            SandboxError: the engine keeps one, which a container still uses.
        """
        found = ask("image", "ls", "--all", "--quiet", "--no-trunc", "--filter", f"label={label}")
        images = sorted(set(found.stdout.split()))
        if images:
            answer = ask("image", "rm", "--force", *images)
            left = [image for image in images if self.exists(image)]
            if left:
                raise SandboxError(
                    "the images removed", last_lines(answer.stderr, 3), "make down, then make clean"
                )
        return images

    def _inspect(self, image: str, template: str) -> str:
        return ask("image", "inspect", "--format", template, image).stdout.strip()
