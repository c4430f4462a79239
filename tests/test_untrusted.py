"""Texts of a database, a trail, a folder of images: nothing that is printed of them acts on a terminal."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
import sqlite3
import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.cli import main
from slens_widgets.conceptdb.schema import SQLITE_NAME
from slens_widgets.core.decoding import decode
from slens_widgets.core.images import ImageSet
from slens_widgets.core.progress import Stages
from slens_widgets.errors import DatabaseError, InputError, SlensError
from slens_widgets.files import jpeg, open_image
from slens_widgets.untrusted import logger_of, shown
from tests.small_database import HashModel, write

EVIL = "ruler\x1b]52;c;Y3VybA==\x07\x9b2J\u202egnp.exe\u2066"
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A database every text of which would act on a terminal, and a trail of such texts."""
    path = tmp_path / "a.slens"
    write(path, probe=40).close()
    connection = sqlite3.connect(path / SQLITE_NAME)
    with connection:
        text = connection.execute("SELECT value FROM meta WHERE key = 'provenance'").fetchone()[0]
        known = json.loads(text)
        known["model"]["name"] = EVIL
        known["view"] = {"note": EVIL}
        known["images"] |= {"class_names": [EVIL, f"other {EVIL}"], "skipped": [[0, EVIL, EVIL]]}
        known["foundation_model"]["name"] = EVIL
        connection.execute("UPDATE meta SET value = ? WHERE key = 'provenance'", (json.dumps(known),))
        connection.execute("UPDATE layers SET name = name || ?, relevance = ?", (EVIL, EVIL))
        connection.execute("UPDATE images SET name = ?, digest = ?", (EVIL, EVIL))
        connection.execute("UPDATE probe_images SET name = ?", (EVIL,))
        for table in ("embeddings", "probe_embeddings"):
            connection.execute(f"UPDATE {table} SET foundation_model = ?", (shown(EVIL),))
    connection.close()
    with sw.open(path) as db:
        about = {"id": db.identity, "created": EVIL, "model": EVIL, "weights_sha256": "0" * 64}
        layer = db.layers[0]
    lines = [
        {"format": "slens-trail", "version": 1, "started": EVIL, "database": about},
        {"time": EVIL[:60], "set": {"query": EVIL, "valid": [EVIL, "ink"], "spurious": [f"not {EVIL}"]}},
        {"time": "2026", "set": {"vocabulary": [EVIL, "ink"], "target": EVIL, "color_by": EVIL}},
        {"time": "2026", "set": {"selection": [[layer, [0, 1]]]}},
    ]
    (path / "trails").mkdir()
    whole = "".join(json.dumps(line) + "\n" for line in lines)
    (path / "trails" / "theirs.jsonl").write_text(whole)
    (path / "trails" / f"{EVIL[:40]}.jsonl".replace("\x1b", "").replace("\x07", "")).write_text(whole)
    (path / "trails" / "bad.jsonl").write_text(
        whole + json.dumps({"time": "2026", "set": {EVIL: 1}}) + "\nx\n"
    )
    return path


def printed(audit: sw.Audit, out: Path) -> dict[str, Callable[[], object]]:
    db = audit.db
    first = db.components[0]
    return {
        "repr of the database": lambda: repr(db),
        "its views": lambda: [repr(db[layer]) for layer in db],
        "its provenance": lambda: db.provenance,
        "its images": lambda: [str(each.name) for each in db.images()],
        "its probe images": lambda: db.probe and db.probe.names,
        "foundation models": lambda: str([*db.foundation_models]),
        "what it lacks": lambda: " ".join(db.lacks),
        "damages": lambda: "\n".join(db.check()),
        "audit": lambda: repr(audit),
        "session": lambda: str([audit.session.query, *audit.session.valid, audit.session.target]),
        "trail": lambda: repr(audit.trail),
        "trail's table": lambda: audit.trail.table().to_csv(),
        "trail's Python": lambda: audit.trail.to_python(),
        "trails": lambda: audit.trails().to_csv(),
        "search": lambda: audit.search("ruler").to_csv(),
        "match": lambda: audit.match(audit.session.query).to_csv(),
        "align": lambda: audit.align(audit.session.valid, audit.session.spurious).to_csv(),
        "labels": lambda: audit.labels().to_csv(),
        "clusters": lambda: repr(audit.clusters(first)),
        "data": lambda: repr(audit.data(first)) + audit.data(first).over_represented.to_csv(),
        "scores": lambda: repr(audit.evaluate()),
        "report": lambda: audit.report(out / "r.json").read_text("utf-8"),
        "page": lambda: audit.report(out / "r.html").read_text("utf-8"),
        "no such layer": lambda: db["nothing"],
        "no such class": lambda: audit.align(["x"], ["y"], target=EVIL),
        "no such component": lambda: db.component((EVIL, 1)),
        "other foundation model": lambda: db.check_foundation_model(HashModel()),
    }


def test_nothing_of_a_stranger_s_texts_acts_on_a_terminal(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with sw.open(folder) as db:
        name = db.foundation_model["name"]
    model = type("Theirs", (HashModel,), {"name": name})()
    audit = sw.Audit(folder, model)
    audit.open_trail("theirs")
    said = {}
    for what, print_it in printed(audit, tmp_path).items():
        try:
            said[what] = str(print_it())
        except SlensError as error:
            assert what.startswith(("no such", "other"))
            said[what] = f"{error} {error.given} {error.nearest}"
    audit.session.hovered = audit.db.components[0]
    assert main(["info", str(folder), "--check"]) == 0
    assert main(["info", str(folder), "--json"]) == 0
    assert main(["search", str(folder), "ruler", "--foundation-model", EVIL]) == 2
    assert main(["report", str(folder), str(tmp_path / f"r{EVIL}.txt")]) == 2
    said["the command line"] = "".join(capsys.readouterr())
    said["the log"] = caplog.text
    acting = {what: found[0] for what, text in said.items() if (found := ACTS.search(text))}
    assert acting == {}
    assert "x1b]52" in said["trails"]
    assert "x1b]52" in said["session"]
    assert "2 parts" not in said["the command line"]
    assert set(audit.trails()["name"]) >= {"theirs", "bad"}


def test_names_in_a_folder_of_images_are_written_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", EVIL.replace("/", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.jpg").write_bytes(jpeg(Image.new("RGB", (8, 8)), 80))
        (tmp_path / name / f"bad {name}.jpg").write_bytes(b"no picture")
    images = ImageSet(tmp_path)
    assert len(images.check()) == 2
    with Stages(True).stage(EVIL, 1) as advance:
        advance(1)
    logger_of("slens_widgets.x").warning("%s and %r", EVIL, EVIL)
    said = [*map(images.name, range(len(images))), str(images.class_names), caplog.text]
    said += [
        *(f"{each.name} {each.reason}" for each in images.skipped),
        *(each.replace("\r", "") for each in capsys.readouterr()),
    ]
    assert not ACTS.search("".join(said))
    assert "x1b]52" in caplog.text


def of_side(kind: str, side: int) -> bytes:
    """Return a picture whose header says that it is so large."""
    buffer = io.BytesIO()
    Image.new("L", (8, 8)).save(buffer, kind)
    data = bytearray(buffer.getvalue())
    if kind == "PNG":
        data[16:24] = struct.pack(">II", side, side)
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    else:
        start = data.index(b"\xff\xc0") + 5
        data[start : start + 4] = struct.pack(">HH", side, side)
    return bytes(data)


@pytest.mark.parametrize("side", [10_000, 14_000])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_too_large_image_of_the_user_is_refused_in_one_sentence(
    kind: str, side: int, tmp_path: Path
) -> None:
    """Pillow would warn of the first and refuse the second, by a limit of its own for the whole process."""
    data = of_side(kind, side)
    (tmp_path / "x.img").write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError) as raised:
            decode(io.BytesIO(data))
        assert str(raised.value) == f"The image has {side}×{side} pixels, above the limit of 89,478,485."
        with pytest.raises(InputError, match=f"{side} × {side} pixels, more than 50,000,000"):
            sw.Concept("x", images=[tmp_path / "x.img"])
        assert open_image(io.BytesIO(data), (kind,)).size == (side, side)


@pytest.mark.parametrize("size", [(64, 64), (64 * 6, 128), (64 * 7, 64), (12_000, 12_000)])
def test_a_strip_has_the_size_that_its_examples_need(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "a.slens"
    write(path).close()
    data = jpeg(Image.new("RGB", size), 20)
    connection = sqlite3.connect(path / SQLITE_NAME)
    with connection:
        connection.execute("UPDATE strips SET jpeg = ?", (data,))
        connection.execute("UPDATE pictures SET jpeg = ?", (data,))
        connection.execute("DROP TABLE checksums")
    connection.close()
    with warnings.catch_warnings(), sw.open(path) as db:
        warnings.simplefilter("error")
        with pytest.raises(DatabaseError, match=f"{size[0]} × {size[1]} pixels where 384 × 64 are due"):
            db.strip(db.components[0])
        with contextlib.nullcontext() if max(size) < 4096 else pytest.raises(DatabaseError, match="12000"):
            assert np.frombuffer(db.picture(0), np.uint8).size == len(data)
