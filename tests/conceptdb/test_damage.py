"""What is damaged, foreign or of another format is refused, and named."""

from __future__ import annotations

import sqlite3

import pytest

import slens_widgets as sw
from slens_widgets.errors import DatabaseError
from tests.small_database import write


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
