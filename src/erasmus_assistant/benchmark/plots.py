"""Plots as inline SVG: no library, no script, readable in print and by a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, BAR, LABEL, NUMBERS = 540, 20, 110, 170
SIDE, EDGE = 320, 44
BLUE, ORANGE, GREY = "#1f5fbf", "#c2570c", "#8a8f98"

Bar = tuple[str, float, float, float, int]
"""Label, value, low, high, n; values from 0 to 1."""
Points = Sequence[Sequence[float]]


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Horizontal bars from 0 to 1 with their intervals."""
    height = BAR * len(rows) + 30
    scale = WIDTH - LABEL - NUMBERS
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = LABEL + tick * scale
        parts.append(_line(x, 4, x, height - 22, GREY, 0.4))
        parts.append(_text(x, height - 8, f"{tick:g}", "middle"))
    for number, (label, value, low, high, n) in enumerate(rows):
        middle = 4 + BAR * number + BAR / 2
        parts.append(_text(LABEL - 8, middle + 4, label, "end"))
        parts.append(
            f'<rect x="{LABEL}" y="{middle - 7:.1f}" width="{value * scale:.1f}" height="14" '
            f'fill="{BLUE}" opacity="0.8"/>'
        )
        parts.append(_line(LABEL + low * scale, middle, LABEL + high * scale, middle, ORANGE, 2))
        parts.append(_text(LABEL + scale + 10, middle + 4, f"{value:.2f} [{low:.2f}, {high:.2f}] n={n}", "start"))
    return _figure(title, WIDTH, height, parts)


def curve(title: str, points: Points, across: str, up: str, *, diagonal: bool = False) -> str:
    """A line through (x, y) points, both from 0 to 1; with `diagonal`, dots and the line y = x."""
    parts = [_line(*_at(0, 0), *_at(1, 0), GREY, 1), _line(*_at(0, 0), *_at(0, 1), GREY, 1)]
    for tick in (0.0, 0.5, 1.0):
        parts.append(_text(_at(tick, 0)[0], _at(0, 0)[1] + 16, f"{tick:g}", "middle"))
        parts.append(_text(_at(0, 0)[0] - 6, _at(0, tick)[1] + 4, f"{tick:g}", "end"))
    parts.append(_text(SIDE / 2 + 10, SIDE - 6, across, "middle"))
    parts.append(_text(EDGE, 14, up, "start"))
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(point[0], point[1]) for point in points))
    parts.append(f'<polyline points="{path}" fill="none" stroke="{BLUE}" stroke-width="2"/>')
    if diagonal:
        parts.append(_line(*_at(0, 0), *_at(1, 1), GREY, 1, "4 4"))
        for point in points:
            x, y = _at(point[0], point[1])
            n = f"<title>n={point[2]:g}</title>" if len(point) > 2 else ""
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{ORANGE}">{n}</circle>')
    return _figure(title, SIDE, SIDE, parts)


def histogram(title: str, values: Sequence[float], unit: str, bins: int = 20) -> str:
    """How often values fall into equal parts of their range."""
    most = max(values, default=0.0) or 1.0
    held = [0] * bins
    for value in values:
        held[min(int(value / most * bins), bins - 1)] += 1
    wide = (SIDE - EDGE - 20) / bins
    parts = []
    for number, count in enumerate(held):
        height = count / (max(held) or 1) * (SIDE - EDGE - 30)
        x, y = EDGE + number * wide, SIDE - EDGE - height
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide - 1:.1f}" height="{height:.1f}" fill="{BLUE}"/>')
    parts.append(_text(EDGE, SIDE - EDGE + 16, "0", "middle"))
    parts.append(_text(SIDE - 20, SIDE - EDGE + 16, f"{most:.3g}", "middle"))
    parts.append(_text(SIDE / 2 + 10, SIDE - 6, unit, "middle"))
    return _figure(title, SIDE, SIDE, parts)


def _at(x: float, y: float) -> tuple[float, float]:
    span = SIDE - EDGE - 24
    return EDGE + x * span, SIDE - EDGE - y * span


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _figure(title: str, width: int, height: int, parts: Sequence[str]) -> str:
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {width} {height}" width="{width}">'
        f"{''.join(parts)}</svg></figure>"
    )
