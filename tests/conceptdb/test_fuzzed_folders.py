"""Whole folders that strangers made: files, links, SQL, journals, caches and trails changed in any way.

Each is used in every way that needs no model, in a process of its own whose PATH holds nothing but programs
that leave a mark, beside a tree of files that must stay as it is.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

import slens_widgets as sw
from tests.conceptdb.test_strangers import EPS, super_journal
from tests.small_database import HashModel, write

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no links and pipes on this system")
ROOT = Path(__file__).parents[2]
SQLITE = "concepts.sqlite"
TABLES = ("meta", "images", "pictures", "layers", "columns", "heatmaps", "strips", "embeddings", "cache")
VALUES = (
    None,
    -1,
    0,
    2**62,
    1.5,
    "",
    "[1e999]",
    "../../x",
    "{}",
    b"\x80\x04",
    EPS,
    "9" * 400,
    "a\x1b]52;c;YQ==\x07",
)
ENDLESS = "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x FROM r"


def readable(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 24


class Case:
    """A copy of a database that is about to become a stranger's."""

    def __init__(self, folder: Path, outside: Path, rng: random.Random) -> None:
        self.folder, self.outside, self.rng = folder, outside, rng

    def files(self) -> list[Path]:
        """Return the files that a change can read: no links, none that an earlier change made huge."""
        return sorted(path for path in self.folder.rglob("*") if readable(path))

    def file(self) -> Path:
        return self.rng.choice(self.files())

    def victim(self) -> Path:
        return self.rng.choice(sorted(path for path in self.outside.rglob("*") if path.is_file()))

    def sql(self, *statements: tuple[str, tuple[object, ...]] | str) -> None:
        connection = sqlite3.connect(self.folder / SQLITE)
        try:
            for each in statements:
                connection.execute(*((each,) if isinstance(each, str) else each))
            connection.commit()
        except sqlite3.Error:
            pass  # the change before it took away what this one changes
        finally:
            connection.close()


def truncated(case: Case) -> None:
    path = case.file()
    data = path.read_bytes()
    path.write_bytes(data[: case.rng.randrange(len(data) + 1)])


def overwritten(case: Case) -> None:
    path = case.file()
    data = bytearray(path.read_bytes() or b"x")
    for _ in range(case.rng.randrange(1, 20)):
        at = case.rng.randrange(len(data)) % case.rng.choice((128, 4096, 1 << 30))
        data[min(at, len(data) - 1)] = case.rng.randrange(256)
    path.write_bytes(data)


def swapped(case: Case) -> None:
    one, other = case.file(), case.file()
    a, b = one.read_bytes(), other.read_bytes()
    one.write_bytes(b)
    other.write_bytes(a)


def grown(case: Case) -> None:
    with case.file().open("ab") as file:
        file.write(case.rng.choice((b"\0" * 5000, b"junk\n", EPS)))


def sparse(case: Case) -> None:
    os.truncate(case.file(), case.rng.choice((1 << 33, 1 << 40)))


def removed(case: Case) -> None:
    case.file().unlink()


def a_link_in_its_place(case: Case) -> None:
    path = case.file()
    path.unlink()
    target = case.rng.choice((case.victim(), case.victim().parent, Path("/dev/zero"), Path("/dev/tty"), path))
    path.symlink_to(target)


def a_hard_link_in_its_place(case: Case) -> None:
    path = case.file()
    if path.parent.name == "trails":
        return  # one is carried on in its place, and a new database shares it with the old one
    path.unlink()
    os.link(case.victim(), path)


def another_kind_in_its_place(case: Case) -> None:
    path = case.file()
    path.unlink()
    os.mkfifo(path) if case.rng.random() < 0.5 else path.mkdir()


def folders_that_are_links(case: Case) -> None:
    for name in ("cache", "trails"):
        if case.rng.random() < 0.7:
            shutil.rmtree(case.folder / name, ignore_errors=True)
            (case.folder / name).unlink(missing_ok=True)
            (case.folder / name).symlink_to(case.victim().parent)


def planted(case: Case) -> None:
    names = (
        "sitecustomize.py",
        "torch.py",
        "numpy.py",
        "x.pth",
        "gs",
        "cache/x.pkl",
        "trails/__init__.py",
        ".writing",
    )
    for name in names:
        place = case.folder / name
        if place.parent.is_dir() and not place.parent.is_symlink():
            place.write_text(f"import os\nos.mkdir({str(case.outside / 'executed')!r})\n")
    (case.folder / f"embeddings-0000-01.safetensors{'.writing' * case.rng.randrange(2)}").symlink_to(
        case.victim()
    )


def journals(case: Case) -> None:
    data = super_journal(case.folder, case.victim())
    if case.rng.random() < 0.5:  # one that ends as ours do, and restores what it likes
        head = data[:8] + struct.pack(
            ">IIIII", case.rng.choice((1, 2**32 - 1, 2**31)), 0, 2**31 - 1, 512, 4096
        )
        data = head.ljust(512, b"\0") + case.rng.randbytes(4104)
    if case.rng.random() < 0.3:
        data = data[: case.rng.randrange(len(data))]
    for ending in case.rng.sample(("-journal", "-wal", "-shm"), case.rng.randrange(1, 4)):
        (case.folder / f"{SQLITE}{ending}").write_bytes(data)


def sql_objects(case: Case) -> None:
    table = case.rng.choice(TABLES)
    choices = (
        (
            f"ALTER TABLE {table} RENAME TO t_{table}",
            f"CREATE VIEW {table} AS SELECT * FROM t_{table}, ({ENDLESS})",
        ),
        (f"CREATE TRIGGER t AFTER UPDATE ON {table} BEGIN DELETE FROM pictures; END",),
        (f"CREATE TRIGGER t BEFORE INSERT ON {table} BEGIN DELETE FROM layers; END",),
        (f"CREATE INDEX i ON {table} (1)",),
        ("CREATE VIRTUAL TABLE v USING fts5(x)",),
        (f"ALTER TABLE {table} ADD COLUMN y AS (abs(-9223372036854775808))",),
        ("PRAGMA user_version = 3",),
        ("PRAGMA application_id = 0",),
        ("PRAGMA journal_mode = WAL",),
        ("PRAGMA page_size = 65536", "VACUUM"),
        ("PRAGMA encoding = 'UTF-16'", "VACUUM"),
        (
            "PRAGMA writable_schema = ON",
            f"UPDATE sqlite_master SET rootpage = {case.rng.randrange(60)} WHERE name = '{table}'",
        ),
    )
    case.sql(*case.rng.choice(choices))


def cells(case: Case) -> None:
    table = case.rng.choice(TABLES)
    connection = sqlite3.connect(case.folder / SQLITE)
    try:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    except sqlite3.Error:
        return
    finally:
        connection.close()
    if columns:
        where = case.rng.choice(("", " WHERE rowid = 1", " WHERE random() % 3 = 0"))
        case.sql(
            (
                f"UPDATE OR IGNORE {table} SET {case.rng.choice(columns)} = ?{where}",
                (case.rng.choice(VALUES),),
            )
        )
    # Where checksums would tell, they agree with what is there now.
    if case.rng.random() < 0.5:
        case.sql("DELETE FROM checksums", "DROP TABLE checksums")


def large_rows(case: Case) -> None:
    case.sql(
        "INSERT OR REPLACE INTO meta VALUES ('foundation_model/x', '" + "[" * 90_000 + "')",
        (
            "UPDATE layers SET components = ?, m = ?",
            (case.rng.choice((1, 2**31)), case.rng.choice((6, 2**20))),
        ),
    )


def caches(case: Case) -> None:
    for path in (case.folder / "cache").glob("*.array") if (case.folder / "cache").is_dir() else ():
        if not readable(path):
            continue
        head, _, data = path.read_bytes().partition(b"\n")
        try:
            about = json.loads(head)
        except ValueError:
            continue
        kind = case.rng.randrange(5)
        if kind == 0:
            about["shape"] = case.rng.choice(
                ("[1099511627776, 4]", "[-1]", "[[2]]", "[" * 2000, "[0, 99999999999]")
            )
        elif kind == 1:
            about["dtype"] = case.rng.choice(("|O", "<U9999999", "<f2", "|S4", 7))
        elif kind == 2:
            data = case.rng.randbytes(len(data))
            about["crc"] = zlib.crc32(data)
        elif kind == 3:
            about = case.rng.choice(([], {}, {"place": None}, "x", {**about, "crc": "x"}))
        else:
            data = data[: len(data) // 2]
            about["crc"] = zlib.crc32(data)
        path.write_bytes(json.dumps(about).encode() + b"\n" + data)


def trails(case: Case) -> None:
    folder = case.folder / "trails"
    if not folder.is_dir() or folder.is_symlink():
        return
    bodies: tuple[object, ...] = (
        {"time": "x", "set": {"selection": [["features.0", [10**30]]]}},
        {"time": "x", "set": {"selection": [["\x1b]52;c;YQ==\x07", [0]]] * 1000}},
        {"time": "x", "set": {"images": [{"png": "AAAA", "name": "x", "unwanted": False}]}},
        {"time": "x", "set": {"query": ["x"] * 10_000}},
        {"time": "x", "set": {"thresholds": [1e308, -1e308]}},
        {"time": "x", "result": {"pruned": [], "mode": 7, "accuracy": [2, 2], "images": -1}},
        {"time": "x", "set": {"concepts": [{"name": "x", "images": 7}]}},
        [[[[[]]]]],
        None,
    )
    for path in sorted(folder.glob("*.jsonl")):
        if not readable(path):
            continue
        lines = path.read_bytes().split(b"\n")
        at = case.rng.randrange(len(lines) + 1)
        new = case.rng.choice(
            (
                json.dumps(case.rng.choice(bodies)).encode(),
                b"[" * 100_000,
                b'{"cut": true}',
                b"\xff\xfe",
                b"NaN",
            )
        )
        path.write_bytes(b"\n".join([*lines[:at], new, *lines[at:]]))
    for number in range(30):
        (folder / f"unnamed 2020-01-01 00.00.{number:02}.jsonl").symlink_to(case.victim())


CHANGES: tuple[Callable[[Case], None], ...] = (
    *(truncated, overwritten, swapped, grown, sparse, removed, a_link_in_its_place, a_hard_link_in_its_place),
    *(another_kind_in_its_place, folders_that_are_links, planted, journals, sql_objects, cells, large_rows),
    *(caches, trails),
)


def state(folder: Path) -> dict[str, object]:
    """Return all that can change of a tree of files: names, kinds, contents, modes and times."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        content = path.read_bytes() if path.is_file() else None
        found[str(path)] = about.st_mode, about.st_size, about.st_mtime_ns, content
    return found


def laid_out(base: Path) -> Path:
    """Make what the process sees of the machine: programs that leave a mark, a home, files outside."""
    for name in ("folders", "home", "out", "warm", "bin", "outside/here", "outside/trails", "outside/cache"):
        (base / name).mkdir(parents=True)
    (base / "outside" / "thesis.txt").write_text("years of work\n")
    (base / "outside" / "here" / "data.safetensors").write_bytes(b"\x10" + bytes(300))
    (base / "outside" / "cache" / "0.array").write_bytes(b"{}\n")
    for number in range(30):
        (base / "outside" / "trails" / f"unnamed 2020-01-01 00.00.{number:02}.jsonl").write_text("mine\n")
    mark = base / "bin" / ".stand-in"
    mark.write_text(f'#!/bin/sh\necho "$0 $@" >> {base / "executed"}\nexit 1\n')
    mark.chmod(0o755)
    names = {
        "gs",
        "gswin64c",
        "xv",
        "display",
        "xdg-open",
        "open",
        "sh",
        "bash",
        "python",
        "python3",
        "git",
        "uname",
    }
    for folder in os.environ["PATH"].split(os.pathsep):
        if os.path.isdir(folder):
            names |= set(os.listdir(folder))
    for name in names:
        (base / "bin" / name).symlink_to(mark)
    original = base / "warm" / "x.slens"
    write(original, probe=240).close()
    audit = sw.Audit(original, HashModel())
    audit.project()
    audit.scores()
    audit.session.update(query="ruler", valid=["ink"], pruned=[("features.3", 1)])
    audit.save_trail("named")
    audit.session.query = "milia"
    audit.db.close()
    return original


def use_changed(base: Path, numbers: range, *, quick: bool = False) -> None:
    """Use as many changed folders as there are numbers, and fail where any did more than be read."""
    original = laid_out(base)
    done: dict[str, list[str]] = {}
    for number in numbers:
        rng = random.Random(number)
        folder = base / "folders" / f"{number:05}.slens"
        shutil.copytree(original, folder)
        case = Case(folder, base / "outside", rng)
        # Every change has its turn; further ones come on top.
        first = CHANGES[number % len(CHANGES)]
        changes = [first, *rng.sample([each for each in CHANGES if each is not first], rng.randrange(3))]
        for change in changes:
            # Some become impossible by the one before.
            with contextlib.suppress(OSError, sqlite3.Error):
                if case.files():
                    change(case)
        done[folder.name] = [change.__name__ for change in changes]
    before = state(base / "outside")
    environment = {
        "PATH": str(base / "bin"),
        "HOME": str(base / "home"),
        "TMPDIR": str(base / "out"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
    }
    command = [
        sys.executable,
        "-m",
        "tests.conceptdb.using_folders",
        str(base),
        *(["quick"] if quick else []),
    ]
    ended = subprocess.run(
        command, env=environment, cwd=base / "outside" / "here", capture_output=True, text=True, check=False
    )
    said = json.loads((base / "said.json").read_text()) if (base / "said.json").exists() else {}
    assert ended.returncode == 0, (ended.stderr[-3000:], list(done.items())[len(said)])
    assert not (base / "executed").exists(), (base / "executed").read_text()
    after = state(base / "outside")
    assert after == before, [path for path in {*before, *after} if before.get(path) != after.get(path)]
    assert len(said) == len(numbers)
    acted = {name: (done[name], each["did"]) for name, each in said.items() if each["did"]}
    assert acted == {}
    raw = {
        name: (done[name], [text for text in each["said"] if text.startswith("RAW")])
        for name, each in said.items()
    }
    assert {name: found for name, found in raw.items() if found[1]} == {}
    signs = ("\x1b", "\x07")
    assert not [
        text for each in said.values() for text in each["said"] if any(sign in text for sign in signs)
    ]


def test_changed_folders_are_read_or_refused(tmp_path: Path) -> None:
    use_changed(tmp_path, range(len(CHANGES)), quick=True)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(4))
def test_many_changed_folders_are_read_or_refused(tmp_path: Path, part: int) -> None:
    use_changed(tmp_path, range(1000 + 60 * part, 1060 + 60 * part))
