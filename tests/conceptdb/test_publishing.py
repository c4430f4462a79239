"""A database takes its place: nothing is lost wherever it is killed or stopped."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import DatabaseError, InputError
from tests.interrupting import Interrupts, killed, lines_of
from tests.small_database import HashModel, fill, provenance, write

PLAN = {"of": "this test"}
CODE = ("conceptdb/publishing.py", "conceptdb/partial.py", "conceptdb/lock.py", "conceptdb/writer.py")
NEW = {"new": 2}


def build(path: Path, plan: dict[str, str] | None = PLAN) -> None:
    """Write a database with one layer "new"; go on where one that was killed was."""
    with ConceptDB.create(path, overwrite=True, plan=plan) as writer:
        if writer.complete:
            writer.publish()
            return
        if not writer.commits:
            fill(writer, NEW)
            (writer.work / "rows").write_bytes(b"1" * 1000)
            writer.commit()
        writer.finish(provenance(model={"name": "new", "weights_sha256": "1" * 64}))


def layers(path: Path) -> list[str]:
    with sw.open(path) as db:
        assert all(db.strip(component) for component in db.components)
        assert db.check() == []
        return db.layers


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a database with a person's trail, notes and a pruned set in it."""
    folder = tmp_path_factory.mktemp("old")
    write(folder / "a.slens", {"old": 3}).close()
    with sw.open(folder / "a.slens") as db:
        audit = sw.Audit(db, HashModel())
        audit.session.query = "ruler"
        audit.session.pruned = [("old", 1)]
        audit.save_trail("of May")
        audit.save_pruned(folder / "a.slens" / "pruned.json")
        (folder / "a.slens" / "notes").mkdir()
        (folder / "a.slens" / "notes" / "mine.txt").write_text("look at 2")
    return folder


def check_kept(path: Path) -> None:
    """Check what a person kept, at the place where the database is."""
    assert "ruler" in (path / "trails" / "of May.jsonl").read_text()
    assert (path / "notes" / "mine.txt").read_text() == "look at 2"
    assert (path / "pruned.json").is_file()


def check_end(folder: Path) -> None:
    """Check that all is done, and nothing is left beside."""
    assert sorted(os.listdir(folder)) == ["a.slens"]
    assert not (folder / "a.slens" / "work").exists()
    assert not [name for name in os.listdir(folder / "a.slens") if name.endswith(".writing")]


def test_trails_notes_and_pruned_sets_move_along_and_say_what_they_were_made_on(old, tmp_path):
    path = tmp_path / "a.slens"
    shutil.copytree(old / "a.slens", path)
    build(path)
    check_end(tmp_path)
    check_kept(path)
    audit = sw.Audit(path, HashModel())
    assert audit.trails()["name"].tolist() == ["of May"]
    with pytest.raises(InputError, match="other weights"):
        audit.open_trail("of May")
    with pytest.raises(InputError, match="other weights"):
        audit.load_pruned(path / "pruned.json")


def test_an_open_audit_of_the_old_database_goes_on_in_its_trail(old, tmp_path):
    path = tmp_path / "a.slens"
    shutil.copytree(old / "a.slens", path)
    audit = sw.Audit(path, HashModel())
    audit.open_trail("of May")
    build(path)
    audit.session.query = "after it"
    assert audit.trail.problem == ""
    assert "after it" in (path / "trails" / "of May.jsonl").read_text()


def test_what_both_have_stays_whole(old, tmp_path):
    """What was written into the new one while it took its place is not overwritten."""
    path = tmp_path / "a.slens"
    shutil.copytree(old / "a.slens", path)
    real = os.rename

    def rename(source, target, **how):
        real(source, target, **how)
        if Path(target) == path:
            (path / "notes" / "mine.txt").unlink()
            (path / "notes" / "mine.txt").write_text("another")
            (aside,) = tmp_path.glob("a.slens.replaced-*")
            (aside / "late.txt").write_text("late")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "rename", rename)
        build(path)
    assert (path / "notes" / "mine.txt").read_text() == "another"
    assert (path / "notes" / "mine-2.txt").read_text() == "look at 2"
    assert (path / "late.txt").read_text() == "late"
    check_end(tmp_path)


def test_where_no_links_can_be_made_files_are_copied(old, tmp_path, monkeypatch):
    def refuse(*args, **how):
        raise OSError(errno.EPERM, "no links here")

    path = tmp_path / "a.slens"
    shutil.copytree(old / "a.slens", path)
    monkeypatch.setattr(os, "link", refuse)
    build(path)
    check_kept(path)
    check_end(tmp_path)


@pytest.mark.parametrize("occupied", [False, True])
def test_a_refused_rename_keeps_what_its_message_promises(old, tmp_path, monkeypatch, occupied):
    path = tmp_path / "a.slens"
    if occupied:
        shutil.copytree(old / "a.slens", path)
    real = os.rename

    def refuse(source, target, **how):
        if Path(target) == path and str(source).endswith(".partial"):
            raise OSError(errno.EACCES, "no")
        real(source, target, **how)

    for plan in (PLAN, None):
        with monkeypatch.context() as patch:
            patch.setattr(os, "rename", refuse)
            with pytest.raises(DatabaseError, match=r"can't be moved.*whole.*a\.slens\.partial.*same call"):
                build(path, plan=plan)
        assert layers(tmp_path / "a.slens.partial") == ["new"]
        if occupied:
            assert layers(path) == ["old"]
            check_kept(path)
        if plan:
            build(path)
            assert layers(path) == ["new"]
            check_end(tmp_path)
            shutil.rmtree(path)
            if occupied:
                shutil.copytree(old / "a.slens", path)


def test_a_link_to_a_database_stays_one(old, tmp_path):
    shutil.copytree(old / "a.slens", tmp_path / "disk" / "a.slens")
    link = tmp_path / "link.slens"
    link.symlink_to(tmp_path / "disk" / "a.slens")
    build(link)
    assert link.is_symlink()
    assert layers(tmp_path / "disk" / "a.slens") == ["new"]
    check_end(tmp_path / "disk")


def test_a_backup_beside_is_never_taken_for_what_was_replaced(old, tmp_path):
    path = tmp_path / "a.slens"
    for name in ("a.slens", "a.slens.replaced-0123abcd", "a.slens.replaced"):
        shutil.copytree(old / "a.slens", tmp_path / name)
    build(path)
    assert layers(tmp_path / "a.slens.replaced-0123abcd") == ["old"]
    shutil.rmtree(path)
    with pytest.raises(DatabaseError, match="There is nothing at"):
        sw.open(path)


def sweep(old: Path, tmp_path: Path, step: int, first: int, occupied: bool) -> int:
    """Kill a build at lines of the code, and check that all is found again; return the number of kills."""
    kills = 0
    number = first
    while True:
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "a.slens"
        if occupied:
            shutil.copytree(old / "a.slens", path)
        if not killed(number, lambda path=path: build(path), *CODE):
            return kills
        kills += 1
        if occupied:  # at any moment a whole database is found, and what a person kept
            assert layers(path) in (["old"], ["new"])
            check_kept(path)
        elif path.exists():
            assert layers(path) == ["new"]
        build(path)
        assert layers(path) == ["new"]
        if occupied:
            check_kept(path)
        check_end(folder)
        shutil.rmtree(folder)
        number += step


@pytest.mark.parametrize("occupied", [False, True])
def test_a_kill_while_publishing_loses_nothing(old, tmp_path, occupied):
    step = 61
    assert sweep(old, tmp_path, step, 1 + occupied, occupied) > 3


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("occupied", [False, True])
def test_a_kill_at_any_line_of_writing_and_publishing_loses_nothing(old, tmp_path, occupied):
    assert sweep(old, tmp_path, 1, 1, occupied) > 200


def descriptors() -> set[str]:
    """Return the folders of databases that the process holds open."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:
            continue
    return {each for each in found if each.removesuffix(" (deleted)").endswith((".slens", ".partial"))}


def interrupt(old: Path, tmp_path: Path, parts: int, times: int, remembered: bool) -> None:
    """Interrupt builds at lines of the code: nothing is lost, and the same process can build at once.

    A notebook remembers the last traceback, with all that it refers to. Who stops between the making of a
    writer and its `with` is let go of with that, and no earlier.
    """
    code = CODE[:-1] if remembered else CODE
    lines = lines_of(lambda: build(tmp_path / "a.slens"), *code)
    before = descriptors()
    for number in range(1, lines + 1, -(-lines // parts)):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "a.slens"
        shutil.copytree(old / "a.slens", path)
        kept: list[BaseException] = []

        def act(path: Path = path, kept: list[BaseException] = kept) -> None:
            try:
                build(path)
            except KeyboardInterrupt as stop:
                kept += [stop] * remembered

        Interrupts(number, *code, times=times).run(act)
        assert layers(path) in (["old"], ["new"])
        check_kept(path)
        build(path)
        assert layers(path) == ["new"]
        check_kept(path)
        check_end(folder)
        kept.clear()
        assert descriptors() <= before
        shutil.rmtree(folder)


STOPS = pytest.mark.parametrize(("times", "remembered"), [(1, True), (1, False), (2, False)])


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="open files can't be listed here")
@STOPS
def test_a_stop_while_publishing_loses_nothing(old, tmp_path, times, remembered):
    interrupt(old, tmp_path, 6, times, remembered)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@STOPS
def test_a_stop_at_any_line_of_writing_and_publishing_loses_nothing(old, tmp_path, times, remembered):
    interrupt(old, tmp_path, 10_000, times, remembered)
