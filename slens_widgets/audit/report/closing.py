"""The end of a report: what was pruned, how to read it, and where everything comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slens_widgets.analyses import roc
from slens_widgets.audit.report.markup import Markup, element
from slens_widgets.audit.report.words import Crops, label, percent, strip_image

MEANING = {
    "valid": "encodes what the class should rest on",
    "spurious": "encodes what it should not rest on",
    "both": "encodes some of either",
    "unexpected": "encodes none of the named concepts",
}


def pruned(found: Mapping[str, Any], crops: Crops) -> Markup:
    """Return what was pruned and its effect."""
    done = found["pruned"]
    if done is None:
        said = "Nothing was pruned when this report was written."
        return element("section", element("h2", "Pruned"), element("p", said))
    how = {"mean": "its mean over the probe images", "zero": "zero"}[done["mode"]]
    count = len(done["components"])
    parts = [
        element("p", f"{count} component{'s' * (count != 1)}, each replaced by {how}; nothing was retrained.")
    ]
    if done["effect"] is None:
        parts.append(element("p", "The audited model was not at hand to measure the effect."))
    else:
        flips = done["effect"]["flips"]
        parts.append(_effect(done["effect"]["table"]))
        parts.append(
            element(
                "p",
                f"Decisions that changed: {flips['fixed']} mended, {flips['broken']} broken, "
                f"{flips['other']} from one error to another.",
            )
        )
        if done["effect"]["border"]:
            parts.append(element("p", done["effect"]["border"]))
    shown = [
        element(
            "li",
            strip_image(
                crops((row["layer"], row["component"]), 6), f"6 example crops of {row['component']}", ""
            ),
            f"{row['layer']}:{row['component']} ",
            label(row),
        )
        for row in done["components"][:60]
    ]
    rest = count - len(shown)
    more = element("p", f"… and {rest} more, named in the JSON report.", class_="quiet") if rest else None
    return element("section", element("h2", "Pruned"), parts, element("ul", shown, class_="pruned"), more)


def _effect(table: Sequence[Mapping[str, Any]]) -> Markup:
    head = element("tr", [element("th", each) for each in ("", "before", "after", "points", "95 % interval")])
    lines = [
        element(
            "tr",
            element("th", row["of"]),
            element("td", percent(row["before"])),
            element("td", percent(row["after"])),
            element("td", _points(row["points"]), class_=_sign(row)),
            element("td", _interval(row), class_="quiet" if row["within_noise"] else None),
        )
        for row in table
    ]
    return element("table", element("thead", head), element("tbody", lines), class_="effect")


def _sign(row: Mapping[str, Any]) -> str:
    """Return the look of a change: that of noise unless its interval excludes 0."""
    return "quiet" if row["within_noise"] else "better" if row["points"] > 0 else "worse"


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f}".replace("-", "−")


def _interval(row: Mapping[str, Any]) -> str:
    if row["points"] is None:
        return f"unknown: it {roc.UNKNOWN}"
    if row["low"] is None or row["high"] is None:
        return "too few images"
    ends = f"{row['low']:+.1f} to {row['high']:+.1f}".replace("-", "−")
    return f"{ends}, within noise" if row["within_noise"] else ends


def how_to_read(found: Mapping[str, Any]) -> Markup:
    """Return what the terms mean."""
    terms = [
        ("Component", "one channel or neuron of the model. It is shown by the crops of the images that it "
         "answers most strongly, cut to what made it answer."),
        ("Score", f"of a set of concepts the largest: {found['thresholds']['unit']}. Which images "
         f"show a concept is judged by {found['foundation_model']['name']}. p is corrected for the number of "
         "components."),
        ("Lean", "the score of the spurious concepts less that of the valid ones."),
        ("Relevance", "how much of the class's score is passed through a component, by magnitude, over the "
         f"images of the class. Intervals: {found['interval']}."),
        *([("Certificate", certificate(found["labels"]))] if found["labels"]["vocabulary"] else []),
        *((name.capitalize(), f"{said}.") for name, said in MEANING.items()),
    ]  # fmt: skip
    rows = [element("div", element("dt", term), element("dd", said)) for term, said in terms]
    return element("section", element("h2", "How to read this"), element("dl", rows, class_="terms"))


def certificate(labels: Mapping[str, Any]) -> str:
    """Return what a label's certificate says, and where the report draws the line."""
    said = (
        "whether images that show what a label says activate the component: near 1 they do, near 0.5 the "
        "label says nothing."
    )
    if labels["trusted_from"] is not None:
        said += (
            f" A label above {labels['trusted_from']:g}, given by both halves of the examples, is trusted: "
            "it is underlined in green. One with a question mark is doubtful: do not rely on it."
        )
    if labels["uncertified"]:
        said += f" One with a dot is unknown, neither true nor false: {labels['uncertified']}."
    return said


def provenance(found: Mapping[str, Any]) -> Markup:
    """Return the model, the data and the settings behind the report."""
    database = found["database"]
    rows = {
        "Model": found["model"],
        "Database": {key: database[key] for key in ("name", "created", "m", "pooling") if key in database},
        "Layers": database["layers"],
        "Probe images": database.get("images", {}),
        "Relevance": database.get("relevance", {}),
        "Crops": database.get("crop", {}),
        "View": database.get("view", {}),
        "Foundation model": {**found["foundation_model"], "templates": found["templates"]},
        "Versions": database.get("versions", {}),
    }
    lines = [
        element("tr", element("th", name), element("td", _facts(values))) for name, values in rows.items()
    ]
    return element(
        "section",
        element("h2", "Where it comes from"),
        element("table", element("tbody", lines), class_="provenance"),
    )


def _facts(values: Mapping[str, Any]) -> list[Markup]:
    """Return key and value of everything that is short enough for a page; the JSON holds the rest."""
    shown = []
    for key, value in values.items():
        said = _said(value)
        if said and len(said) <= 200:
            shown.append(element("span", element("em", f"{key} "), said))
    return shown


def _said(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return f"{len(value)} entries" if len(value) > 12 else ", ".join(_said(each) for each in value)
    return str(value)
