"""Only what is complete and fits is ever seen at its place."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB, ImageRecord
from slens_widgets.errors import DatabaseError, InputError, UnknownNameError
from tests.small_database import LAYERS, examples, fill, jpeg, provenance, write


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


def test_two_writings_differ_in_nothing(tmp_path):
    for name in ("a.slens", "b.slens"):
        write(tmp_path / name).close()
    files = sorted(path.name for path in (tmp_path / "a.slens").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "b.slens").iterdir())
    for name in files:
        assert (tmp_path / "a.slens" / name).read_bytes() == (tmp_path / "b.slens" / name).read_bytes()


def test_the_second_writer_of_a_path_is_told(tmp_path):
    with ConceptDB.create(tmp_path / "a.slens") as writer:
        fill(writer)
        with pytest.raises(DatabaseError, match=r"is being built by process \d+.*Wait"):
            ConceptDB.create(tmp_path / "a.slens")
        writer.finish(provenance())
    with pytest.raises(DatabaseError, match="overwrite=True"):
        ConceptDB.create(tmp_path / "a.slens")
    assert sw.open(tmp_path / "a.slens").n_components == sum(LAYERS.values())
    assert [path.name for path in tmp_path.iterdir()] == ["a.slens"]


def test_many_writers_of_one_path_end_with_one_whole_database(tmp_path):
    def build(number: int) -> str:
        try:
            with ConceptDB.create(tmp_path / "a.slens") as writer:
                fill(writer)
                writer.finish(provenance())
            return "written"
        except DatabaseError as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(build, range(8)))
    assert outcomes.count("written") == 1
    assert all("being built" in each or "already" in each for each in outcomes if each != "written")
    assert sw.open(tmp_path / "a.slens").n_components == sum(LAYERS.values())
    assert [path.name for path in tmp_path.iterdir()] == ["a.slens"]


def test_names_may_hold_anything(tmp_path):
    layer = "a/../b'; DROP TABLE layers; -- <script>" + "x" * 300
    with write(tmp_path / "odd [name]*.slens", {layer: 2}) as db:
        assert db.layers == [layer]
        assert len(db.strip((layer, 1))) > 100
        assert json.loads(json.dumps(db.provenance)) == db.provenance
