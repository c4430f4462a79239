"""The figures of a report, as SVG that needs no script and takes its colours from the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from slens_widgets.audit.report.markup import Markup, element
from slens_widgets.audit.thresholds import IN_SHORT

WIDTH, HEIGHT, LEFT, BOTTOM, MARGIN = 460, 340, 56, 40, 12
LARGEST, SMALLEST, ALIKE = 15.0, 1.8, 3.5
"""Radii of points, in units of the drawing: of the largest share, at least, and without relevance."""
CORNERS = {"valid": (1, 0), "spurious": (0, 1), "both": (1, 1), "unexpected": (0, 0)}


def shares_bar(rows: Sequence[Mapping[str, Any]]) -> Markup:
    """Return one bar, parted by the quadrants' shares."""
    known = [row for row in rows if row["share"]]
    parts = [
        element(
            "span",
            f"{100 * row['share']:.0f} %" if row["share"] > 0.07 else "",
            class_=f"fill {row['quadrant']}",
            style=f"flex-grow:{row['share']:.4f}",
            title=f"{row['quadrant']}: {100 * row['share']:.1f} %",
        )
        for row in known
    ]
    said = ", ".join(f"{row['quadrant']} {100 * row['share']:.1f} %" for row in known)
    return element("div", parts, class_="bar", role="img", aria_label=said)


def scatter(points: Sequence[Sequence[Any]], thresholds: Mapping[str, Any]) -> Markup:
    """Return components by their alignments, with the thresholds and the quadrants' names and counts.

    Parameters
    ----------
    points
        (layer, component, valid, spurious, share, quadrant) each; an alignment to an empty set is None.
    """
    drawn = [each for each in points if each[2] is not None and each[3] is not None]
    if not drawn:
        return element(
            "p", "One of the sets of concepts is empty, so there is no plane to draw.", class_="quiet"
        )
    valid, spurious = (np.array([each[axis] for each in drawn], np.float64) for axis in (2, 3))
    across, x_ticks = _scale(valid, thresholds["valid"], LEFT, WIDTH - MARGIN)
    up, y_ticks = _scale(spurious, thresholds["spurious"], HEIGHT - BOTTOM, MARGIN)
    parts = _axes(across, up, x_ticks, y_ticks, IN_SHORT[thresholds["unit"]])
    largest = max((each[4] or 0 for each in drawn), default=0)
    for each in sorted(drawn, key=lambda one: -(one[4] or 0)):
        radius = ALIKE if not largest else max(SMALLEST, LARGEST * ((each[4] or 0) / largest) ** 0.5)
        parts.append(
            element(
                "g",
                element("title", f"{each[0]}:{each[1]}, valid {each[2]:.2f}, spurious {each[3]:.2f}"),
                element(
                    "circle", cx=_at(across(each[2])), cy=_at(up(each[3])), r=_at(radius), class_=each[5]
                ),
            )
        )
    judged = thresholds["valid"] is not None
    if judged:
        x, y = across(thresholds["valid"]), up(thresholds["spurious"])
        parts += [
            element("line", x1=_at(x), x2=_at(x), y1=MARGIN, y2=HEIGHT - BOTTOM, class_="threshold"),
            element("line", x1=LEFT, x2=WIDTH - MARGIN, y1=_at(y), y2=_at(y), class_="threshold"),
        ]
    for name, (right, top) in CORNERS.items() if judged else ():
        count = sum(each[5] == name for each in drawn)
        parts.append(
            element(
                "text",
                f"{name} {count}",
                x=WIDTH - MARGIN - 6 if right else LEFT + 6,
                y=MARGIN + 15 if top else HEIGHT - BOTTOM - 8,
                text_anchor="end" if right else "start",
                class_=f"corner {name}",
            )
        )
    return element(
        "svg",
        parts,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label="Alignment to valid concepts against alignment to spurious concepts",
    )


def _scale(values: np.ndarray, threshold: float | None, start: float, end: float) -> Any:
    reach = [*values, *([] if threshold is None else [threshold])]
    low, high = min(reach), max(reach)
    room = 0.08 * (high - low) or 0.1
    low, high = low - room, high + room

    def place(value: float) -> float:
        return start + (value - low) / (high - low) * (end - start)

    raw = (high - low) / 5
    step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10) if s >= raw or s == 10)
    return place, np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step


def _axes(across: Any, up: Any, x_ticks: np.ndarray, y_ticks: np.ndarray, unit: str) -> list[Markup]:
    floor = HEIGHT - BOTTOM
    parts = [
        element("rect", x=LEFT, y=MARGIN, width=WIDTH - MARGIN - LEFT, height=floor - MARGIN, class_="plane")
    ]
    for tick in x_ticks:
        x = _at(across(tick))
        parts.append(element("line", x1=x, x2=x, y1=MARGIN, y2=floor, class_="grid"))
        parts.append(element("text", _tick(tick), x=x, y=floor + 15, text_anchor="middle"))
    for tick in y_ticks:
        y = _at(up(tick))
        parts.append(element("line", x1=LEFT, x2=WIDTH - MARGIN, y1=y, y2=y, class_="grid"))
        parts.append(element("text", _tick(tick), x=LEFT - 6, y=f"{up(tick) + 4:.1f}", text_anchor="end"))
    middle = (LEFT + WIDTH - MARGIN) / 2
    parts.append(element("text", f"valid concepts: {unit}", x=middle, y=HEIGHT - 6, text_anchor="middle"))
    turned = f"rotate(-90 12 {floor / 2})"
    parts.append(
        element(
            "text",
            f"spurious concepts: {unit}",
            x=12,
            y=floor / 2,
            text_anchor="middle",
            transform=turned,
        )
    )
    return parts


def _tick(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-", "−")


def _at(value: float) -> str:
    return f"{value:.1f}"
