"""The report as one HTML page without scripts; every text in it is escaped by `markup`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slens_widgets.analyses import roc
from slens_widgets.audit.report.class_section import class_section
from slens_widgets.audit.report.closing import how_to_read, provenance, pruned
from slens_widgets.audit.report.markup import Markup, element, text
from slens_widgets.audit.report.words import Crops, decimal, listed, percent

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def page(found: Mapping[str, Any], crops: Crops) -> str:
    """Return the page of what `report.contents` found; `crops` gives a component's examples as JPEG."""
    model = found["model"].get("name", "a model")
    title = f"Concept audit of {model}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Markup((Path(__file__).parent / "report.css").read_text("utf-8"))),
    )
    body = element(
        "body",
        element(
            "main",
            _header(found, title),
            _summary(found),
            [class_section(found, each, crops) for each in found["classes"]],
            pruned(found, crops),
            how_to_read(found),
            provenance(found),
        ),
    )
    return f'<!doctype html>\n<html lang="en">\n{head}\n{body}\n</html>\n'


def _header(found: Mapping[str, Any], title: str) -> Markup:
    database = found["database"]
    components = sum(database["layers"].values())
    images = database.get("images", {}).get("count")
    facts = [
        f"{components:,} components in {listed(database['layers'])}",
        None if images is None else f"{images:,} probe images",
        f"concepts by {found['foundation_model']['name']}",
        None if found["evaluation"] is None else f"{found['evaluation']['images']:,} evaluation images",
    ]
    return element(
        "header",
        element("p", "Concept audit", class_="over"),
        element("h1", title),
        element("p", " · ".join(fact for fact in facts if fact), class_="facts"),
    )


def _summary(found: Mapping[str, Any]) -> Markup:
    tiles = []
    for each in found["classes"]:
        for row in each["shares"]:
            if row["quadrant"] == "spurious" and row["share"] is not None:
                where = f" in {row['layer']}" if len(found["database"]["layers"]) > 1 else ""
                tiles.append(
                    _tile(
                        percent(row["share"]),
                        f"of what “{each['name']}” rests on{where} is spurious",
                        f"{percent(row['low'])} to {percent(row['high'])}; {_both(each, row)}",
                        "spurious",
                    )
                )
    evaluation = found["evaluation"]
    if evaluation is not None:
        what = "of the labels' decisions" if len(evaluation["auroc"]) > 1 else "accuracy"
        tiles.append(_tile(percent(evaluation["accuracy"]), f"{what} on the evaluation images", None))
        for name, area in evaluation["auroc"].items():
            known = area is not None
            why = None if known else f"unknown: it {roc.UNKNOWN}"
            tiles.append(_tile(decimal(area) if known else "–", f"AUROC of “{name}”", why))
        if evaluation["worst_group"] is not None:
            tiles.append(_tile(percent(evaluation["worst_group"]), "in its worst group", _worst(evaluation)))
    effect = (found["pruned"] or {}).get("effect")
    if effect is not None:
        rows = {row["of"]: row for row in effect["table"]}
        row = rows.get("worst group", rows["accuracy"])
        count = len(found["pruned"]["components"])
        said = f"{row['of']} with {count} component{'s' * (count != 1)} pruned"
        tiles.append(_tile(percent(row["after"]), said, f"from {percent(row['before'])}", "valid"))
    lines = [_sentence(each, row) for each in found["classes"] for row in each["shares"]]
    notes = [line for line in lines if line is not None]
    if not any(each["relevance"] for each in found["classes"]):
        notes.append(
            text(
                "The audited model was not at hand, so this report says what the components encode, and not "
                "how much any class relies on them."
            )
        )
    lacking = (evaluation or {}).get("without_images")
    if lacking:
        names = listed([f"“{name}”" for name in lacking])
        notes.append(text(f"No evaluation image is of {names}: the figures say nothing of that."))
    if found["at_chance"]:
        notes.append(text(f"{found['at_chance'][0].upper()}{found['at_chance'][1:]}."))
    withheld = found["thresholds"]["withheld"]
    if withheld:
        notes.append(text(f"There is no verdict on any component: {withheld}."))
    unknown = found["concepts"]["unknown_words"]
    if unknown:
        words = listed(sorted({f"“{word}”" for each in unknown.values() for word in each}))
        notes.append(text(f"The foundation model does not know {words}; what rests on these words is noise."))
    return element(
        "section",
        element("div", tiles, class_="tiles") if tiles else None,
        element("ul", [element("li", note) for note in notes], class_="notes") if notes else None,
        _concepts(found),
    )


def _concepts(found: Mapping[str, Any]) -> Markup:
    concepts, thresholds = found["concepts"], found["thresholds"]
    rows = [
        element(
            "p",
            element("strong", f"{name.capitalize()} concepts ", class_=name),
            [element("span", concept, class_=f"chip {name}") for concept in concepts[name]] or "none",
            element("span", f" from a score of {decimal(thresholds[name])} on", class_="quiet")
            if thresholds[name] is not None
            else None,
        )
        for name in ("valid", "spurious")
    ]
    said = f"Score: {thresholds['unit']}. Thresholds: {thresholds['source']}."
    shown = [f" {name}: shown by images, {how}." for name, how in concepts["shown"].items()]
    source = element("p", said, shown, class_="quiet small")
    return element("div", rows, source, class_="concepts")


def _sentence(of: Mapping[str, Any], row: Mapping[str, Any]) -> Markup | None:
    if row["quadrant"] != "spurious" or row["share"] is None:
        return None
    others = {each["quadrant"]: each for each in of["shares"] if each["layer"] == row["layer"]}
    total = sum(each["components"] for each in others.values())
    valid, both, unexpected = (percent(others[name]["share"]) for name in ("valid", "both", "unexpected"))
    return text(
        f"“{of['name']}”: {row['components']} of {total} components in {row['layer']} encode spurious "
        f"concepts only and carry {percent(row['share'])} of its relevance; valid ones carry {valid}, both "
        f"{both}, unexpected ones {unexpected}."
    )


def _both(of: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    same = (each for each in of["shares"] if each["layer"] == row["layer"] and each["quadrant"] == "both")
    return f"another {percent(next(same)['share'])} is spurious and valid"


def _worst(evaluation: Mapping[str, Any]) -> str:
    return min(evaluation["per_group"], key=lambda name: evaluation["per_group"][name])


def _tile(figure: str, said: str, note: str | None, tone: str | None = None) -> Markup:
    return element(
        "div",
        element("b", figure, class_=tone),
        element("span", said),
        element("small", note) if note else None,
        class_="tile",
    )
