"""A stranger's database can do nothing but be read."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sqlite3
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.conceptdb.schema import SQLITE_NAME
from slens_widgets.errors import DatabaseError, SlensError
from slens_widgets.files import jpeg
from slens_widgets.untrusted import MAX_DEPTH, parse_json, shown
from tests.small_database import HashModel, write

MAGIC = bytes.fromhex("d9d505f920a163d7")
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 384 64\n%%EndComments\nshowpage\n%%EOF\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "a.slens").close()
    return tmp_path / "a.slens"


def change(folder: Path, *statements: str | tuple[str, tuple[object, ...]]) -> None:
    connection = sqlite3.connect(folder / SQLITE_NAME)
    with connection:
        for statement in statements:
            connection.execute(*((statement,) if isinstance(statement, str) else statement))
    connection.close()


def super_journal(folder: Path, victim: Path) -> bytes:
    """Return a journal that has SQLite delete `victim` when it is played."""
    name = str(victim).encode()
    pages = (folder / SQLITE_NAME).stat().st_size // 4096
    head = (MAGIC + struct.pack(">IIIII", 0, 12345, pages, 512, 4096)).ljust(512, b"\0")
    total = sum(struct.unpack(f"{len(name)}b", name)) & 0xFFFFFFFF
    return (
        head + struct.pack(">I", 0x40000000 // 4096 + 1) + name + struct.pack(">II", len(name), total) + MAGIC
    )


def seen(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm"])
def test_no_journal_of_a_stranger_is_played(folder: Path, tmp_path: Path, ending: str) -> None:
    victim = tmp_path / "thesis.txt"
    victim.write_text("years of work")
    (folder / f"{SQLITE_NAME}{ending}").write_bytes(super_journal(folder, victim))
    before = seen(folder)
    with sw.open(folder) as db:
        assert db.n_components == 36
        with pytest.raises(DatabaseError, match="no writer of ours"):
            db.embed_with(type("Other", (HashModel,), {"name": "other", "fingerprint": "o"})())
    assert victim.read_text() == "years of work"
    assert seen(folder) == before


def test_a_view_without_end_and_triggers_are_refused(folder: Path) -> None:
    change(folder, "CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM pictures; END")
    with pytest.raises(DatabaseError, match="SQL that is not ours"):
        sw.open(folder)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE other (x)",
        "CREATE INDEX i ON images (name)",
        "ALTER TABLE images ADD COLUMN extra TEXT DEFAULT 'x'",
        "ALTER TABLE meta RENAME TO t_meta",
        "CREATE VIRTUAL TABLE f USING fts5(x)",
        "DROP TABLE strips",
    ],
)
def test_only_our_tables_are_read(folder: Path, statement: str) -> None:
    change(folder, statement)
    with pytest.raises(DatabaseError):
        sw.open(folder)


def test_a_table_that_is_a_view_without_end_ends(folder: Path) -> None:
    endless = "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) "
    change(
        folder,
        "ALTER TABLE layers RENAME TO t_layers",
        f"CREATE VIEW layers AS {endless} SELECT t_layers.* FROM t_layers WHERE (SELECT count(*) FROM r) > 0",
    )
    code = f"import slens_widgets as sw; sw.open({str(folder)!r})"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "SQL that is not ours" in ended.stderr


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links on this system")
@pytest.mark.parametrize("name", [SQLITE_NAME, "embeddings-0000-00.safetensors"])
def test_links_out_of_the_folder_are_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DatabaseError):
        sw.open(folder)


def test_nothing_is_written_or_deleted_through_a_link(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for number in range(30):
        (outside / f"unnamed 2020-01-01 00.00.{number:02d}.jsonl").write_text("mine")
    before = seen(outside)
    for name in ("trails", "cache"):
        (folder / name).symlink_to(outside)
    audit = sw.Audit(folder, HashModel())
    audit.scores()
    audit.session.query = "x"
    assert outside not in audit._keeper.path.resolve().parents, "the user's own folder keeps the trail"
    assert not set(audit.trails()["name"]) & {each.stem for each in outside.iterdir()}
    assert seen(outside) == before


@pytest.mark.parametrize("ending", ["", ".writing"])
def test_new_files_are_not_written_through_a_planted_link(folder: Path, tmp_path: Path, ending: str) -> None:
    thesis = tmp_path / "thesis.txt"
    thesis.write_text("years of work")
    for name in ("embeddings-0000-01.safetensors", "images-0000-01.safetensors", f"{SQLITE_NAME}.writing"):
        (folder / f"{name}{ending}").symlink_to(thesis)
    with sw.open(folder) as db:
        db.embed_with(type("Other", (HashModel,), {"name": "other", "fingerprint": "o"})()).close()
    assert thesis.read_text() == "years of work"


def test_a_table_file_that_is_larger_than_its_tables_is_refused(folder: Path) -> None:
    os.truncate(folder / SQLITE_NAME, 1 << 40)
    with pytest.raises(DatabaseError, match="of which are its own"):
        sw.open(folder)


def test_a_pipe_does_not_keep_the_reader_waiting(folder: Path) -> None:
    (folder / "embeddings-0000-00.safetensors").unlink()
    os.mkfifo(folder / "embeddings-0000-00.safetensors")
    code = f"import slens_widgets as sw; sw.open({str(folder)!r})"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "lacks embeddings-0000-00.safetensors" in ended.stderr


@pytest.mark.parametrize(
    "use",
    [
        lambda audit, out: audit.report(out / "r.html"),
        lambda audit, out: audit.data(("features.0", 0))._repr_html_(),
        lambda audit, out: sw.ConceptMap(audit).export_html(out / "m.html"),
        lambda audit, out: audit.db.embed_with(
            type("Other", (HashModel,), {"name": "other", "fingerprint": "o"})()
        ),
    ],
    ids=["report", "data", "export", "embed_with"],
)
@pytest.mark.parametrize("kind", ["postscript", "bomb"])
def test_stored_pictures_are_jpegs_of_sane_size_or_nothing(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    use: Callable[[sw.Audit, Path], object],
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    ghostscript = programs / "gs"
    ghostscript.write_text(f"#!/bin/sh\necho ran >> {tmp_path / 'ran'}\nexit 1\n")
    ghostscript.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    data = EPS if kind == "postscript" else jpeg(Image.new("RGB", (12_000, 12_000)), 20)
    for table, what in (("strips", "strip"), ("pictures", "picture")):
        change(
            folder,
            (f"UPDATE {table} SET jpeg = ?", (data,)),
            ("UPDATE checksums SET crc = ? WHERE kind = ?", (zlib.crc32(data), what)),
        )
    audit = sw.Audit(folder, HashModel())
    audit.session.update(valid=("x",), spurious=("y",))
    with contextlib.suppress(DatabaseError):
        use(audit, tmp_path)
    assert not (tmp_path / "ran").exists()


def test_the_user_s_own_postscript_starts_no_program_either() -> None:
    from slens_widgets.core.decoding import decode

    with pytest.raises(SlensError, match="not an image of a known format"):
        decode(io.BytesIO(EPS))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE layers SET components = 2147483648",
        "UPDATE layers SET m = 1000000",
        "UPDATE layers SET components = -1",
        "UPDATE layers SET name = zeroblob(8) WHERE position = 0",
        "UPDATE layers SET position = -5 WHERE position = 0",
        "UPDATE layers SET name = '' WHERE position = 0",
        "UPDATE layers SET relevance = zeroblob(3)",
        "UPDATE embeddings SET dim = 2147483648",
        "UPDATE embeddings SET dim = 0",
        "UPDATE embeddings SET bytes = 1",
        "UPDATE embeddings SET file = '../../../etc/passwd'",
        "UPDATE embeddings SET file = 'concepts.sqlite'",
        "UPDATE meta SET value = '[]' WHERE key = 'provenance'",
        "UPDATE meta SET value = '{}' WHERE key = 'provenance'",
        "UPDATE meta SET value = 'NaN' WHERE key = 'provenance'",
        "UPDATE meta SET value = zeroblob(100) WHERE key = 'provenance'",
        "INSERT OR REPLACE INTO meta VALUES ('tile', '99999999')",
        "INSERT OR REPLACE INTO meta VALUES ('tile', 'x')",
        "INSERT INTO meta VALUES ('foundation_model/x', '{\"name\": 7, \"fingerprint\": []}')",
        "DELETE FROM layers",
    ],
)
def test_counts_and_names_that_can_t_be_true_are_refused_on_opening(folder: Path, statement: str) -> None:
    change(folder, statement)
    with pytest.raises(DatabaseError):
        sw.open(folder)


@pytest.mark.parametrize(
    "changes",
    [{"model": [1]}, {"images": "x"}, {"view": 3}, {"images": {"class_names": 3}}, {"created": 5}],
    ids=str,
)
def test_a_provenance_of_other_kinds_is_refused(folder: Path, changes: dict[str, object]) -> None:
    connection = sqlite3.connect(folder / SQLITE_NAME)
    [(text,)] = connection.execute("SELECT value FROM meta WHERE key = 'provenance'").fetchall()
    connection.close()
    change(
        folder,
        ("UPDATE meta SET value = ? WHERE key = 'provenance'", (json.dumps(json.loads(text) | changes),)),
    )
    with pytest.raises(DatabaseError, match="provenance"):
        sw.open(folder)


def test_errors_show_what_a_terminal_would_act_on() -> None:
    error = SlensError("no file 'a\x1b]52;c;YQ==\x07'\nof that name", nearest=["b\u202e"])
    assert "\x1b" not in str(error)
    assert "\\x1b]52" in str(error)
    assert "\n" in str(error)


def test_a_deeply_nested_provenance_is_refused(folder: Path) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    value = f'{{"foundation_model": {{"name": "x", "fingerprint": "y"}}, "deep": {deep}}}'
    change(folder, ("UPDATE meta SET value = ? WHERE key = 'provenance'", (value,)))
    with pytest.raises(DatabaseError):
        sw.open(folder)
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    for bad in ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "NaN", "[1e999]"):
        with pytest.raises(ValueError):
            parse_json(bad)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("boxes", np.full((2, 3, 4), 7.0, np.float32)),
        ("image_ids", np.full((2, 3), -1, np.int64)),
        ("activations", np.zeros((9, 9, 9), np.float32)),
    ],
)
def test_columns_with_right_checksums_and_wrong_content_are_refused(
    folder: Path, name: str, value: np.ndarray
) -> None:
    with sw.open(folder) as db:
        shape = (len(db[db.layers[0]]), db.m, *value.shape[2:])
    value = np.resize(value, shape) if value.shape != (9, 9, 9) else value
    data = value.tobytes()
    connection = sqlite3.connect(folder / SQLITE_NAME)
    with connection:
        connection.execute(
            "UPDATE columns SET shape = ?, data = ?, dtype = ? WHERE layer = 0 AND name = ?",
            (json.dumps(list(value.shape)), data, value.dtype.str, name),
        )
        places = connection.execute("SELECT kind, a, b FROM checksums WHERE kind LIKE 'column%'").fetchall()
        connection.executemany(
            "UPDATE checksums SET crc = ? WHERE kind = ? AND a = ? AND b = ?",
            [(zlib.crc32(data), *place) for place in places if place[1] == 0],
        )
    connection.close()
    with sw.open(folder) as db, pytest.raises(DatabaseError):
        _ = getattr(db[db.layers[0]], name)


def test_what_a_terminal_would_act_on_is_written_out(folder: Path) -> None:
    evil = "ruler\x1b]52;c;Y3VybA==\x07\u202egnp.exe"
    change(
        folder,
        ("UPDATE images SET name = ?", (evil,)),
        ("UPDATE layers SET name = ? WHERE position = 0", (evil,)),
    )
    with sw.open(folder) as db:
        texts = [repr(db), str(db.layers), str(db.components[0]), str(db.images()[0].name)]
    assert not any(sign in text for text in texts for sign in "\x1b\x07\u202e")
    assert shown("plain — ümlaut 😀") == "plain — ümlaut 😀"


def test_two_audits_cache_at_once_and_the_database_s_own_file_stays_as_it_was(folder: Path) -> None:
    before = (folder / SQLITE_NAME).read_bytes()
    with sw.open(folder) as one, sw.open(folder) as other:
        one.save_projection("x", np.ones((36, 2)))
        found = other.projection("x")
        assert found is not None
        assert found.sum() == 72
    assert (folder / SQLITE_NAME).read_bytes() == before
