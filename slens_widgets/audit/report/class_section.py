"""What a report shows of one class: its figure, its shares, and the components behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slens_widgets.audit.report.figures import scatter, shares_bar
from slens_widgets.audit.report.markup import Markup, element
from slens_widgets.audit.report.words import Crops, decimal, label, percent, significance, strip_image

LISTS = {
    "harmful": (
        "What it should not rest on",
        "Ranked by the share of the relevance times the lean to spurious concepts.",
        12,
    ),
    "unexpected": (
        "Unexpected",
        "Relevant, but close to none of the named concepts: look at the pictures and name what they show.",
        6,
    ),
    "valid": ("What it should rest on", "The valid components with most relevance.", 6),
}


def class_section(found: Mapping[str, Any], of: Mapping[str, Any], crops: Crops) -> Markup:
    """Return the section of one class."""
    name = "Components" if of["name"] is None else f"Class “{of['name']}”"
    bars = [
        element("figure", shares_bar(rows), _shares_table(rows), class_="shares")
        for rows in _by_layer(of["shares"])
    ]
    left_out = of["points_left_out"]
    caption = (
        "Every component, by its alignment to both sets of concepts"
        + ("; the area is its share of the relevance" if of["relevance"] else "")
        + (f". {left_out:,} with the least relevance are not drawn" if left_out else "")
        + "."
    )
    plot = element(
        "figure", scatter(of["points"], found["thresholds"]), element("figcaption", caption), class_="plot"
    )
    lists = []
    for key, (heading, said, count) in LISTS.items():
        rows = of[key]
        cards = [_card(rank, row, crops, count) for rank, row in enumerate(rows, 1)]
        inside = element("div", cards, class_=f"cards of-{count}")
        none = element("p", "None.", class_="quiet")
        lists += [element("h3", heading), element("p", said, class_="quiet small"), inside if rows else none]
    return element(
        "section",
        element("h2", name),
        element("div", plot, element("div", bars, class_="bars"), class_="overview"),
        lists,
        class_="class",
    )


def _by_layer(shares: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    layers = dict.fromkeys(row["layer"] for row in shares)
    return [[row for row in shares if row["layer"] == layer] for layer in layers]


def _shares_table(rows: Sequence[Mapping[str, Any]]) -> Markup:
    head = element(
        "tr", [element("th", each) for each in (rows[0]["layer"], "of the relevance", "95 %", "n")]
    )
    lines = [
        element(
            "tr",
            element("th", element("i", class_=f"dot {row['quadrant']}"), row["quadrant"]),
            element("td", percent(row["share"])),
            element("td", f"{percent(row['low'])} – {percent(row['high'])}", class_="quiet"),
            element("td", row["components"], class_="quiet"),
        )
        for row in rows
    ]
    return element("table", element("thead", head), element("tbody", lines))


def _card(rank: int, row: Mapping[str, Any], crops: Crops, count: int) -> Markup:
    place = (row["layer"], row["component"])
    figures = [
        ("relevance", "–" if row["share"] is None else percent(row["share"])),
        ("valid", f"{decimal(row['valid'])} (p {significance(row['p_valid'])})"),
        ("spurious", f"{decimal(row['spurious'])} (p {significance(row['p_spurious'])})"),
        ("lean", decimal(row["lean"])),
    ]
    direction = None
    if row["relevance"] is not None:
        direction = "speaks for the class" if row["relevance"] > 0 else "speaks against the class"
    names = ", ".join(example["image"] for example in row["examples"][:count])
    return element(
        "article",
        element(
            "div",
            element("span", rank, class_="rank"),
            element("strong", f"{row['layer']}:{row['component']}"),
            label(row),
            element("span", row["quadrant"], class_=f"chip {row['quadrant']}"),
            element("span", f"closest to “{row['closest_concept']}”", class_="quiet"),
            element("span", direction, class_="quiet") if direction else None,
            element("span", row["classes"], class_="quiet") if row["classes"] else None,
            class_="title",
        ),
        strip_image(
            crops(place, count), f"{count} example crops of {row['layer']}:{row['component']}", names
        ),
        element("dl", [element("div", element("dt", key), element("dd", value)) for key, value in figures]),
        class_="card",
    )
