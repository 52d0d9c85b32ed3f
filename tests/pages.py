"""The pages of the project, and how their tables, links and code are read."""

from __future__ import annotations

import re
from pathlib import Path

from deliveries import ROOT

PLACES = ("*.md", "docs/**/*.md", "packages/*/*.md", "seed/**/*.md")
PAGES = sorted(page for place in PLACES for page in ROOT.glob(place))
FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.M | re.S)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def text(page: Path) -> str:
    """Return a page's text."""
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """Return a page's text without its blocks of code."""
    return FENCED.sub("", text(page))


def code(page: Path) -> str:
    """Return what a page has as code, in its lines and in its blocks; comments in these are not code."""
    inline = re.findall(r"`[^`\n]+`", prose(page))
    blocks = [re.sub(r" +#.*", "", block) for _, _, block in FENCED.findall(text(page))]
    return "\n".join([*inline, *blocks])


def section(page: Path, heading: str) -> str:
    """Return what stands between a heading of the second level and the next one."""
    return text(page).split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def rows(markdown: str) -> list[list[str]]:
    """Return the cells of all table rows, without headings and rules."""
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rules = {number for number, row in enumerate(cells) if set("".join(row)) <= set("-: ")}
    return [row for number, row in enumerate(cells) if number not in rules and number + 1 not in rules]


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.M)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}
