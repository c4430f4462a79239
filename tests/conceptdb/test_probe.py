"""Kept probe images: what is written is read, and a database from before opens and says what it lacks."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import DatabaseError, InputError
from tests.small_database import DIM, LAYERS, add_probe, fill, provenance, write


def test_what_is_kept_is_read(tmp_path) -> None:
    with ConceptDB.create(tmp_path / "a.slens") as writer:
        fill(writer)
        made, embeddings = add_probe(writer)
        writer.finish(provenance())
    with sw.open(tmp_path / "a.slens") as db:
        assert db.probe.ids.tolist() == list(range(40))
        assert db.probe.labels.tolist() == [i % 2 if i else -1 for i in range(40)]
        np.testing.assert_array_equal(db.probe.embeddings, embeddings.astype(np.float16))
        for layer in LAYERS:
            np.testing.assert_allclose(db.probe.activations(layer), made[layer].T, rtol=1e-3, atol=1e-6)
            np.testing.assert_array_equal(
                db.probe.activations(layer, slice(2, 5)), db.probe.activations(layer)[2:5]
            )
        assert db.lacks == []


def test_nothing_is_lost_at_the_ends_of_the_range(tmp_path) -> None:
    values = np.array([[1e30, -3.0, 0.0], [1e-30, 2.0, 0.0]], np.float32)
    with ConceptDB.create(tmp_path / "a.slens") as writer:
        fill(writer, {"x": 3})
        writer.add_probe([(4, "a", None), (9, "b", 1)], {"x": values}, {})
        writer.finish(provenance())
    with sw.open(tmp_path / "a.slens") as db:
        np.testing.assert_allclose(db.probe.activations("x"), values.T, rtol=1e-3, atol=1e-20)
        assert db.probe.embeddings is None
        assert "'hash'" in db.lacks[0]


def test_what_does_not_fit_is_refused(tmp_path) -> None:
    with ConceptDB.create(tmp_path / "a.slens") as writer:
        fill(writer, {"x": 3})
        with pytest.raises(InputError, match="one array for each of 'x'"):
            writer.add_probe([(0, "", None)], {}, {})
        with pytest.raises(InputError, match=r"shape \(2, 3\)"):
            writer.add_probe([(0, "", None)], {"x": np.zeros((2, 3), np.float32)}, {})
        with pytest.raises(InputError, match="float16"):
            writer.add_probe([(0, "", None)], {"x": np.zeros((1, 3))}, {"hash": np.full((1, DIM), 1e9)})


def test_a_database_of_version_1_opens_and_says_what_it_lacks(tmp_path) -> None:
    path = tmp_path / "a.slens"
    write(path).close()
    connection = sqlite3.connect(path / "concepts.sqlite")
    for table in ("probe_images", "probe_activations", "probe_embeddings"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("PRAGMA user_version=1")
    connection.commit()
    connection.close()
    with sw.open(path) as db:
        assert db.probe is None
        assert "older version" in db.lacks[0]
        db.save_scores("s", {layer: np.ones(n) for layer, n in LAYERS.items()})
        assert db.scores("s") is not None


def test_a_lost_file_is_named(tmp_path) -> None:
    with ConceptDB.create(tmp_path / "a.slens") as writer:
        fill(writer)
        add_probe(writer)
        writer.finish(provenance())
    (tmp_path / "a.slens" / "activations-0001-00.safetensors").unlink()
    with pytest.raises(DatabaseError, match="lacks activations-0001-00"):
        sw.open(tmp_path / "a.slens")
