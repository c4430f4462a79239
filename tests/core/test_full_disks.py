"""Disks that are full, limited or not to be written: clear errors, and what was done is kept."""

from __future__ import annotations

import re
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from slens_widgets.core.work import STAGES
from slens_widgets.errors import DatabaseError, ModelError
from tests.core.interrupted import Failing, attempt, contents, write_images
from tests.core.nursery import finish


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images"))


def test_a_limit_on_file_sizes_is_a_clear_error(folder: Path, tmp_path: Path) -> None:
    """A quota: the system refuses to let a file grow."""
    out = tmp_path / "x.slens"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, before[1]))
    try:
        with pytest.raises(
            DatabaseError, match=r"can't be written: .*(large|disk|full).*What was done is kept"
        ):
            attempt(out, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    said: list[str] = []
    attempt(out, folder, progress=lambda done, total, stage: said.append(stage)).close()
    assert "collect" not in said


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A disk of its own: `disk("size=100k")` mounts it, or changes it."""
    mount = tmp_path / "disk"
    mount.mkdir()

    def changed(options: str) -> Path:
        how = ["-o", f"remount,{options}"] if mount.is_mount() else ["-t", "tmpfs", "-o", options, "tmpfs"]
        if subprocess.run(["mount", *how, mount], capture_output=True).returncode:
            pytest.skip("NO DISK CAN BE MOUNTED HERE: that needs root, and a machine that lets it")
        return mount

    yield changed
    if mount.is_mount():
        subprocess.run(["umount", "-l", mount], check=True)


def test_a_disk_that_is_full_again_and_again_loses_nothing(
    disk: Callable[[str], Path], folder: Path, tmp_path: Path
) -> None:
    """The disk grows by a quarter after each failure, until the build fits on it."""
    out, size, before = disk("size=16k") / "x.slens", 16, 0
    stopped: list[str] = []
    while not out.exists():
        said: list[str] = []
        try:
            attempt(
                out, folder, finish=finish, progress=lambda done, total, stage, said=said: said.append(stage)
            ).close()
        except DatabaseError as error:
            message = str(error)
            assert re.search(r"'/.*/x\.slens' can't be written: .*(No space left|disk is full)", message)
            assert re.search(r"MiB are free there\)\. .*make room.*then build again", message)
            assert not out.exists()
            kept = out.with_name("x.slens.partial").exists()
            assert kept == ("What was done is kept" in message) == ("Nothing is left there" not in message)
            assert kept or not before, "nothing that was kept is lost"
        place = STAGES.index(said[0]) if said else len(STAGES)
        assert place >= before, "it goes on where it was"
        before = place
        stopped.append(said[-1] if said else "finish")
        size = int(size * 1.25) + 4
        assert size < 20_000
        disk(f"size={size}k")
    assert set(stopped) >= {"collect", "relevance", "embed", "write"}, "it was full in every stage"
    attempt(tmp_path / "y.slens", folder, finish=finish).close()
    assert contents(out) == contents(tmp_path / "y.slens")
    assert [each.name for each in out.parent.iterdir()] == ["x.slens"]


def test_a_disk_that_can_only_be_read_is_a_clear_error(disk: Callable[[str], Path], folder: Path) -> None:
    out = disk("size=20m") / "x.slens"
    with pytest.raises(ModelError):
        attempt(out, folder, foundation_model=Failing(ModelError("no")))
    kept = out.with_name("x.slens.partial")
    disk("ro")
    for path in (out, out.with_name("y.slens")):
        with pytest.raises(DatabaseError, match=r"/[xy]\.slens'.*: Read-only.*writable"):
            attempt(path, folder)
    assert kept.is_dir()
    disk("rw")
    said: list[str] = []
    attempt(out, folder, progress=lambda done, total, stage: said.append(stage)).close()
    assert said[0] == "embed"
