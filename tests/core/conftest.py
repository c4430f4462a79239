from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import slens_widgets as sw
from tests.core.interrupted import contents
from tests.core.sharded import attempt, tiny_clip, write_images


@pytest.fixture(params=["cpu", *(["cuda"] if torch.cuda.is_available() else [])])
def device(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Workers compute with as many threads as this process; two of them fit on two cores so."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The images of builds in shards, in a folder; modules with other images have one of their own."""
    return write_images(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def tiny() -> sw.OpenClip:
    return tiny_clip()


@pytest.fixture(scope="module")
def whole(
    one_thread: None, folder: Path, tiny: sw.OpenClip, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """The bytes of a database that this process built alone."""
    out = tmp_path_factory.mktemp("whole") / "x.slens"
    attempt(out, folder, tiny).close()
    return contents(out)
