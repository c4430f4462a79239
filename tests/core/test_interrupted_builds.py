"""Killed builds go on and end as if nothing had happened; what failed or vanished loses nothing."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import slens_widgets as sw
from slens_widgets.core.work import CHECKPOINT
from slens_widgets.errors import DatabaseError, InputError, ModelError, SourceGoneError
from tests.core.interrupted import Failing, attempt, contents, write_images
from tests.core.parts import pictures

ROOT = Path(__file__).parents[2]
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images"))


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
    if (out / "work").exists():  # the next who builds there removes what a kill at the very end left
        assert "already at" in " ".join(ask(out, folder)["said"])
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


def kill_at_lines(ask: Ask, whole: tuple[Path, int], folder: Path, tmp_path: Path, lines: list[int]) -> int:
    """Build, killed at each of some lines of the code that writes, then to the end; return the kills."""
    kills = 0
    for line in lines:
        out = tmp_path / str(line) / "x.slens"
        out.parent.mkdir()
        kills += ask(out, folder, line=line, checkpoint=0.1)["ended"] == 9
        if not out.exists():
            # Of a line further on it dies once more, where it goes on.
            ask(out, folder, line=line * 3 % 5000 + 1, checkpoint=0.1)
        check_killed(ask, whole, folder, out, [])
        shutil.rmtree(out.parent)
    return kills


def test_a_build_killed_at_lines_of_what_writes_ends_as_if_nothing_had_happened(
    ask: Ask, whole: tuple[Path, int], folder: Path, tmp_path: Path
) -> None:
    assert kill_at_lines(ask, whole, folder, tmp_path, [700, 3000]) == 2


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_builds_killed_at_many_lines_of_what_writes(
    ask: Ask, whole: tuple[Path, int], folder: Path, tmp_path: Path
) -> None:
    assert kill_at_lines(ask, whole, folder, tmp_path, list(range(1, 6_000, 151))) > 20


def test_a_checkpoint_comes_every_minute_or_sooner() -> None:
    assert 0 < CHECKPOINT <= 60


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
    assert {name: ours[name] for name in ours if name.endswith(".safetensors")} == {
        name: theirs[name] for name in theirs if name.endswith(".safetensors")
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
