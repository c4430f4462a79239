"""What is written is read, by any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.conceptdb import TILE, ConceptDB, ImageRecord
from slens_widgets.conceptdb.schema import pack_heatmaps, unpack_heatmaps
from slens_widgets.errors import DatabaseError, FingerprintMismatchError, UnknownNameError
from slens_widgets.types import Component
from tests.small_database import DIM, LAYERS, HashModel, examples, fill, jpeg, provenance, write


@pytest.fixture
def db(tmp_path):
    with write(tmp_path / "small.slens") as db:
        yield db


def test_everything_written_is_read(db):
    assert db.layers == list(LAYERS)
    assert db.m == 6
    assert db.tile == TILE
    assert db.n_components == len(db.components) == sum(LAYERS.values())
    for layer, n in LAYERS.items():
        made = examples(layer, n, 6)
        view = db[layer]
        assert len(view) == n
        assert view.relevance == "crp"
        for name, dtype in (("image_ids", np.int64), ("activations", np.float32), ("boxes", np.float32)):
            stored = getattr(view, name)
            assert stored.dtype == dtype
            np.testing.assert_array_equal(stored, made[name])
        np.testing.assert_array_equal(view.embeddings, made["embeddings"])
        assert view.embeddings.dtype == np.float32
        np.testing.assert_array_equal(view.embeddings_of([3, 1]), made["embeddings"][[3, 1]])
        np.testing.assert_allclose(db.theta(layer), made["embeddings"].mean(axis=1), atol=1e-6)
        assert list(view.statistics) == ["mean", "pooled_mean", "pooled_max", "pooled_active"]
        np.testing.assert_array_equal(view.statistics["mean"], made["mean"])
        stored = db.heatmap((layer, n - 1), 5)
        assert stored.dtype == np.uint8
        np.testing.assert_allclose(stored.astype(int), made["heatmaps"][n - 1, 5].astype(int), atol=2)
        assert db.strip((layer, 2)) == jpeg(TILE * 6, TILE, shade=2)
    assert db.picture(7) == jpeg(shade=7)
    assert db.image(7) == ImageRecord(7, "image 7.png", 64, 48, 1, "digest 7")
    assert [record.id for record in db.images()] == list(range(40))
    assert db.provenance == provenance() | {"format_version": 2}
    np.testing.assert_array_equal(db.theta(), np.concatenate([db.theta(layer) for layer in db.layers]))


def test_positions_are_places_in_components(db):
    assert [db.position(component) for component in db.components] == list(range(db.n_components))
    assert db.component(("features.3", np.int64(4))) == Component("features.3", 4)


def test_arrays_are_shared_and_so_read_only(db):
    with pytest.raises(ValueError, match="read-only"):
        db["features.0"].activations[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        db.theta("features.0")[0, 0] = 1


def test_a_layer_outlives_the_name_of_its_database(tmp_path):
    write(tmp_path / "a.slens").close()
    view = sw.open(tmp_path / "a.slens")["features.0"]
    assert view.embeddings.shape == (20, 6, DIM)


def test_unknown_names_are_answered_with_the_nearest(db):
    with pytest.raises(UnknownNameError, match=r"Nearest: 'features\.3'"):
        db["feature.3"]
    with pytest.raises(UnknownNameError, match="0 to 19"):
        db.strip(("features.0", 20))
    with pytest.raises(UnknownNameError, match="0 to 5"):
        db.heatmap(("features.0", 0), 6)
    with pytest.raises(UnknownNameError, match="no image 999"):
        db.picture(999)
    for wrong in ("features.0", ("features.0", -1), ("features.0", True), 3):
        with pytest.raises(UnknownNameError):
            db.component(wrong)


def test_without_heatmaps_the_map_is_empty(tmp_path):
    with ConceptDB.create(tmp_path / "a.slens") as writer:
        fill(writer, {"one": 1}, m=1)
        writer._connection.execute("DELETE FROM heatmaps")
        writer.finish(provenance())
    with sw.open(tmp_path / "a.slens") as db:
        assert not db.heatmap(("one", 0), 0).any()


def test_heatmaps_keep_nothing_and_everything():
    maps = np.arange(256, dtype=np.uint8).repeat(49).reshape(16, 28, 28)
    stored = unpack_heatmaps(pack_heatmaps(maps), 16, "a.slens")
    assert np.abs(stored.astype(int) - maps).max() <= 2
    assert (stored[maps == 0] == 0).all()
    assert (stored[maps == 255] == 255).all()
    again = unpack_heatmaps(pack_heatmaps(stored), 16, "a.slens")
    np.testing.assert_array_equal(again, stored)


@pytest.mark.parametrize(("components", "m", "dim"), [(1, 1, 1), (DIM, DIM, DIM), (3, 1, 7)])
def test_adversarial_shapes(tmp_path, components, m, dim):
    with write(tmp_path / "a.slens", {"x": components}, m, dim) as db:
        assert db["x"].embeddings.shape == (components, m, dim)
        assert db.theta("x").shape == (components, dim)
        np.testing.assert_array_equal(db["x"].embeddings, examples("x", components, m, dim)["embeddings"])


def test_many_threads_read_at_once(db):
    def read(i: int) -> bool:
        component = db.components[i % db.n_components]
        _, index = component
        whole = db.strip(component) == jpeg(TILE * 6, TILE, shade=index)
        return (
            whole and db.picture(i % 40) == jpeg(shade=i % 40) and db.heatmap(component, 1).shape == (28, 28)
        )

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(read, range(600)))


def test_reads_and_cache_writes_interleave(db):
    def work(i: int) -> None:
        db.save_scores(f"s{i % 3}", {layer: np.full(n, i, np.float64) for layer, n in LAYERS.items()})
        db.strip(("features.0", i % 20))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(30)))
    assert db.scores("s1") is not None


def test_cached_analyses_survive_reopening(db):
    scores = {layer: np.linspace(0, 1, n) for layer, n in LAYERS.items()}
    coordinates = np.arange(2.0 * db.n_components).reshape(-1, 2)
    assert db.scores("clarity") is None
    assert db.projection("umap") is None
    db.save_scores("clarity", scores)
    db.save_projection("umap", coordinates)
    with sw.open(db.path) as again:
        for layer in LAYERS:
            np.testing.assert_array_equal(again.scores("clarity")[layer], scores[layer])
        np.testing.assert_array_equal(again.projection("umap"), coordinates)
        assert again.projection("umap").dtype == np.float32
    with pytest.raises(UnknownNameError):
        db.save_scores("clarity", {"nowhere": np.zeros(3)})


def test_another_query_model_is_refused_with_both_names(db):
    db.check_foundation_model(HashModel())
    other = HashModel()
    other.name, other.fingerprint = "ViT-B-32/laion2b", "other"
    with pytest.raises(FingerprintMismatchError, match=r"'hash'.*'ViT-B-32/laion2b'"):
        db.check_foundation_model(other)


def test_a_closed_database_says_so(db):
    db.close()
    with pytest.raises(DatabaseError, match="closed"):
        db.strip(("features.0", 0))
    assert "closed" in repr(db)
