"""Databases with bytes changed, lost or added anywhere: they open or are refused; nothing in them runs."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import sqlite3
import uuid
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slens_widgets.audit import Audit
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import SlensError
from tests.small_database import HashModel, add_probe, fill, provenance


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("original") / "x.slens"
    with ConceptDB.create(path) as writer:
        fill(writer)
        add_probe(writer)
        writer.finish(provenance())
    return path


def read_everything(path: Path) -> None:
    """Open a database and read all that is in it."""
    with ConceptDB.open(path) as db:
        for layer in db.layers:
            view = db[layer]
            for name in ("embeddings", "theta", "image_ids", "activations", "boxes"):
                np.asarray(getattr(view, name)).sum()
            assert all(len(values) == len(view) for values in view.statistics.values())
        for component in db.components[::7]:
            db.strip(component)
            db.heatmap(component, db.m - 1)
        for record in db.images():
            db.picture(record.id)
        assert isinstance(db.lacks, list)
        if db.probe is not None:
            for layer in db.layers:
                db.probe.activations(layer).sum()
        db.scores("clarity")
        db.projection("x")


def attempt(path: Path) -> str | None:
    """Return what is said of a database that can't be used, None of one that can."""
    try:
        read_everything(path)
    except SlensError as error:
        return str(error) or pytest.fail("an error without a word")
    return None


def changed(original: Path, folder: Path, name: str, content: bytes) -> Path:
    copy = folder / f"{uuid.uuid4().hex}.slens"
    shutil.copytree(original, copy)
    (copy / name).write_bytes(content)
    return copy


def files(original: Path) -> list[str]:
    return sorted(path.name for path in original.iterdir() if path.is_file())


def test_no_beginning_of_a_file_opens_as_a_whole(original: Path, tmp_path: Path) -> None:
    assert attempt(original) is None
    for name in files(original):
        content = (original / name).read_bytes()
        for end in np.linspace(0, len(content) - 1, 12).astype(int):
            copy = changed(original, tmp_path, name, content[:end])
            said = attempt(copy)
            assert said is not None, (name, end)
            shutil.rmtree(copy)


def damage(data: st.DataObject, original: Path, folder: Path) -> None:
    name = data.draw(st.sampled_from(files(original)))
    content = bytearray((original / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            place %= 4096  # headers, where readers are most trusting
        place = min(place, len(content) - 1)
        new = data.draw(st.binary(min_size=1, max_size=8))
        content[place : place + len(new)] = new
    copy = changed(original, folder, name, bytes(content))
    try:
        attempt(copy)
    finally:
        shutil.rmtree(copy)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_changed_bytes_are_read_or_refused(data: st.DataObject, original: Path, tmp_path_factory) -> None:
    damage(data, original, tmp_path_factory.getbasetemp())


@pytest.mark.slow
@settings(max_examples=4000, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_many_changed_bytes_are_read_or_refused(
    data: st.DataObject, original: Path, tmp_path_factory
) -> None:
    damage(data, original, tmp_path_factory.getbasetemp())


def cells(path: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(path / "concepts.sqlite") as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = [
            (table, row[1]) for table in tables for row in connection.execute(f"PRAGMA table_info({table})")
        ]
    connection.close()
    return found


@pytest.mark.parametrize(
    "value", [None, -1, 2**62, 1.5, "", "[1e999]", '{"a": 1}', "../../x", b"\x80\x04", "9" * 400]
)
def test_any_value_in_any_cell_is_read_or_refused(value: object, original: Path, tmp_path: Path) -> None:
    for table, column in cells(original):
        copy = tmp_path / "copy.slens"
        shutil.copytree(original, copy)
        connection = sqlite3.connect(copy / "concepts.sqlite")
        try:
            connection.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", (value,))
            connection.commit()
        except sqlite3.IntegrityError:
            continue
        finally:
            connection.close()
            said = attempt(copy)
            assert said is None or len(said) < 2000, (table, column)
            shutil.rmtree(copy)


class Bomb:
    """Unpickled, it leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


def test_a_planted_pickle_is_never_executed(original: Path, tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    bomb = pickle.dumps(Bomb(mark))
    pickle.loads(bomb)
    assert mark.is_dir()  # it would work
    mark.rmdir()
    for name in files(original):
        size = (original / name).stat().st_size
        attempt(changed(original, tmp_path, name, bomb.ljust(size, b".")))
        attempt(changed(original, tmp_path, name, bomb))
    for name in ("embeddings.pkl", "data.pkl", "embeddings-0000-00.pt", "cache.pickle", "x.npy"):
        assert attempt(changed(original, tmp_path, name, bomb)) is None
    for table, column in cells(original):
        copy = tmp_path / "planted.slens"
        shutil.copytree(original, copy)
        connection = sqlite3.connect(copy / "concepts.sqlite")
        with contextlib.suppress(sqlite3.IntegrityError):
            connection.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", (bomb,))
        connection.commit()
        connection.close()
        if attempt(copy) is None:
            audit = Audit(copy, HashModel())
            with contextlib.suppress(SlensError):
                audit.search("ink")
            audit.db.close()
        shutil.rmtree(copy)
    assert not mark.exists()
