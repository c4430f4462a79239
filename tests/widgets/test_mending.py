"""The pruning panel mends a copy of a real torch model, as `audit.correct` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import slens_widgets as sw
from slens_widgets.errors import InputError
from slens_widgets.types import Component
from tests.core.parts import TRANSFORM, HashModel, pictures, small_cnn, state_of

PRUNED = (Component("6", 1), Component("6", 4))
LABELS = [i % 2 for i in range(40)]
GROUPS = [f"{i % 2}, {'left' if i % 5 < 2 else 'right'}" for i in range(40)]
TRAINING = sw.Evaluation(pictures(40, 1), labels=LABELS, groups=GROUPS)


class Watched:
    """The transform, and what is to be done before each image."""

    before_each: Callable[[], None] = staticmethod(lambda: None)

    def __call__(self, image: Any) -> Tensor:
        self.before_each()
        return TRANSFORM(image)


@pytest.fixture
def transform() -> Watched:
    return Watched()


@pytest.fixture
def model() -> nn.Module:
    return small_cnn(classes=2)


@pytest.fixture
def audit(tmp_path: Path, model: nn.Module, transform: Watched) -> Iterator[sw.Audit]:
    path, images = tmp_path / "cnn.slens", pictures(12)
    sw.build(model, images, ["6"], HashModel(), path, transform=transform, m=3, progress=False).close()
    evaluation = sw.Evaluation(
        pictures(40, 2), labels=LABELS, groups=GROUPS, class_names=["<b>dark</b>", "light"]
    )
    audit = sw.Audit(path, HashModel(), model, evaluation, transform=transform, device="cpu")
    audit.session.update(pruned=PRUNED, mode="zero")
    yield audit
    audit.db.close()


def test_the_panel_mends_what_python_mends(audit, model, page_of) -> None:
    before = state_of(model)
    page = page_of(sw.PruningPanel(audit, training=TRAINING))
    assert page.ask("panel")[0]["corrected"] is None
    assert "err" not in page.ask("correct", method="dfr")[0]
    found, expected = page.widget.corrected, audit.correct(PRUNED, "dfr", TRAINING, mode="zero")
    assert (found.method, found.components, found.mode) == ("dfr", PRUNED, "zero")
    assert found.table.equals(expected.table)
    assert found.after.per_class != audit.prune(PRUNED, "zero").after.per_class
    told = page.events("panel")[-1]["corrected"]
    assert told["after"]["per_class"] == expected.after.per_class
    assert told["before"]["accuracy"] == audit.prune([]).after.accuracy
    assert "'dfr' against 2 components" in told["said"]
    mended, audited = found.model.state_dict(), model.state_dict()
    assert not torch.equal(mended["12.weight"], audited["12.weight"])
    assert str(state_of(model)) == str(before)
    assert audit.session.pruned == PRUNED


def test_without_training_images_the_panel_says_what_python_says(audit, page_of) -> None:
    page = page_of(sw.PruningPanel(audit))
    for method in ("head", "dfr", "finetune", "clean", "wish"):
        with pytest.raises(sw.errors.SlensError) as error:
            audit.correct(PRUNED, method)
        assert page.ask("correct", method=method)[0]["message"] == str(error.value)
        line = f'audit.correct(audit.session.pruned, "{method}", sw.Evaluation('
        assert (line in str(error.value)) == (method != "wish")
    assert page.widget.corrected is None
    page.ask("correct", method="prune")
    assert page.widget.corrected.after == audit.prune(PRUNED, "zero").after


def test_mending_is_cancelled(audit, transform, page_of) -> None:
    page = page_of(sw.PruningPanel(audit, training=TRAINING))
    assert page.widget.wait(20)
    seen: list[int] = []

    def cancel() -> None:
        seen.append(1)
        page.tell({"op": "cancel", "id": 1})

    transform.before_each = cancel
    answer, _ = page.ask("correct", method="finetune")
    transform.before_each = lambda: None
    assert answer["cancelled"] is True
    assert 0 < len(seen) < 5 * len(LABELS)  # five epochs
    assert page.widget.corrected is None
    assert any(said.get("progress") == 1 for said, _ in page.said)


def test_a_dashboard_passes_training_images_on(audit) -> None:
    dashboard = sw.Dashboard(audit, training=TRAINING)
    assert dashboard.panels["pruning"].training is TRAINING
    dashboard.close()
    with pytest.raises(InputError, match=r"training='photos'.*sw\.Evaluation"):
        sw.Dashboard(audit, training="photos")
