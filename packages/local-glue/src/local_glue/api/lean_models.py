"""botocore's models of the APIs, read without what explains them: half of what a process holds of them.

For the service and for MiniStack, which hold several at once: standard library and botocore only.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore import loaders


def read_lean_models() -> None:
    """From now on, the documentation in models that this process reads is empty."""
    loaders.Loader.FILE_LOADER_CLASS = _LeanLoader


class _LeanLoader(loaders.JSONFileLoader):
    def _load_file(self, full_path: str, open_method: Callable[..., Any]) -> "dict[str, Any] | None":
        if not Path(full_path).is_file():
            return None
        with open_method(full_path, "rb") as file:
            model: dict[str, Any] = json.loads(file.read(), object_pairs_hook=_without_documentation)
        return model


def _without_documentation(pairs: "list[tuple[str, Any]]") -> "dict[str, Any]":
    # A member of a shape may have that name, too, but no text. botocore wants it to be there in places.
    return {name: "" if name == "documentation" and isinstance(it, str) else it for name, it in pairs}
