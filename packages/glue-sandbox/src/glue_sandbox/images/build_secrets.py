"""What a build may know and an image must not: the user's package index, proxy for Java, and Maven mirror."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local_glue.setup.environments import PIP_TO_UV, pip_settings
from local_glue.setup.jars import argument_file, proxy_options


def read_secrets(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Name, as compose/build/ knows it → text; only those this machine has, on most machines none."""
    texts = {"index": index_variables(pip_settings()), "java_options": argument_file(proxy_options(environ))}
    if environ.get("IVY_SETTINGS"):
        texts["ivy_settings"] = Path(environ["IVY_SETTINGS"]).read_text(encoding="utf-8")
    return {name: text for name, text in texts.items() if text}


@contextmanager
def as_files(secrets: Mapping[str, str], folder: Path) -> Iterator[dict[str, Path]]:
    """Files for their owner's eyes only, removed afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    files = {name: folder / name for name in secrets}
    try:
        for name, text in secrets.items():
            files[name].write_text(text, encoding="utf-8")
        yield files
    finally:
        shutil.rmtree(folder)


def index_variables(configured: Mapping[str, str]) -> str:
    """The index that pip is configured for, as variables of pip and of uv; empty when it is the usual one."""
    lines = []
    for option, of_uv in PIP_TO_UV.items():
        if option in configured:
            of_pip = f"PIP_{option.upper().replace('-', '_')}"
            lines += [f"{name}={shlex.quote(configured[option])}\n" for name in (of_pip, of_uv)]
    return "".join(lines)
