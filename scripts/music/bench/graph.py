"""Lines through measured points, as an SVG that a page shows as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 320, 240, 48, 40, 36


@dataclass(frozen=True)
class Panel:
    """One graph: what is varied, and what came of it at each point."""

    title: str
    across: str
    points: Sequence[tuple[float, float]]


def svg_of(panels: Sequence[Panel], up: str) -> str:
    """Return the panels side by side; both axes begin at zero, and all panels share the one upwards."""
    most = max(y for panel in panels for _, y in panel.points) or 1.0
    drawn = "".join(_panel(panel, number * WIDTH, most, up) for number, panel in enumerate(panels))
    width = WIDTH * len(panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}"'
        f' font-family="sans-serif" font-size="11"><rect width="{width}" height="{HEIGHT}" fill="white"/>'
        f"{drawn}</svg>\n"
    )


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the steepness of the straight line that fits the points best."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


def _panel(panel: Panel, left: int, most: float, up: str) -> str:
    widest = max(x for x, _ in panel.points) or 1.0
    right, low = left + WIDTH - 16, HEIGHT - BOTTOM

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x = left + LEFT + point[0] / widest * (right - left - LEFT)
        return round(x, 1), round(low - point[1] / most * (low - TOP), 1)

    places = [place(point) for point in panel.points]
    line = " ".join(f"{x},{y}" for x, y in places)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3" fill="#1f6feb"/>' for x, y in places)
    values = "".join(
        f'<text x="{x}" y="{y - 7}" text-anchor="middle">{value:.1f}</text>'
        for (x, y), (_, value) in zip(places, panel.points, strict=True)
    )
    marks = "".join(
        f'<text x="{x}" y="{low + 14}" text-anchor="middle">{across:,.0f}</text>'
        for (x, _), (across, _) in zip(places, panel.points, strict=True)
    )
    middle, half = (left + LEFT + right) / 2, (TOP + low) / 2

    return (
        f'<text x="{left + LEFT}" y="16" font-weight="bold">{escape(panel.title)}</text>'
        f'<path d="M{left + LEFT},{TOP} V{low} H{right}" fill="none" stroke="#888"/>'
        f'<polyline points="{line}" fill="none" stroke="#1f6feb" stroke-width="2"/>{dots}{values}{marks}'
        f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(panel.across)}</text>'
        f'<text x="{left + 12}" y="{half}" text-anchor="middle"'
        f' transform="rotate(-90 {left + 12} {half})">{escape(up)}</text>'
    )
