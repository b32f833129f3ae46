"""Small charts as inline SVG, so that a report is one file that needs nothing from outside."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["bar_chart", "reliability_diagram"]

_INK, _BAR, _LINE, _PALE = "#222", "#3b6ea8", "#b5482f", "#d9d9d9"


def bar_chart(
    bars: Sequence[tuple[str, float, float, float]], *, title: str, maximum: float = 1.0, percent: bool = True
) -> str:
    """Horizontal bars with intervals.

    Args:
        bars: name, value, low and high end of the interval.
        title: what is shown, for people and for screen readers.
        maximum: right end of the scale.
        percent: print values as per cent.
    """
    left, width, step = 230, 420, 24
    height = len(bars) * step + 10
    parts = []
    for row, (name, value, low, high) in enumerate(bars):
        y = 5 + row * step
        long = width * min(value / maximum, 1.0)
        ends = [left + width * min(max(edge / maximum, 0.0), 1.0) for edge in (low, high)]
        shown = f"{100 * value:.1f} %" if percent else f"{value:.2f}"
        parts.append(
            f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{left}" y="{y + 3}" width="{long:.1f}" height="14" fill="{_BAR}"/>'
            f'<line x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{y + 10}" y2="{y + 10}" stroke="{_INK}"/>'
            f'<text x="{left + width + 8}" y="{y + 14}">{shown}</text>'
        )
    return _svg(left + width + 70, height, title, "".join(parts))


def reliability_diagram(points: Sequence[tuple[float, float, int]], *, title: str) -> str:
    """Confidence against the share that was right; a point's size tells how many fields it stands for.

    Args:
        points: mean confidence, share right, number of fields.
        title: what is shown.
    """
    size, pad = 260, 38
    most = max((count for _, _, count in points), default=1)

    def at(x: float, y: float) -> tuple[float, float]:
        return pad + size * x, pad / 2 + size * (1 - y)

    grid = "".join(
        f'<line x1="{at(0, t)[0]}" x2="{at(1, t)[0]}" y1="{at(0, t)[1]}" y2="{at(0, t)[1]}" stroke="{_PALE}"/>'
        f'<text x="{pad - 4}" y="{at(0, t)[1] + 4}" text-anchor="end">{int(100 * t)}</text>'
        f'<text x="{at(t, 0)[0]}" y="{at(0, 0)[1] + 14}" text-anchor="middle">{int(100 * t)}</text>'
        for t in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    (x0, y0), (x1, y1) = at(0, 0), at(1, 1)
    ideal = f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="{_INK}" stroke-dasharray="4 3"/>'
    dots = "".join(
        f'<circle cx="{at(c, r)[0]:.1f}" cy="{at(c, r)[1]:.1f}" r="{3 + 9 * (n / most) ** 0.5:.1f}" fill="{_LINE}" '
        f'fill-opacity="0.65"><title>{n} trường: độ tin cậy {100 * c:.1f} %, đúng {100 * r:.1f} %</title></circle>'
        for c, r, n in points
    )
    return _svg(size + 2 * pad, size + 2 * pad, title, grid + ideal + dots)


def _svg(width: float, height: float, title: str, body: str) -> str:
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg role="img" aria-label="{escape(title)}" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'font-family="sans-serif" font-size="12" fill="{_INK}">{body}</svg></figure>'
    )
