"""Plots as inline SVG; colours come from the style sheet, so that they fit both themes and need no inline style."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from erasmus_assistant.review.numbers import Count

WIDE, HIGH, EDGE, FOOT = 720, 220, 44, 28
_ROW = 24


def days(counts: Sequence[Count]) -> Markup:
    """Questions a day: answered, refused and other, one above the other."""
    most = max((one.n for one in counts), default=1) or 1
    # An even top, so that half of it is a whole number of questions.
    most += most % 2
    wide = (WIDE - EDGE - 8) / max(1, len(counts))
    parts = [_axis(most)]
    for place, one in enumerate(counts):
        x, y = EDGE + place * wide, float(HIGH - FOOT)
        for name, value in (("answered", one.answered), ("refused", one.refused), ("other", _other(one))):
            height = value / most * (HIGH - FOOT - 12)
            y -= height
            parts.append(
                f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{max(1.0, wide - 2):.1f}" height="{height:.1f}">'
                f"<title>{escape(one.name)}: {value} {name}</title></rect>"
            )
    return _figure("Questions a day", parts + _dates(counts, wide))


def shares(counts: Sequence[Count]) -> Markup:
    """Share answered, and share found right of those judged, a day."""
    wide = (WIDE - EDGE - 8) / max(1, len(counts))
    parts = [_axis(100, " %")]
    for name in ("answered", "right"):
        points = []
        for place, one in enumerate(counts):
            share = one.share(one.answered) if name == "answered" else one.share(one.right, one.judged)
            if share is not None:
                x, y = EDGE + (place + 0.5) * wide, HIGH - FOOT - share * (HIGH - FOOT - 12)
                points.append(f"{x:.1f},{y:.1f}")
                parts.append(
                    f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="3">'
                    f"<title>{escape(one.name)}: {100 * share:.0f} % {name}</title></circle>"
                )
        parts.append(f'<polyline class="{name}" points="{" ".join(points)}"/>')
    return _figure("Share answered, and share right of those judged", parts + _dates(counts, wide))


def bars(counts: Sequence[Count]) -> Markup:
    """Questions by name, the answered part full."""
    most = max((one.n for one in counts), default=1) or 1
    scale = WIDE - 220
    parts = []
    for place, one in enumerate(counts):
        y = place * _ROW + 4
        whole, part = one.n / most * scale, one.answered / most * scale
        parts.append(f'<text x="72" y="{y + 14}" text-anchor="end">{escape(one.name or "none")}</text>')
        parts.append(f'<rect class="refused" x="80" y="{y}" width="{whole:.1f}" height="18"/>')
        parts.append(f'<rect class="answered" x="80" y="{y}" width="{part:.1f}" height="18"/>')
        parts.append(f'<text x="{88 + whole:.1f}" y="{y + 14}">{one.n} ({one.answered} answered)</text>')
    return _figure("Questions by language", parts, max(1, len(counts)) * _ROW + 8)


def _other(one: Count) -> int:
    return one.n - one.answered - one.refused


def _axis(most: float, unit: str = "") -> str:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = HIGH - FOOT - share * (HIGH - FOOT - 12)
        parts.append(f'<line class="grid" x1="{EDGE}" x2="{WIDE - 8}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{EDGE - 6}" y="{y + 4:.1f}" text-anchor="end">{most * share:g}{unit}</text>')
    return "".join(parts)


def _dates(counts: Sequence[Count], wide: float) -> list[str]:
    step = max(1, len(counts) // 6)
    return [
        f'<text x="{EDGE + (place + 0.5) * wide:.1f}" y="{HIGH - 8}" text-anchor="middle">{escape(one.name[5:])}</text>'
        for place, one in enumerate(counts)
        if place % step == 0
    ]


def _figure(title: str, parts: Sequence[str], height: int = HIGH) -> Markup:
    # Names are escaped where they are put in; everything else is ours.
    return Markup(  # noqa: S704
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDE} {height}">{"".join(parts)}</svg>'
    )
