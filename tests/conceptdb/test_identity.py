"""A database is what was opened, not what lies at its path; and whoever writes does so alone."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import resource
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB, lock
from slens_widgets.errors import DatabaseError, InputError
from tests.interrupting import killed
from tests.small_database import HashModel, add_probe, fill, provenance

LAYERS = {"one": 4}


class Named(HashModel):
    """Another foundation model of any name, that waits for others where it is told to."""

    def __init__(self, name: str, barrier: threading.Barrier | None = None) -> None:
        self.name, self.fingerprint, self.barrier = name, f"{name}-1", barrier

    def encode_images(self, images):
        if self.barrier is not None:
            self.barrier.wait(30)
        return super().encode_images(images)


def write(path: Path, **changes) -> None:
    with ConceptDB.create(path, overwrite=True) as writer:
        fill(writer, LAYERS)
        add_probe(writer, LAYERS, n=10)
        writer.finish(provenance(**changes))


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_an_audit_of_the_old_database_writes_nothing_into_the_new_one(tmp_path):
    path = tmp_path / "a.slens"
    write(path)
    audit = sw.Audit(path, HashModel())
    audit.db.embed_with(Named("other"))
    write(path, created="2026-02-02T00:00:00")
    before = files(path)
    audit.db.save_array("kind", "key", "one", np.ones(4))
    assert audit.db.array("kind", "key", "one").sum() == 4, "memory keeps it"
    for act in (
        lambda: audit.db.embed_with(Named("third")),
        lambda: audit.use(Named("other")),
        lambda: audit.project(),
    ):
        with pytest.raises(DatabaseError, match=r"has taken the place.*Open it again"):
            act()
    assert files(path) == before
    shutil.rmtree(path)
    with pytest.raises(DatabaseError, match="or it is gone"):
        audit.db.embed_with(Named("third"))


def test_two_embeddings_at_once_take_two_numbers(tmp_path):
    path = tmp_path / "a.slens"
    write(path)
    barrier = threading.Barrier(3)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda name: sw.open(path).embed_with(Named(name, barrier)), "abc"))
    with sw.open(path) as db:
        assert sorted(db.foundation_models) == ["a", "b", "c", "hash"]
        assert db.check() == []
        for name in "abc":
            assert db.using(name).check() == []
    assert len(list(path.glob("embeddings-*"))) == 4


def test_the_second_of_two_embeddings_by_one_name_is_told(tmp_path):
    path = tmp_path / "a.slens"
    write(path)
    barrier = threading.Barrier(2)

    def embed(_):
        try:
            sw.open(path).embed_with(Named("a", barrier))
        except InputError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(embed, range(2)))
    assert said[0] == ""
    assert "meanwhile" in said[1]
    assert len(list(path.glob("embeddings-*"))) == 2


def sweep_embeddings(tmp_path: Path, first: int, step: int) -> int:
    template = tmp_path / "template.slens"
    write(template)
    number, kills = first, 0
    while True:
        path = tmp_path / f"{number}.slens"
        shutil.copytree(template, path)
        code = ("conceptdb/further_embeddings.py", "conceptdb/folder.py", "conceptdb/embeddings.py")
        ended = killed(number, lambda path=path: sw.open(path).embed_with(Named("a")), *code)
        if not ended:
            return kills
        kills += 1
        with sw.open(path) as db:
            assert db.check() == []
            if "a" not in db.foundation_models:
                db.embed_with(Named("a"))
            else:
                db.embed_with(Named("b"))
        with sw.open(path) as db:
            assert db.using("a").check() == []
            known = len(db.foundation_models)
        assert len(list(path.glob("embeddings-*"))) == known
        assert not [name for name in os.listdir(path) if "writing" in name]
        shutil.rmtree(path)
        number += step


def test_a_kill_while_embedding_leaves_all_or_nothing(tmp_path):
    assert sweep_embeddings(tmp_path, 40, 97) > 2


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_kill_at_any_line_of_embedding_leaves_all_or_nothing(tmp_path):
    assert sweep_embeddings(tmp_path, 1, 1) > 100


def test_a_full_disk_leaves_a_database_as_it_was(tmp_path):
    path = tmp_path / "a.slens"
    write(path)
    before = files(path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with sw.open(path) as db:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        try:
            with pytest.raises(DatabaseError, match=r"can't be written.*Make room"):
                db.embed_with(Named("a"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert files(path) == before
        assert db.embed_with(Named("a")).check() == []


@pytest.fixture
def no_locks(monkeypatch):
    """A file system that has no locks of folders."""

    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    monkeypatch.setattr(lock, "BEAT", 0.02)


def test_without_locks_a_lock_file_keeps_the_second_builder_away(tmp_path, no_locks):
    path = tmp_path / "a.slens"
    with ConceptDB.create(path, plan={}) as writer:
        fill(writer, LAYERS)
        writer.commit()
        with pytest.raises(DatabaseError, match=f"is being built by process {os.getpid()} on .*Wait"):
            ConceptDB.create(path, plan={})
        old = time.time() - 3600
        os.utime(tmp_path / "a.slens.partial.lock", (old, old))
        deadline = time.time() + 20
        while os.stat(tmp_path / "a.slens.partial.lock").st_mtime < old + 60:
            assert time.time() < deadline, "it gives signs of life"
            time.sleep(0.02)
        writer.finish(provenance())
    assert os.listdir(tmp_path) == ["a.slens"]


@pytest.mark.parametrize("dead", ["its process ended", "no sign of life"])
def test_the_lock_file_of_the_dead_is_taken(tmp_path, no_locks, dead):
    path, file = tmp_path / "a.slens", tmp_path / "a.slens.partial.lock"
    gone = os.fork()
    if gone == 0:
        os._exit(0)
    os.waitpid(gone, 0)
    here = dead == "its process ended"
    owner = {"token": "x", "process": gone, "host": lock.platform.node() if here else "elsewhere"}
    file.write_text(json.dumps(owner))
    if not here:
        with pytest.raises(DatabaseError, match=f"process {gone} on elsewhere"):
            ConceptDB.create(path)
        old = time.time() - 2 * lock.DEAD
        os.utime(file, (old, old))
    with ConceptDB.create(path) as writer:
        fill(writer, LAYERS)
        writer.finish(provenance())
    assert os.listdir(tmp_path) == ["a.slens"]


def test_who_lost_the_lock_writes_no_more(tmp_path, no_locks):
    path, file = tmp_path / "a.slens", tmp_path / "a.slens.partial.lock"
    with ConceptDB.create(path, plan={}) as writer:
        fill(writer, LAYERS)
        file.write_text(json.dumps({"token": "x", "process": 1, "host": "elsewhere"}))
        with pytest.raises(DatabaseError, match="taken over"):
            writer.commit()
    assert file.exists()
    assert not path.exists()
