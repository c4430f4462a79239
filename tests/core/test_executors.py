"""Builds in shards, in copies of what they are made of, end in the bytes of a build in one piece."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import slens_widgets as sw
from slens_widgets.core.activations import block_of
from slens_widgets.core.build import build
from slens_widgets.core.images import ImageSet
from slens_widgets.errors import InputError
from tests.core.interrupted import contents
from tests.core.parts import TRANSFORM, HashModel, pictures
from tests.core.sharded import attempt

pytestmark = pytest.mark.usefixtures("one_thread")


def in_copies(job: Any, shards: Sequence[Any]) -> Iterator[Any]:
    """Compute shards in three copies of a job, the last shard first."""
    with ExitStack() as stack:
        runs = [stack.enter_context(pickle.loads(pickle.dumps(job)).opened()) for _ in range(3)]
        found = {n: runs[n % 3](pickle.loads(pickle.dumps(shards[n]))) for n in reversed(range(len(shards)))}
    for n in range(len(shards)):
        yield pickle.loads(pickle.dumps(found[n]))


@pytest.fixture
def _copies(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def executing(executor: str, *given: Any, **sent: Any) -> Iterator[Any]:
        yield None if executor == "local" else in_copies

    monkeypatch.setattr("slens_widgets.core.build.executing", executing)


def stopping(stage: str, share: float) -> Any:
    def report(done: int, total: int, now: str) -> None:
        if now == stage and done >= share * total > 0:
            raise InterruptedError

    return report


@pytest.mark.usefixtures("_copies")
def test_shards_computed_anywhere_in_any_order_end_in_the_same_bytes(
    folder: Path, tiny: sw.OpenClip, whole: dict[str, bytes], tmp_path: Path
) -> None:
    assert 2 * block_of(150, 4) < 150, "there are several blocks"
    attempt(tmp_path / "x.slens", folder, tiny, executor="ray").close()
    assert contents(tmp_path / "x.slens") == whole


@pytest.mark.usefixtures("_copies")
@pytest.mark.parametrize(
    ("stage", "first", "second"),
    [
        ("collect", "local", "ray"),
        ("relevance", "ray", "local"),
        ("embed", "local", "ray"),
        *(
            pytest.param(stage, first, second, marks=pytest.mark.slow)
            for stage, first, second in [
                ("collect", "ray", "local"),
                ("relevance", "local", "ray"),
                ("embed", "ray", "local"),
            ]
        ),
    ],
)
def test_either_executor_goes_on_where_the_other_was_stopped(
    stage: str,
    first: str,
    second: str,
    folder: Path,
    tiny: sw.OpenClip,
    whole: dict[str, bytes],
    tmp_path: Path,
) -> None:
    out = tmp_path / "x.slens"
    with pytest.raises(InterruptedError):
        attempt(out, folder, tiny, executor=first, checkpoint=0, progress=stopping(stage, 0.3))
    said: list[tuple[int, int, str]] = []
    attempt(out, folder, tiny, executor=second, progress=lambda *each: said.append(each)).close()
    assert said[0][2] == stage
    assert contents(out) == whole


@pytest.mark.usefixtures("_copies")
@pytest.mark.parametrize("relevance", [None, "gradient", "activation"])
def test_shards_of_every_kind_of_relevance_and_of_images_in_memory(relevance: Any, tmp_path: Path) -> None:
    labels = [i % 3 for i in range(67)]
    for executor in ("local", "ray"):
        images = ImageSet(pictures(67), labels, class_names=["x", "y", "z"])
        attempt(tmp_path / executor, images, HashModel(), relevance=relevance, executor=executor).close()
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")


class TwoWays(nn.Module):
    """Takes a way that only autograd knows back, for some images."""

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.conv, self.last = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 6, 3)

    def forward(self, inputs: Tensor) -> Tensor:
        between = self.conv(inputs)
        odd = bool(inputs[0, 0, 0, 0] > -1.2)
        return self.last(between.flip(-1) if odd else between)


@pytest.mark.usefixtures("_copies")
def test_what_serves_a_batch_depends_on_nothing_but_the_batch(tmp_path: Path) -> None:
    found = []
    for executor in ("local", "ray"):
        with build(
            TwoWays(), pictures(70), ["last"], HashModel(), tmp_path / executor, transform=TRANSFORM, m=9,
            device="cpu", progress=False, batch_size=4, executor=executor,
        ) as db:  # fmt: skip
            found.append(db.provenance["relevance"])
    assert found[0]["engines"] == {"last": "shared"}
    assert "some inputs lead through" in found[0]["notes"]["last"][0], "both ways are taken"
    assert found[1] == found[0]
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")


def test_an_executor_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"executor='Rey'.*\"local\" or \"ray\".*Nearest: 'ray'"):
        attempt(tmp_path / "x", pictures(9), HashModel(), executor="Rey")
    with pytest.raises(InputError, match="executor=True"):
        attempt(tmp_path / "x", pictures(9), HashModel(), executor=True)
