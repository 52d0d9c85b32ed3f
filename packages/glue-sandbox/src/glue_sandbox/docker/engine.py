"""The few questions to a Docker engine that building images takes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.docker_client import ask
from glue_sandbox.terminal.console import last_lines
from glue_sandbox.terminal.words import counted

CONTENT_LABEL = "glue-sandbox.content"


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
        """Remove every image with this label that no container uses; return what uses the others.

        That are names of compose projects; of a container without one, its own.

        Raises:
            SandboxError: the engine keeps an image that nothing uses.
        """
        found = ask("image", "ls", "--all", "--quiet", "--no-trunc", "--filter", f"label={label}")
        images = sorted(set(found.stdout.split()))
        if not images:
            return []

        answer = ask("image", "rm", "--force", *images)
        left = [image for image in images if self.exists(image)]
        users = self._users(left) if left else []
        if left and not users:
            raise SandboxError(
                f"{counted(len(images), 'image')} removed",
                f"{len(left)} that the engine keeps: {last_lines(answer.stderr, 1)}",
                "docker image ls, then docker image rm of those that are left",
            )
        return users

    def _users(self, images: Sequence[str]) -> list[str]:
        """Return the compose projects, or containers without one, that use these images."""
        filters = [word for image in images for word in ("--filter", f"ancestor={image}")]
        form = '{{.Label "com.docker.compose.project"}} {{.Names}}'
        lines = ask("ps", "--all", *filters, "--format", form).stdout.splitlines()
        return sorted({line.split()[0] for line in lines if line.strip()})

    def _inspect(self, image: str, template: str) -> str:
        return ask("image", "inspect", "--format", template, image).stdout.strip()
