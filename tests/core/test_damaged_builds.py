"""What a build has done is believed only as it was written; other images and labels are told apart."""

from __future__ import annotations

import errno
import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, UnidentifiedImageError

import slens_widgets as sw
from slens_widgets.conceptdb import publishing
from slens_widgets.core.images import ImageSet
from slens_widgets.errors import DatabaseError, InputError, ModelError, ReadingError
from tests.core.interrupted import Failing, attempt, contents, write_images
from tests.core.parts import TRANSFORM, pictures

DAMAGES: dict[str, Callable[[Path], Any]] = {
    "lost": Path.unlink,
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "one byte": lambda path: path.write_bytes(_changed(path.read_bytes())),
}


class Stop(Exception):
    """Ends a build from its reports."""


def _changed(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x40]) + data[middle + 1 :]


def stop_at(stage: str, part: float) -> Callable[[int, int, str], None]:
    def progress(done: int, total: int, now: str) -> None:
        if now == stage and done >= part * total:
            raise Stop

    return progress


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "x.slens"
    attempt(out, folder).close()
    return contents(out)


@pytest.fixture(scope="module")
def stopped(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Unfinished builds, by where they were stopped; the last one is complete and was not moved."""
    found = {}
    for stage, part in (("collect", 0.6), ("relevance", 0.5), ("embed", 0.6), ("write", 0.7)):
        found[stage] = tmp_path_factory.mktemp(stage)
        with pytest.raises(Stop):
            attempt(found[stage] / "x.slens", folder, progress=stop_at(stage, part))
    found["finish"] = tmp_path_factory.mktemp("finish")

    def refuse(*_: Any) -> None:
        raise DatabaseError("not now")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("slens_widgets.conceptdb.partial.publish", refuse)
        with pytest.raises(DatabaseError, match="not now"):
            attempt(found["finish"] / "x.slens", folder)
    return found


def files_of(stopped: Path) -> list[Path]:
    """Return the files of an unfinished build, but for the note of who writes."""
    partial = stopped / "x.slens.partial"
    return sorted(
        path.relative_to(stopped)
        for path in partial.rglob("*")
        if path.is_file() and path.name not in ("writer", publishing.PLAN)
    )


def check_damaged(
    stopped: Path, file: Path, how: str, folder: Path, tmp_path: Path, whole: dict[str, bytes], log: Any
) -> bool:
    """Damage a file of an unfinished build: the database is the same as ever. Return whether it was named."""
    place = tmp_path / "damaged"
    shutil.copytree(stopped, place)
    DAMAGES[how](place / file)
    log.clear()
    attempt(place / "x.slens", folder).close()
    assert contents(place / "x.slens") == whole, f"{file} {how} gave another database"
    assert [each.name for each in place.iterdir()] == ["x.slens"]
    warned = " ".join(record.getMessage() for record in log.records if record.levelno >= logging.WARNING)
    shutil.rmtree(place)
    return "damaged" in warned or "tables" in warned


CASES = {
    "collect": ("work/.*rows", "zeros"),
    "relevance": ("work/checkpoint.*", "one byte"),
    "embed": ("work/.*rows", "one byte"),
    "write": ("concepts.sqlite", "zeros"),
    "finish": ("embeddings.*", "lost"),
}


@pytest.mark.parametrize("stage", CASES)
def test_what_is_damaged_is_named_and_done_anew(
    stopped: dict[str, Path], folder: Path, tmp_path: Path, whole: dict[str, bytes], caplog: Any, stage: str
) -> None:
    pattern, how = CASES[stage]
    files = [each for each in files_of(stopped[stage]) if re.search(pattern, each.as_posix())]
    last = max(files, key=lambda each: (len(each.name), each.name))
    assert check_damaged(stopped[stage], last, how, folder, tmp_path, whole, caplog)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_any_file_that_is_damaged_is_named_and_done_anew(
    stopped: dict[str, Path], folder: Path, tmp_path: Path, whole: dict[str, bytes], caplog: Any
) -> None:
    tried = named = 0
    for stage, place in stopped.items():
        last = max((int(p.stem.split("-")[1]) for p in place.rglob("checkpoint-*")), default=0)
        for file in files_of(place):
            early = file.name.startswith("checkpoint") and int(file.stem.split("-")[1]) != last
            unused = stage == "finish" and "work" in file.parts
            for how in DAMAGES:
                if early or unused or not (place / file).stat().st_size:
                    continue
                named += check_damaged(place, file, how, folder, tmp_path, whole, caplog)
                tried += 1
    # A file that is there and holds nothing yet is not missed.
    assert tried > 60
    assert named > 0.7 * tried


def test_several_damages_at_once_and_nothing_left_to_use(
    stopped: dict[str, Path], folder: Path, tmp_path: Path, whole: dict[str, bytes], caplog: Any
) -> None:
    place = tmp_path / "x"
    shutil.copytree(stopped["write"], place)
    for path in (place / "x.slens.partial").rglob("*"):
        if path.suffix in (".rows", ".sqlite", ".safetensors"):
            path.write_bytes(b"")
    attempt(place / "x.slens", folder).close()
    assert contents(place / "x.slens") == whole
    assert "it begins anew" in caplog.text


def test_a_lost_plan_is_named_and_nothing_is_thrown_away(
    stopped: dict[str, Path], folder: Path, tmp_path: Path, whole: dict[str, bytes]
) -> None:
    place = tmp_path / "x"
    shutil.copytree(stopped["embed"], place)
    plan = place / "x.slens.partial" / "work" / publishing.PLAN
    kept = plan.read_text()
    for damage in (Path.unlink, lambda path: path.write_text(""), lambda path: path.write_text(kept[:5])):
        damage(plan)
        before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
        with pytest.raises(DatabaseError, match=r"is lost.*plan\.json.*overwrite=True"):
            attempt(place / "x.slens", folder)
        assert before == {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
        plan.write_text(kept)
    said: list[str] = []
    attempt(place / "x.slens", folder, progress=lambda done, total, stage: said.append(stage)).close()
    assert said[0] == "embed"
    plan_lost = tmp_path / "y"
    shutil.copytree(stopped["embed"], plan_lost)
    (plan_lost / "x.slens.partial" / "work" / publishing.PLAN).unlink()
    attempt(plan_lost / "x.slens", folder, overwrite=True).close()
    assert contents(plan_lost / "x.slens") == whole


class Pictures:
    """A data set that tells neither dates nor labels without its images."""

    def __init__(self, seed: int = 0, label: int = 0, troubles: dict[int, list[BaseException]] | None = None):
        self.pictures = pictures(16, seed)
        self.label, self.troubles = label, troubles or {}

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, place: int) -> tuple[Image.Image, int]:
        if self.troubles.get(place):
            raise self.troubles[place].pop()
        return self.pictures[place], self.label


@pytest.mark.parametrize(("stage", "part"), [("collect", 0.6), ("write", 0.7)])
def test_a_build_is_not_carried_on_with_other_images(tmp_path: Path, stage: str, part: float) -> None:
    out = tmp_path / "x.slens"
    with pytest.raises(Stop):
        attempt(out, Pictures(), progress=stop_at(stage, part))
    with pytest.raises(DatabaseError, match=r"other images \('image 0' is another one now\).*overwrite=True"):
        attempt(out, Pictures(5))
    said: list[str] = []
    if stage == "collect":
        attempt(out, Pictures(5), overwrite=True).close()
    else:
        attempt(out, Pictures(), progress=lambda done, total, now: said.append(now)).close()
        assert said[0] == stage
    attempt(tmp_path / "y.slens", Pictures(5 if stage == "collect" else 0)).close()
    assert contents(out) == contents(tmp_path / "y.slens")


@pytest.mark.parametrize("labelled", [True, False], ids=["given labels", "a data set's own"])
def test_a_build_is_not_carried_on_with_other_labels(tmp_path: Path, labelled: bool) -> None:
    def images(label: int) -> Any:
        if not labelled:
            return Pictures(label=label)
        return ImageSet(pictures(16), labels=[label] * 16, class_names=["a", "b"])

    out = tmp_path / "x.slens"
    with pytest.raises(Stop):
        attempt(out, images(0), progress=stop_at("write", 0.1))
    with pytest.raises(DatabaseError, match=r"other labels.*overwrite=True"):
        attempt(out, images(1))
    with attempt(out, images(1), overwrite=True) as db:
        assert {record.label for record in db.images()} == {1} == set(db.probe.labels.tolist())


def test_an_image_that_changes_under_a_build_stops_it(tmp_path: Path) -> None:
    images = Pictures()

    def change(done: int, total: int, stage: str) -> None:
        if stage == "relevance":
            images.pictures = pictures(16, 7)

    with pytest.raises(InputError, match=r"'image \d+' is another one than when it was first read"):
        attempt(tmp_path / "x.slens", images, progress=change)


def test_a_passing_error_of_a_data_set_changes_nothing(tmp_path: Path) -> None:
    attempt(tmp_path / "x.slens", Pictures()).close()
    troubles = {
        3: [MemoryError()],
        7: [OSError(errno.EIO, "passing"), TimeoutError()],
        9: [OSError("passing")],
    }
    with attempt(tmp_path / "y.slens", Pictures(troubles=troubles)) as db:
        assert db.provenance["images"]["skipped"] == []
    assert contents(tmp_path / "x.slens") == contents(tmp_path / "y.slens")


@pytest.mark.parametrize("error", [MemoryError("no memory"), OSError(errno.EIO, "bad cable")])
def test_an_error_that_stays_stops_the_build_and_what_was_done_is_kept(tmp_path: Path, error: Any) -> None:
    out = tmp_path / "x.slens"
    images = Pictures(troubles={13: [error] * 100})
    with pytest.raises(ReadingError, match=r"'image 13' could not be read, three times") as caught:
        attempt(out, images)
    assert "goes on from there" in caught.value.__notes__[0]
    images.troubles.clear()
    said: list[tuple[int, str]] = []
    attempt(out, images, progress=lambda done, total, stage: said.append((done, stage))).close()
    assert said[1][0] >= 8
    attempt(tmp_path / "y.slens", Pictures()).close()
    assert contents(out) == contents(tmp_path / "y.slens")


@pytest.mark.parametrize(
    "error",
    [
        UnidentifiedImageError("cannot identify"),
        OSError("image file is truncated (3 bytes not processed)"),
        FileNotFoundError(errno.ENOENT, "no such file"),
        ValueError("not a picture"),
    ],
)
def test_only_what_says_that_this_image_is_bad_skips_it(tmp_path: Path, error: Any) -> None:
    images = ImageSet(Pictures(troubles={4: [error] * 100}))
    assert 4 not in images.check()
    assert [entry.id for entry in images.skipped] == [4]


@pytest.mark.parametrize("stage", ["collect", "relevance", "embed"])
def test_an_error_of_a_transform_or_of_labels_is_not_that_of_the_disk(tmp_path: Path, stage: str) -> None:
    error, now = OSError(errno.ENOSPC, "No space left on device"), [""]

    def transform(image: Image.Image) -> Any:
        if now[0] == stage:
            raise error
        return TRANSFORM(image)

    class Labelled(Pictures):
        @property
        def targets(self) -> list[int]:
            if now[0] == stage == "embed":
                raise error
            return [0] * 16

    def progress(done: int, total: int, at: str) -> None:
        now[0] = at

    kind = ReadingError if stage == "embed" else InputError
    with pytest.raises(kind, match=r"(transform fails on|classes of the images could not).*No space left"):
        attempt(tmp_path / "x.slens", Labelled(), transform=transform, progress=progress)


def test_an_error_of_the_foundation_model_is_its_own(tmp_path: Path) -> None:
    error = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(ModelError, match=r"foundation model 'hash' fails.*No space left"):
        attempt(tmp_path / "x.slens", pictures(12), foundation_model=Failing(error))
    attempt(tmp_path / "x.slens", pictures(12)).close()
    with sw.open(tmp_path / "x.slens") as db:
        failing = Failing(error)
        failing.name = "another"
        with pytest.raises(ModelError, match="foundation model 'another' fails"):
            db.embed_with(failing)
