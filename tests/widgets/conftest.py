"""Widgets without a kernel: messages in by `ask`, messages out in `said`, over a real small database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slens_widgets as sw
from tests.small_database import LAYERS, HashModel, write


class TwoClassModel:
    """A live model that reads two components: what pruning them does can be worked out by hand."""

    class_names = ("nevus", "melanoma")
    group_names = ("nevus, plain", "nevus, band-aid", "melanoma, plain", "melanoma, ruler")

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.labels = rng.integers(0, 2, 120).tolist()
        self.shortcut = np.where(rng.random(120) < 0.7, self.labels, 1 - np.array(self.labels))
        self.groups = (2 * np.array(self.labels) + (self.shortcut == np.array(self.labels))).tolist()
        sign = 2.0 * np.array(self.labels) - 1
        self.features = {("features.3", 0): 0.8 * sign, ("features.3", 1): 2.0 * (2 * self.shortcut - 1)}
        self.before_each: Callable[[], None] = lambda: None
        self.calls: list[tuple[Any, ...]] = []

    def logits(self, pruned: Any = (), mode: str = "mean", *, progress: Any = None) -> np.ndarray:
        self.calls.append((tuple(pruned), mode))
        for step in range(4):
            self.before_each()
            if progress is not None:
                progress(step, 4, "Evaluating")
        score = sum(x * (key not in set(pruned)) for key, x in self.features.items()) + np.zeros(120)
        return np.stack([-score, score], axis=1) + 1e-6 * np.arange(2)

    def class_relevance(self, layer: str, target: int, *, progress: Any = None) -> np.ndarray:
        return np.arange(LAYERS[layer], dtype=np.float64)


@pytest.fixture
def live() -> TwoClassModel:
    return TwoClassModel()


@pytest.fixture
def audit(tmp_path: Path, live: TwoClassModel) -> Iterator[sw.Audit]:
    write(tmp_path / "small.slens", probe=240).close()
    audit = sw.Audit(tmp_path / "small.slens", HashModel(), live)
    yield audit
    audit.db.close()


class Page:
    """What a page would do to a widget, and what it would hear."""

    def __init__(self, widget: Any) -> None:
        self.widget = widget
        self.said: list[tuple[dict[str, Any], list[bytes]]] = []
        self._id = 0
        widget.send = self._hear

    def _hear(self, content: dict[str, Any], buffers: list[Any] | None = None) -> None:
        self.said.append((content, [bytes(part) for part in buffers or []]))

    def tell(self, content: Any, buffers: Any = ()) -> None:
        self.widget._handle_custom_msg(content, buffers)

    def ask(self, op: str, buffers: Any = (), **args: Any) -> tuple[dict[str, Any], list[bytes]]:
        """Send a request, wait for its answer and return it."""
        self._id += 1
        self.tell({"op": op, "id": self._id, "generation": 0, **args}, [memoryview(part) for part in buffers])
        assert self.widget.wait(20)
        answers = [
            (content, parts)
            for content, parts in self.said
            if content.get("re") == self._id or content.get("err") == self._id
        ]
        assert len(answers) == 1
        return answers[0]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [content for content, _ in self.said if content.get("event") == name]


@pytest.fixture
def page_of() -> Iterator[Callable[[Any], Page]]:
    opened: list[Any] = []

    def make(widget: Any) -> Page:
        opened.append(widget)
        return Page(widget)

    yield make
    for widget in opened:
        widget.close()
