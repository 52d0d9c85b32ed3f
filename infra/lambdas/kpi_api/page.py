"""The dashboard's files, as they lie in `static/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .web import Answer

FOLDER = Path(__file__).parent / "static"
# Nothing but what this API itself serves: a song's title that is a script stays a title.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
PAGE_FILES = {"/": "index.html"} | {
    f"/{file.name}": file.name for file in FOLDER.iterdir() if file.suffix in {".css", ".js"}
}


@cache
def read_page_file(path: str) -> Answer:
    """Return one of the page's files."""
    file = FOLDER / PAGE_FILES[path]
    headers = {
        "content-type": f"{TYPES[file.suffix]}; charset=utf-8",
        "content-security-policy": POLICY,
    }
    return Answer(200, file.read_text(encoding="utf-8"), headers)
