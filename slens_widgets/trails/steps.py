"""The steps of a trail, as values, as JSON and as the Python lines that do the same."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from slens_widgets.concept import MAX_SHOWN, Concept, ShownImage
from slens_widgets.errors import InputError
from slens_widgets.query import MAX_NAME, QueryImage
from slens_widgets.session import Session
from slens_widgets.types import Component

FIELDS = (
    "query",
    "images",
    "concepts",
    "selection",
    "valid",
    "spurious",
    "vocabulary",
    "target",
    "thresholds",
    "pruned",
    "mode",
    "color_by",
)
"""Session fields that a trail keeps; what is only hovered is no step."""
SETS = ("selection", "pruned")
_SAID = ("evaluation", "version")
_MAX_SAID = 200
MAX_TEXT = 20_000
MAX_PICTURE = 4_000_000
"""Bytes of a query image, or of one that shows a concept, in base64."""
MAX_PICTURES = 20_000_000
"""The same of all images of a step's concepts. Of what is more, the trail says what it needs to go on."""


@dataclass(frozen=True)
class Result:
    """What the model did with a pruned set."""

    pruned: tuple[Component, ...]
    """What was ablated."""
    mode: str
    """What replaced the activations."""
    accuracy: tuple[float, float]
    """Before and after, in [0, 1]."""
    worst_group: tuple[float, float] | None
    """Before and after; None where there are no groups."""
    images: int
    """On how many images."""
    evaluation: str = ""
    """A hash of those images, their labels and groups; empty where it was not kept."""
    version: str = ""
    """The versions that computed it; empty where they were not kept."""


@dataclass(frozen=True)
class Step:
    """One change of the session, or one evaluation."""

    time: str
    """When, as ISO 8601 with the offset from UTC."""
    sets: Mapping[str, Any] = field(default_factory=dict)
    """Session fields that took these values."""
    result: Result | None = None
    """What an evaluation gave."""


def encode(step: Step) -> dict[str, Any]:
    """Return a step as JSON values."""
    body: dict[str, Any] = {"time": step.time}
    if step.sets:
        body["set"] = {name: _encoded(name, value) for name, value in step.sets.items()}
    if step.result is not None:
        found = step.result
        body["result"] = {
            "pruned": runs(found.pruned),
            "mode": found.mode,
            "accuracy": list(found.accuracy),
            "worst_group": None if found.worst_group is None else list(found.worst_group),
            "images": found.images,
            **{name: said for name in _SAID if (said := getattr(found, name))},
        }
    return body


def check_step(step: Step) -> None:
    """Raise what `decode` would raise of a step's texts and pictures, whatever the session."""
    for name, value in step.sets.items():
        if name == "images":
            for each in _encoded(name, value):
                _picture(each)
        elif name == "concepts":
            for each in _encoded(name, value):
                _concept(each, value)
        elif name not in SETS:
            _plain(list(value) if isinstance(value, tuple) else value)


def decode(body: Any, session: Session, known: Sequence[Concept] = ()) -> Step:
    """Return a step read from JSON, every value checked as `session` checks what is set in it.

    `session` takes on the step's values.

    Parameters
    ----------
    known
        Concepts that are at hand, for a step whose concept was too large to be kept.
    """
    if not isinstance(body, dict) or not isinstance(body.get("time"), str) or len(body["time"]) > 64:
        raise InputError("A step has no time", expected='{"time": …, "set": {…}}')
    sets: Any = body.get("set", {})
    if not isinstance(sets, dict) or not set(sets) <= set(FIELDS):
        raise InputError("A step sets what is no field of a trail", expected=f"of {', '.join(FIELDS)}")
    known = (*session.concepts, *known)
    values = {name: _decoded(name, value, known) for name, value in sets.items()}
    session.update(**values)
    kept = {name: getattr(session, name) for name in values}
    return Step(body["time"], kept, None if body.get("result") is None else _result(body["result"], session))


def _encoded(name: str, value: Any) -> Any:
    if name == "images":
        return [
            {"png": base64.b64encode(each.png).decode(), "name": each.name, "unwanted": each.unwanted}
            for each in value
        ]
    if name == "concepts":
        return _encoded_concepts(value)
    return runs(value) if name in SETS else value


def _encoded_concepts(concepts: Iterable[Concept]) -> list[dict[str, Any]]:
    found, total = [], 0
    for concept in concepts:
        images = (*concept.images, *concept.without)
        size = sum(4 * len(image.png or b"") // 3 for image in images)
        body: dict[str, Any] = {"name": concept.name, "pairs": concept.pairs}
        if total + size <= MAX_PICTURES:
            total += size
            body |= {
                name: list(map(_encoded_image, getattr(concept, name))) for name in ("images", "without")
            }
        else:
            body |= {"digest": concept.digest, "count": len(images)}
        found.append(body)
    return found


def _encoded_image(image: ShownImage) -> dict[str, Any]:
    if image.png is None:
        return {"probe": image.probe, "source": image.source}
    return {"png": base64.b64encode(image.png).decode(), "source": image.source}


def _decoded(name: str, value: Any, known: Sequence[Concept]) -> Any:
    if name == "images":
        return [_picture(item) for item in (value if isinstance(value, list) else [None])]
    if name == "concepts":
        return [_concept(item, known) for item in (value if isinstance(value, list) else [None])]
    return components(value) if name in SETS else _plain(value)


def _picture(item: Any) -> QueryImage:
    expected = '{"png": base64, "name": …, "unwanted": false}'
    if not isinstance(item, dict) or set(item) != {"png", "name", "unwanted"}:
        raise InputError("A step holds what is no query image", expected=expected)
    png, name, unwanted = item["png"], item["name"], item["unwanted"]
    if not isinstance(png, str) or len(png) > MAX_PICTURE or type(unwanted) is not bool:
        raise InputError("A step holds what is no query image", expected=expected)
    if not isinstance(name, str) or len(name) > MAX_NAME:
        raise InputError(f"The name of a query image is no text of at most {MAX_NAME} characters")
    try:
        found = QueryImage(base64.b64decode(png, validate=True), name, unwanted)
    except ValueError:
        raise InputError(f"The query image {name!r} is no base64") from None
    # Decoding it is the check that it is a picture of the right size.
    found.picture.close()
    return found


def _concept(item: Any, known: Sequence[Concept]) -> Concept:
    """Return a concept, or one of those `known` where the trail holds no more than what tells it."""
    expected = '{"name": …, "pairs": false, "images": […], "without": […]}'
    fields = set(item) if isinstance(item, dict) else set()
    if fields == {"name", "pairs", "digest", "count"}:
        for each in known:
            if (each.name, each.digest) == (item["name"], item["digest"]):
                return each
        raise InputError(
            f"It used the concept {item['name']!r:.130}, whose {item['count']!r:.10} images were too large "
            "to be kept in a trail",
            next_step="Give the same images first: audit.session.concepts = [sw.Concept(name, …)]",
        )
    if fields != {"name", "pairs", "images", "without"}:
        raise InputError("A step holds what is no concept", expected=expected)
    shown, without = item["images"], item["without"]
    for images in (shown, without):
        if not isinstance(images, list) or len(images) > MAX_SHOWN:
            raise InputError(f"A concept has no list of at most {MAX_SHOWN} images", expected=expected)
    name = _plain(item["name"])
    return Concept.of(name, list(map(_shown, shown)), list(map(_shown, without)), item["pairs"])


def _shown(item: Any) -> ShownImage:
    expected = '{"png": base64, "source": …} or {"probe": 0, "source": …}'
    fields = set(item) if isinstance(item, dict) else set()
    if fields not in ({"png", "source"}, {"probe", "source"}) or not isinstance(item["source"], str):
        raise InputError("A concept holds what is no image", expected=expected)
    source = _plain(item["source"])
    if "probe" in item:
        if type(item["probe"]) is not int or item["probe"] < 0:
            raise InputError("A concept holds what is no image", expected=expected)
        return ShownImage(None, item["probe"], source)
    png = item["png"]
    if not isinstance(png, str) or len(png) > MAX_PICTURE:
        raise InputError("A concept holds what is no image", expected=expected)
    try:
        found = ShownImage(base64.b64decode(png, validate=True), None, source)
    except ValueError:
        raise InputError("An image of a concept is no base64") from None
    # Decoding it is the check that it is a picture of the right size.
    found.picture.close()
    return found


def runs(members: Iterable[Component]) -> list[list[Any]]:
    """Return components as [layer, [index, …]] of each stretch in one layer, in their order."""
    return [[layer, [index for _, index in run]] for layer, run in groupby(members, key=itemgetter(0))]


def components(value: Any) -> list[tuple[str, int]]:
    """Return what `runs` gives as (layer, index) pairs; whether they exist is the session's to say."""
    found: list[tuple[str, int]] = []
    for item in value if isinstance(value, list) else [None]:
        if not isinstance(item, list) or len(item) != 2 or not isinstance(item[0], str):
            raise InputError("A step holds no list of components", expected='[["layer", [0, 1]], …]')
        layer, indices = item
        if not isinstance(indices, list) or not all(type(index) is int for index in indices):
            raise InputError(f"The indices in layer {layer[:80]!r} are no list of whole numbers")
        found += [(layer, index) for index in indices]
    return found


def _plain(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, str) and len(item) > MAX_TEXT:
            raise InputError(f"A step holds a text of {len(item)} characters", expected=f"at most {MAX_TEXT}")
        if isinstance(item, str) and item.encode("utf-8", "ignore").decode() != item:
            raise InputError("A step holds a text that is no Unicode")
        if item is not None and type(item) not in (str, int, float):
            raise InputError(f"A step holds a {type(item).__name__}", expected="texts and numbers")
    return value


def _result(body: Any, session: Session) -> Result:
    if not isinstance(body, dict):
        raise InputError("A result is no object")
    # A session of its own checks what was pruned, without becoming it.
    judged = session.copy()
    judged.update(pruned=components(body.get("pruned")), mode=body.get("mode"))
    images = body.get("images")
    if type(images) is not int or images < 0:
        raise InputError(f"A result is over {images!r:.80} images", expected="a number of images")
    groups = body.get("worst_group")
    worst = None if groups is None else _pair(groups)
    said = {name: body.get(name, "") for name in _SAID}
    for name, value in said.items():
        if not isinstance(value, str) or len(value) > _MAX_SAID:
            raise InputError(f"A result has {value!r:.80} as its {name}", expected="a short text")
    return Result(judged.pruned, judged.mode, _pair(body.get("accuracy")), worst, images, **said)


def _pair(value: Any) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2 and all(type(item) in (int, float) for item in value):
        before, after = float(value[0]), float(value[1])
        if 0 <= before <= 1 and 0 <= after <= 1:
            return before, after
    raise InputError(f"{value!r:.80} are no accuracies", expected="[before, after] in [0, 1]")


def as_python(name: str, steps: Sequence[Step]) -> str:
    """Return Python lines that set `audit.session` step by step and evaluate where it was evaluated."""
    lines = [f"# The trail {name!r}, {len(steps)} steps. It needs an `audit`:"]
    lines.append("# audit = sw.Audit(database, foundation_model=…, model=…)")
    if any(step.sets.get("images") for step in steps):
        lines += ["import base64", "", "from slens_widgets.query import QueryImage", ""]
    if any(step.sets.get("concepts") for step in steps):
        lines += ["import base64", "", "from slens_widgets.concept import Concept, ShownImage", ""]
    for step in steps:
        if len(step.sets) == 1:
            [(field_name, value)] = step.sets.items()
            lines.append(f"audit.session.{field_name} = {_source(field_name, value)}")
        elif step.sets:
            given = ", ".join(f"{key}={_source(key, value)}" for key, value in step.sets.items())
            lines.append(f"audit.session.update({given})")
        if step.result is not None:
            before, after = step.result.accuracy
            lines.append(
                f"audit.prune({_source('pruned', step.result.pruned)}, {step.result.mode!r})"
                f"  # accuracy {before:.4f} → {after:.4f}"
            )
    return "\n".join(lines) + "\n"


def _source(name: str, value: Any) -> str:
    if name in SETS:
        return repr([(layer, index) for layer, index in value])
    if name == "concepts":
        return f"[{', '.join(map(_source_of, value))}]"
    if name == "images":
        made = [f"QueryImage({_png(each.png)}, {each.name!r}, {each.unwanted})" for each in value]
        return f"[{', '.join(made)}]"
    return repr(list(value) if isinstance(value, tuple) and name != "thresholds" else value)


def _source_of(concept: Concept) -> str:
    def listed(images: Iterable[ShownImage]) -> str:
        return ", ".join(
            f"ShownImage({_png(image.png)}, {image.probe!r}, {image.source!r})" for image in images
        )

    shown, without = listed(concept.images), listed(concept.without)
    return f"Concept.of({concept.name!r}, [{shown}], [{without}], {concept.pairs})"


def _png(png: bytes | None) -> str:
    return "None" if png is None else f"base64.b64decode({base64.b64encode(png).decode()!r})"
