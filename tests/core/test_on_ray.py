"""Builds on Ray end in the bytes of a local one; what fails there is raised here."""

from __future__ import annotations

import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import slens_widgets as sw
from slens_widgets.core.on_ray import sendable
from slens_widgets.errors import InputError, ModelError, UnknownNameError, UnreadableImageError
from tests.core.interrupted import contents
from tests.core.parts import HashModel, pictures, small_cnn, state_of
from tests.core.sharded import attempt

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.usefixtures("one_thread")


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
from tests.core.parts import HashModel
from tests.core.sharded import attempt

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
