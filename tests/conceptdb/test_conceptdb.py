"""What is written is read; what is not finished, damaged, foreign or of another format is refused."""

from __future__ import annotations

import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.conceptdb import TILE, ConceptDB, ImageRecord
from slens_widgets.conceptdb.schema import pack_heatmaps, unpack_heatmaps
from slens_widgets.errors import DatabaseError, FingerprintMismatchError, InputError, UnknownNameError
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


def test_leaving_without_finish_leaves_nothing(tmp_path):
    with ConceptDB.create(tmp_path / "a.slens") as writer:
        fill(writer)
    assert list(tmp_path.iterdir()) == []

    def fail() -> None:
        with ConceptDB.create(tmp_path / "a.slens") as writer:
            fill(writer)
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_visible_before_finish(tmp_path):
    with ConceptDB.create(tmp_path / "a.slens") as writer:
        fill(writer)
        with pytest.raises(DatabaseError, match="unfinished one lies beside"):
            sw.open(tmp_path / "a.slens")
        writer.finish(provenance())
    assert [path.name for path in tmp_path.iterdir()] == ["a.slens"]


def test_an_incomplete_database_is_not_published(tmp_path):
    def attempt(match, act, finish):
        with ConceptDB.create(tmp_path / "a.slens") as writer:
            act(writer)
            with pytest.raises(DatabaseError, match=match):
                writer.finish(finish)
        assert list(tmp_path.iterdir()) == []

    another = {"name": "b", "dim": 3, "fingerprint": ""}
    attempt("no layer", lambda w: None, provenance())
    attempt("lacks name, dim, fingerprint", fill, provenance(foundation_model={}))
    attempt("no embeddings of layer", fill, provenance(foundation_model=another))
    for table in ("strips", "heatmaps"):
        attempt(
            f"{table} of 19 of the 20",
            lambda w, t=table: (
                fill(w),
                w._connection.execute(f"DELETE FROM {t} WHERE layer=0 AND component=3"),
            ),
            provenance(),
        )
    attempt(
        "names image 3, which was never added",
        lambda w: (fill(w), w._connection.execute("DELETE FROM images WHERE id = 3")),
        provenance(),
    )
    attempt("no plain value", fill, provenance(model=object()))


def test_the_writer_refuses_what_does_not_fit(tmp_path):
    made = examples("x", 4, 3)
    given = {key: made[key] for key in ("activations", "image_ids", "boxes")}
    with ConceptDB.create(tmp_path / "a.slens") as writer:
        with pytest.raises(InputError, match="1 pictures for 2"):
            writer.add_images([ImageRecord(i, "", 1, 1, None, "") for i in range(2)], [jpeg()])
        with pytest.raises(InputError, match="position 0 is no JPEG"):
            writer.add_images([ImageRecord(0, "", 1, 1, None, "")], [b"<svg onload=alert(1)>"])
        with pytest.raises(InputError, match="image_ids of layer 'x'"):
            writer.add_layer(
                "x", **(given | {"image_ids": made["image_ids"][:2]}), statistics={}, relevance=""
            )
        with pytest.raises(InputError, match="no boxes"):
            writer.add_layer("x", **(given | {"boxes": made["boxes"] * 100}), statistics={}, relevance="")
        with pytest.raises(InputError, match="no boxes"):
            writer.add_layer("x", **(given | {"boxes": made["boxes"] * np.nan}), statistics={}, relevance="")
        with pytest.raises(UnknownNameError, match="add_layer first"):
            writer.add_strips("x", 0, [jpeg()])
        writer.add_layer("x", **given, statistics={}, relevance="crp")
        with pytest.raises(InputError, match="twice"):
            writer.add_layer("x", **given, statistics={}, relevance="crp")
        with pytest.raises(InputError, match="components 3 to 4"):
            writer.add_strips("x", 3, [jpeg()] * 2)
        with pytest.raises(InputError, match="uint8"):
            writer.add_heatmaps("x", made["heatmaps"].astype(float))
        bad = made["embeddings"].copy()
        bad[2, 1, 0] = 1e6
        with pytest.raises(InputError, match="component x:2 are not finite"):
            writer.add_embeddings("x", "hash", bad)


def test_what_is_there_is_not_overwritten_by_accident(tmp_path):
    path = tmp_path / "a.slens"
    write(path).close()
    with pytest.raises(DatabaseError, match="overwrite=True"):
        ConceptDB.create(path)
    with ConceptDB.create(path, overwrite=True) as writer:
        fill(writer, {"other": 2})
        writer.finish(provenance())
    assert sw.open(path).layers == ["other"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.slens"]
    with ConceptDB.create(path, overwrite=True) as writer:
        fill(writer)
    assert sw.open(path).layers == ["other"]


def test_a_folder_of_something_else_is_never_replaced(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "only copy.jpg").write_bytes(b"x")
    with pytest.raises(DatabaseError, match="no concept database"):
        ConceptDB.create(tmp_path / "photos", overwrite=True)
    assert (tmp_path / "photos" / "only copy.jpg").exists()


def test_missing_and_foreign_paths_say_what_to_do(tmp_path):
    write(tmp_path / "resnet50.slens").close()
    with pytest.raises(DatabaseError, match=r"Nearest: .*resnet50\.slens'.*slens build"):
        sw.open(tmp_path / "resnet5.slens")
    with pytest.raises(DatabaseError, match="no concept database"):
        sw.open(tmp_path)
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(DatabaseError, match="no concept database"):
        sw.open(file)


def _sqlite(path, *statements):
    connection = sqlite3.connect(path / "concepts.sqlite")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_another_format_version_says_what_to_do(tmp_path):
    path = tmp_path / "a.slens"
    write(path).close()
    _sqlite(path, "PRAGMA user_version=3")
    with pytest.raises(DatabaseError, match=r"format version 3.*Update slens-widgets"):
        sw.open(path)
    _sqlite(path, "PRAGMA user_version=0")
    with pytest.raises(DatabaseError, match=r"format version 0.*Build it again"):
        sw.open(path)


@pytest.mark.parametrize("keep", [0, 50, 4096, 20000, -1])
def test_a_truncated_table_file_is_noticed(tmp_path, keep):
    path = tmp_path / "a.slens"
    write(path).close()
    content = (path / "concepts.sqlite").read_bytes()
    (path / "concepts.sqlite").write_bytes(content[:keep])
    with pytest.raises(DatabaseError):
        sw.open(path)


def test_truncated_or_missing_embeddings_are_named(tmp_path):
    path = tmp_path / "a.slens"
    write(path).close()
    file = path / "embeddings-0001-00.safetensors"
    content = file.read_bytes()
    file.write_bytes(content[:-10])
    with pytest.raises(DatabaseError, match=r"damaged: it holds .* bytes of embeddings-0001-00"):
        sw.open(path)
    file.unlink()
    with pytest.raises(DatabaseError, match=r"lacks embeddings-0001-00"):
        sw.open(path)
    file.write_bytes(b"\xff" * len(content))
    with sw.open(path) as db, pytest.raises(DatabaseError, match="without a safetensors header"):
        db.theta("features.3")


def test_a_stranger_s_database_points_nowhere_else(tmp_path):
    path = tmp_path / "a.slens"
    write(path).close()
    _sqlite(path, "UPDATE embeddings SET file = '../secret' WHERE layer = 0")
    with pytest.raises(DatabaseError, match="can't be one of its own"):
        sw.open(path)


def test_a_heatmap_bomb_does_not_unpack(tmp_path):
    import zlib

    path = tmp_path / "a.slens"
    write(path).close()
    connection = sqlite3.connect(path / "concepts.sqlite")
    connection.execute("UPDATE heatmaps SET data = ?", (zlib.compress(bytes(50_000_000)),))
    connection.commit()
    with sw.open(path) as db, pytest.raises(DatabaseError, match="heatmaps"):
        db.heatmap(("features.0", 0), 0)


def test_tampered_columns_are_noticed(tmp_path):
    path = tmp_path / "a.slens"
    write(path).close()
    _sqlite(path, "UPDATE columns SET shape = '[999999, 999999]' WHERE name = 'activations'")
    with sw.open(path) as db, pytest.raises(DatabaseError, match="bytes where"):
        _ = db["features.0"].activations


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


def test_two_writings_differ_in_nothing(tmp_path):
    for name in ("a.slens", "b.slens"):
        write(tmp_path / name).close()
    files = sorted(path.name for path in (tmp_path / "a.slens").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "b.slens").iterdir())
    for name in files:
        assert (tmp_path / "a.slens" / name).read_bytes() == (tmp_path / "b.slens" / name).read_bytes()


def test_two_writers_of_one_path_end_with_one_whole_database(tmp_path):
    outcomes = []
    gate = threading.Barrier(2)

    def build() -> None:
        try:
            with ConceptDB.create(tmp_path / "a.slens") as writer:
                gate.wait()
                fill(writer)
                writer.finish(provenance())
            outcomes.append("written")
        except DatabaseError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=build) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome == "written" for outcome in outcomes) == [False, True]
    assert sw.open(tmp_path / "a.slens").n_components == sum(LAYERS.values())
    assert [path.name for path in tmp_path.iterdir()] == ["a.slens"]


def test_names_may_hold_anything(tmp_path):
    layer = "a/../b'; DROP TABLE layers; -- <script>" + "x" * 300
    with write(tmp_path / "odd [name]*.slens", {layer: 2}) as db:
        assert db.layers == [layer]
        assert len(db.strip((layer, 1))) > 100
        assert json.loads(json.dumps(db.provenance)) == db.provenance
