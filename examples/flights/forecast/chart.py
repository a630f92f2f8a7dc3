"""A picture of a model without a plotting library: SVG, written by hand."""

import base64
from collections.abc import Sequence

SIZE, MARGIN = 320, 40
INK, LINE = "#6b7280", "#2563eb"


def calibration_svg(promised: Sequence[float], happened: Sequence[float]) -> str:
    """Promised against observed shares of late flights; a perfect model lies on the diagonal."""

    def place(x: float, y: float) -> str:
        scale = SIZE - 2 * MARGIN
        return f"{MARGIN + x * scale:.1f},{SIZE - MARGIN - y * scale:.1f}"

    points = " ".join(place(x, y) for x, y in zip(promised, happened, strict=True))
    dots = "".join(
        '<circle cx="{}" cy="{}" r="3" fill="{}"/>'.format(*place(x, y).split(","), LINE)
        for x, y in zip(promised, happened, strict=True)
    )
    middle, foot = SIZE / 2, SIZE - 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" '
        f'height="{SIZE}" font-family="sans-serif" font-size="12" fill="{INK}">'
        f'<polyline points="{place(0, 1)} {place(0, 0)} {place(1, 0)}" fill="none" stroke="{INK}"/>'
        f'<polyline points="{place(0, 0)} {place(1, 1)}" stroke="{INK}" stroke-dasharray="4"/>'
        f'<polyline points="{points}" fill="none" stroke="{LINE}" stroke-width="2"/>{dots}'
        f'<text x="{middle}" y="{foot}" text-anchor="middle">promised share of late flights</text>'
        f'<text x="14" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 14 {middle})">observed share</text></svg>'
    )


def as_markdown(svg: str, title: str) -> str:
    """The picture inside a Markdown text."""
    return f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"
