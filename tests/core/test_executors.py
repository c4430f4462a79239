"""Builds in shards, in copies of what they are made of and on Ray, end in the bytes of a local one."""

from __future__ import annotations

import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.core.activations import block_of
from slens_widgets.core.build import build
from slens_widgets.core.images import ImageSet
from slens_widgets.core.on_ray import sendable
from slens_widgets.errors import InputError, ModelError, UnknownNameError, UnreadableImageError
from tests.core.parts import TRANSFORM, HashModel, pictures, small_cnn, state_of
from tests.core.test_interrupted_builds import contents

ROOT = Path(__file__).parents[2]
LAYERS = ["4", "7", "12"]
TINY = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 8},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Workers compute with as many threads as this process; two of them fit on two cores so."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("images") / "a"
    found.mkdir()
    for i, image in enumerate([*pictures(70, size=(40, 48)), *pictures(70, 1, size=(64, 40))]):
        image.save(found / f"{i:03}.png")
    for bad in (0, 5, 6, *range(64, 69), 128):  # among others the first, and a whole batch
        (found / f"{bad:03}.png").write_bytes(b"no")
    return found.parent


@pytest.fixture(scope="module")
def tiny() -> sw.OpenClip:
    return sw.OpenClip.from_config(TINY, None, name="tiny", device="cpu")


def attempt(out: Path, images: Any, foundation_model: Any, model: Any = None, **changes: Any) -> ConceptDB:
    arguments: dict[str, Any] = {
        "transform": TRANSFORM, "m": 6, "device": "cpu", "progress": False, "batch_size": 4, "keep": 50,
        **changes,
    }  # fmt: skip
    return build(model or small_cnn(), images, LAYERS, foundation_model, out, **arguments)


@pytest.fixture(scope="module")
def whole(folder: Path, tiny: sw.OpenClip, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of a database that this process built alone."""
    out = tmp_path_factory.mktemp("whole") / "x.slens"
    attempt(out, folder, tiny).close()
    return contents(out)


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


def test_an_error_comes_back_from_a_worker_as_what_it_is() -> None:
    for error in (UnknownNameError.of("layer", "x", ["y"]), UnreadableImageError("no", next_step="Mend it")):
        back = pickle.loads(pickle.dumps(sendable(error)))
        assert (type(back), str(back), back.next_step) == (type(error), str(error), error.next_step)
    odd = OSError(28, "No space left on device")
    assert pickle.loads(pickle.dumps(sendable(odd))).errno == 28
    odd.lock = threading.Lock()
    assert re.match("OSError in a worker of Ray's", str(sendable(odd)))


def test_without_ray_the_error_says_how_to_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ModelError, match=r"needs Ray.*pip install 'slens-widgets\[ray\]'"):
        attempt(tmp_path / "x", pictures(9), HashModel(), executor="ray")
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A Ray of two workers on this machine."""
    ray = pytest.importorskip("ray", reason="RAY IS NOT INSTALLED: pip install 'slens-widgets[ray]'")
    pytest.importorskip("ray.data", reason="RAY DATA IS NOT INSTALLED: pip install 'slens-widgets[ray]'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_raylet_start_wait_time_s", "300")  # a busy machine takes its time
        ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False)
        yield ray
        ray.shutdown()


def idle(ray: Any) -> bool:
    """Tell whether all processors are free again, within a minute."""
    for _ in range(120):
        if ray.available_resources().get("CPU") == 2:
            return True
        time.sleep(0.5)
    return False


class Watched(HashModel):
    """Notes which processes embed, and fails while a file says so."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def encode_images(self, images: Any) -> np.ndarray:
        (self.folder / f"process {os.getpid()}").touch()
        if (self.folder / "broken").exists():
            raise ModelError("It is broken", next_step="Mend it")
        return super().encode_images(images)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_build_on_ray_equals_the_local_one(
    cluster: Any, folder: Path, tiny: sw.OpenClip, whole: dict[str, bytes], tmp_path: Path
) -> None:
    model = small_cnn().train()
    before = state_of(model)
    attempt(tmp_path / "x.slens", folder, tiny, model, executor="ray").close()
    assert contents(tmp_path / "x.slens") == whole
    assert state_of(model) == before
    assert idle(cluster)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_fails_in_a_worker_is_raised_here_and_loses_nothing(
    cluster: Any, folder: Path, tmp_path: Path
) -> None:
    out, watched = tmp_path / "x.slens", tmp_path / "watched"
    watched.mkdir()
    (watched / "broken").touch()
    with pytest.raises(ModelError, match=r"It is broken\. Mend it") as caught:
        attempt(out, folder, Watched(watched), executor="ray", checkpoint=0)
    notes = " ".join(caught.value.__notes__)
    assert "In a worker of Ray's" in notes
    assert "goes on from there" in notes
    assert idle(cluster), "the workers are gone"
    (watched / "broken").unlink()
    said: list[str] = []
    attempt(
        out, folder, Watched(watched), executor="ray", progress=lambda done, total, now: said.append(now)
    ).close()
    assert set(said) == {"embed", "write"}
    assert f"process {os.getpid()}" not in {each.name for each in watched.iterdir()}
    attempt(tmp_path / "y.slens", folder, Watched(watched)).close()
    assert contents(out) == contents(tmp_path / "y.slens")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_cannot_be_sent_is_named_before_any_work(cluster: Any, tmp_path: Path) -> None:
    model = small_cnn()
    model.lock = threading.Lock()
    with pytest.raises(ModelError, match=r"model \(Sequential\) can't be sent.*'local'"):
        attempt(tmp_path / "x", pictures(9), HashModel(), model, executor="ray")

    class Generated:
        def __init__(self) -> None:
            self.pictures, self.generator = pictures(9), (n for n in range(9))

        def __len__(self) -> int:
            return 9

        def __getitem__(self, id: int) -> Any:
            return self.pictures[id], 0

    with pytest.raises(InputError, match=r"images \(ImageSet\) can't be sent.*generator"):
        attempt(tmp_path / "x", Generated(), HashModel(), executor="ray")
    torch.set_num_threads(3)
    try:
        with pytest.raises(InputError, match=r"cluster has 3 CPU.*at most 2.*set_num_threads"):
            attempt(tmp_path / "x", pictures(9), HashModel(), executor="ray")
    finally:
        torch.set_num_threads(1)
    assert not list(tmp_path.iterdir())


KILLED = """
import os, signal, sys
import torch
from pathlib import Path
from tests.core.test_executors import HashModel, attempt

def report(done, total, stage):
    if stage == "relevance" and done > total / 2:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    torch.set_num_threads(1)
    attempt(Path(sys.argv[1]), Path(sys.argv[2]), HashModel(), executor="ray", checkpoint=0, progress=report)
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_build_killed_on_a_ray_of_its_own_goes_on(cluster: Any, folder: Path, tmp_path: Path) -> None:
    """Nobody called `ray.init` in that process: the build starts Ray, on all the cores that there are."""
    out = tmp_path / "x.slens"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RAY_ADDRESS": "local"}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(out), str(folder)],
        cwd=ROOT, env=environment, capture_output=True, timeout=400,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]
    said: list[str] = []
    attempt(
        out, folder, HashModel(), executor="ray", progress=lambda done, total, now: said.append(now)
    ).close()
    assert said[0] == "relevance"
    attempt(tmp_path / "y.slens", folder, HashModel()).close()
    assert contents(out) == contents(tmp_path / "y.slens")
