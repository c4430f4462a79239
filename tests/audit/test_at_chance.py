"""A model that is no better than chance is told to be so, wherever it is said what its decisions rest on."""

from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.audit.at_chance import at_chance
from tests.small_database import HashModel


def test_a_model_that_decides_is_not_told_of_chance(audit) -> None:
    assert at_chance(audit) is None
    assert audit.align("net", "ruler", "melanoma").attrs["at_chance"] is None


def test_a_model_without_any_skill_is_told(path, live, tmp_path) -> None:
    rng = np.random.default_rng(3)
    live.features = {("features.3", 0): rng.normal(size=200), ("features.3", 1): 0.4 * np.ones(200)}
    audit = sw.Audit(path, HashModel(), live)
    said = audit.align("net", "ruler", "melanoma").attrs["at_chance"]
    assert said.startswith("the model is no better than chance on its 200 evaluation images")
    assert "chance 50.0%" in said
    assert audit.findings("net", "ruler", "melanoma").at_chance == said
    audit.session.update(valid=("net",), spurious=("ruler",), target="melanoma")
    page = audit.report(tmp_path / "report.html").read_text()
    assert "The model is no better than chance on its 200 evaluation images" in page
    assert audit.align("net", "ruler").attrs["at_chance"] is None  # no decision is spoken of


@pytest.mark.parametrize("preferred", [0, 1])
def test_always_calling_the_most_frequent_class_is_chance(path, live, preferred) -> None:
    live.labels = [preferred] * 180 + [1 - preferred] * 20
    live.features = {("features.3", 0): np.full(200, 2.0 * preferred - 1), ("features.3", 1): np.zeros(200)}
    assert at_chance(sw.Audit(path, HashModel(), live)) is not None


def test_chance_is_unknown_for_one_class_or_few_images(path, live) -> None:
    live.labels = [1] * 200
    assert at_chance(sw.Audit(path, HashModel(), live)) is None


def test_random_guesses_are_told_as_often_as_promised(path, live) -> None:
    rng = np.random.default_rng(0)
    told = 0
    for _ in range(40):
        live.features = {("features.3", 0): rng.normal(size=200), ("features.3", 1): np.zeros(200)}
        told += at_chance(sw.Audit(path, HashModel(), live)) is not None
    assert told >= 36
