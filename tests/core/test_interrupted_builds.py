"""Killed builds go on and end as if nothing had happened; full disks and vanished folders lose nothing."""

from __future__ import annotations

import json
import random
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.core.build import build
from slens_widgets.core.work import CHECKPOINT, STAGES
from slens_widgets.errors import DatabaseError, InputError, ModelError, SourceGoneError
from tests.core.nursery import finish
from tests.core.parts import TRANSFORM, HashModel, pictures, small_cnn

ROOT = Path(__file__).parents[2]
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("images")
    (found / "a").mkdir()
    for i, image in enumerate([*pictures(18, size=(40, 48)), *pictures(18, 1, size=(64, 40))]):
        image.save(found / "a" / f"{i:02}.png")
    (found / "a" / "05_broken.jpg").write_bytes(b"no")
    return found


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Build in a process of its own: `ask(out, images, kill=seconds)`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.core.nursery"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip

    def asked(out: Path, images: Path, **request: Any) -> dict[str, Any]:
        process.stdin.write(json.dumps({"out": str(out), "images": str(images), **request}) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield asked
    process.stdin.close()
    process.wait(30)


@pytest.fixture(scope="module")
def whole(ask: Ask, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A database whose build was left alone, and how often it reported its progress."""
    out = tmp_path_factory.mktemp("whole") / "x.slens"
    answer = ask(out, folder)
    assert answer["ended"] == 0, answer
    return out, len(answer["said"])


def contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of every file, but for the date of the build."""
    found = {}
    for file in sorted(path.iterdir()):
        data = file.read_bytes()
        found[file.name] = re.sub(rb'"created": "[^"]*"', b"", data)
        assert file.name != "concepts.sqlite" or found[file.name] != data
    return found


def check_killed(
    ask: Ask, whole: tuple[Path, int], folder: Path, out: Path, moments: list[tuple[float, float]]
) -> str:
    """Build, killed at fractions of a whole build's reports, then to the end; return where it went on."""
    for moment, delay in moments:
        ask(out, folder, kill=(int(moment * whole[1]), delay))
        if not out.exists():
            with pytest.raises(DatabaseError):
                sw.open(out)
    went_on = "finished"
    if not out.exists():
        answer = ask(out, folder)
        assert answer["ended"] == 0, answer
        went_on = answer["said"][1] if len(answer["said"]) > 1 else "finish"
    assert contents(out) == contents(whole[0])
    assert [each.name for each in out.parent.iterdir() if each.suffix != ".log"] == [out.name]
    return went_on


def test_a_killed_build_ends_as_if_nothing_had_happened(
    ask: Ask, whole: tuple[Path, int], folder: Path, tmp_path: Path
) -> None:
    went_on = check_killed(ask, whole, folder, tmp_path / "x.slens", [(0.55, 0), (0.1, 0.005)])
    assert not went_on.startswith("collect 0 "), "it went on from a checkpoint"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_builds_killed_at_twenty_random_moments(
    ask: Ask, whole: tuple[Path, int], folder: Path, tmp_path: Path
) -> None:
    rng = random.Random(0)
    went_on = []
    for number in range(20):
        moments = [(rng.random() * 1.1, rng.random() * 0.03) for _ in range(1 + number % 3)]
        (tmp_path / str(number)).mkdir()
        went_on.append(check_killed(ask, whole, folder, tmp_path / str(number) / "x.slens", moments))
    stages = {each.split()[0] for each in went_on}
    assert len(stages) >= 3, f"kills hit {stages} only"


def test_a_checkpoint_comes_every_minute_or_sooner() -> None:
    assert 0 < CHECKPOINT <= 60


def attempt(out: Path, images: Any, **changes: Any) -> ConceptDB:
    arguments: dict[str, Any] = {
        "transform": TRANSFORM, "m": 4, "device": "cpu", "progress": False, "batch_size": 4, "checkpoint": 0,
        "foundation_model": HashModel(), **changes,
    }  # fmt: skip
    return build(small_cnn(), images, ["4", "7", "12"], out=out, **arguments)


class Failing(HashModel):
    """Fails until it is told not to."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error: BaseException | None = error

    def encode_images(self, images: Any) -> Any:
        if self.error is not None:
            raise self.error
        return super().encode_images(images)


def test_what_was_done_before_an_error_is_kept(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.slens"
    model = Failing(KeyboardInterrupt("stopped"))
    with pytest.raises(KeyboardInterrupt) as caught:
        attempt(out, folder, foundation_model=model)
    assert "goes on from there" in caught.value.__notes__[0]
    assert [each.name for each in tmp_path.iterdir()] == ["x.slens.partial"]
    with pytest.raises(DatabaseError, match="unfinished one lies beside"):
        sw.open(out)
    with pytest.raises(DatabaseError, match="unfinished"):
        sw.open(tmp_path / "x.slens.partial")
    said: list[tuple[int, int, str]] = []
    model.error = None
    attempt(out, folder, foundation_model=model, progress=lambda *each: said.append(each)).close()
    stages = list(dict.fromkeys(stage for _, _, stage in said))
    assert stages == ["embed", "write"]
    assert [each.name for each in tmp_path.iterdir()] == ["x.slens"]


def test_an_unfinished_build_with_other_settings_is_not_thrown_away_by_accident(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "x.slens"
    with pytest.raises(ModelError):
        attempt(out, folder, foundation_model=Failing(ModelError("no")))
    with pytest.raises(DatabaseError, match=r"other settings \(m: 4 then, 3 now\).*overwrite=True"):
        attempt(out, folder, m=3)
    with pytest.raises(DatabaseError, match="images:"):
        attempt(out, pictures(9))
    with attempt(out, folder, m=3, overwrite=True) as db:
        assert db.m == 3


def test_the_second_of_two_builds_of_one_path_is_told(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.slens"

    def again(done: int, total: int, stage: str) -> None:
        if stage == "embed":
            with pytest.raises(DatabaseError, match=r"is being built by process \d+ on .*Wait"):
                attempt(out, folder)

    attempt(out, folder, progress=again).close()
    assert [each.name for each in tmp_path.iterdir()] == ["x.slens"]


def test_a_damaged_checkpoint_is_named(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.slens"
    with pytest.raises(ModelError):
        attempt(out, folder, foundation_model=Failing(ModelError("no")))
    (found,) = (tmp_path / "x.slens.partial" / "work").glob("checkpoint-*")
    found.write_bytes(found.read_bytes()[:100])
    with pytest.raises(DatabaseError, match=r"checkpoint.*damaged.*Remove .*x\.slens\.partial"):
        attempt(out, folder)


def test_a_vanished_folder_of_images_loses_nothing(
    whole: tuple[Path, int], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slens_widgets.core.images._DECODED_BYTES", 0)
    images, out = tmp_path / "images", tmp_path / "x.slens"
    shutil.copytree(folder, images)
    for stage in ("collect", "relevance", "embed"):

        def vanish(done: int, total: int, now: str, stage: str = stage) -> None:
            if now == stage and (done > 0 or stage != "collect") and images.exists():
                images.rename(tmp_path / "elsewhere")

        with pytest.raises(SourceGoneError, match=r"images/a' has vanished.*network drive"):
            attempt(out, images, progress=vanish)
        (tmp_path / "elsewhere").rename(images)
    attempt(out, images).close()
    ours, theirs = contents(out), contents(whole[0])
    assert {name: ours[name] for name in ours if name != "concepts.sqlite"} == {
        name: theirs[name] for name in theirs if name != "concepts.sqlite"
    }


def test_an_image_that_vanishes_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slens_widgets.core.images._DECODED_BYTES", 0)
    images, out = tmp_path / "images", tmp_path / "x.slens"
    shutil.copytree(folder, images)

    def vanish(done: int, total: int, now: str) -> None:
        if now == "relevance":
            (images / "a" / "30.png").unlink(missing_ok=True)

    with pytest.raises(InputError, match=r"a/30\.png.*can't be read|a/30\.png' cannot be read"):
        attempt(out, images, progress=vanish)


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
