"""Whatever is passed for whatever parameter: it works, or one of our errors says what was given."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.core.build import build
from slens_widgets.errors import SlensError
from tests.core.parts import TRANSFORM, HashModel, pictures, small_cnn, state_of
from tests.small_database import HashModel as SmallModel
from tests.small_database import write

VALUES: list[Any] = [
    *(None, True, -1, 0, 2, 10**12, 1.5, float("nan"), float("inf")),
    *("", "x", "\0", b"x", [], {}, (1, 2), [None], [1], ["x"], {"a": 1}),
    *(object(), int, np.array([np.nan])),
]
COMPONENTS: list[Any] = [
    ("features.0", 1), [("features.0", float("nan"))], [("features.0", "1")], [(0, 0)], [("features.0",)],
]  # fmt: skip
CALLED_BACK = {"progress", "finish"}
"""What these raise themselves is theirs: `int` is a callable that fails."""


def refused(error: SlensError) -> None:
    said = str(error)
    assert said
    assert len(said) < 3000
    assert "object has no attribute" not in said


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_build_refuses_what_it_can_t_use_and_leaves_nothing(step: int, tmp_path: Path) -> None:
    model, images = small_cnn(), pictures(4)
    before = state_of(model)
    good = {
        "model": model, "images": images, "layers": ["4"], "foundation_model": HashModel(),
        "transform": TRANSFORM, "m": 2, "device": "cpu", "progress": False, "relevance": None,
    }  # fmt: skip
    wrong = 0
    for place, name in enumerate(inspect.signature(build).parameters):
        for value in VALUES[place % step :: step]:
            if name in CALLED_BACK and (callable(value) or value is None or name == "progress"):
                continue
            out = tmp_path / "x.slens"
            given = {**good, "out": out, name: value}
            if name == "out" and value == "x":
                continue
            try:
                build(**given).close()
            except SlensError as error:
                refused(error)
                wrong += 1
                assert not out.exists(), (name, value)
            shutil.rmtree(out, ignore_errors=True)
    assert wrong > 200 / step
    assert state_of(model) == before


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "x.slens"
    write(path).close()
    return path


QUESTIONS = sorted(
    name for name, question in inspect.getmembers(sw.Audit, inspect.isfunction) if not name.startswith("_")
)
REQUIRED = {"component": ("features.0", 1), "components": [("features.0", 1)], "foundation_model": "hash"}


def calls(question: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    parameters = list(inspect.signature(getattr(sw.Audit, question)).parameters.values())[1:]
    for hostile in parameters:
        if hostile.name in CALLED_BACK or hostile.kind == hostile.VAR_KEYWORD:
            continue
        for value in [*VALUES, *COMPONENTS]:
            if hostile.name == "path" and value == "x":
                continue
            yield (
                hostile.name,
                value,
                {
                    each.name: value if each is hostile else REQUIRED.get(each.name, "ink")
                    for each in parameters
                    if each is hostile or each.default is each.empty
                },
            )


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_answers_or_refuses(
    question: str, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    audit = sw.Audit(database, SmallModel())
    for name, value, given in calls(question):
        try:
            getattr(audit, question)(**given)
        except SlensError as error:
            refused(error)
        except Exception as error:
            pytest.fail(f"{question}({name}={value!r}): {type(error).__name__}: {error}")
    audit.db.close()
