"""Trails on disk: `trails/NAME.jsonl` in the database's folder, one step a line.

A line is written at once when its step happens, so a crash loses no more than the line being written, which
a reader leaves out. A trail may come from a stranger: everything in it is checked before any of it counts.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from slens_widgets.errors import DatabaseError, InputError, SlensError, UnknownNameError
from slens_widgets.session import Session
from slens_widgets.trails.steps import Step, decode, encode
from slens_widgets.untrusted import parse_json, shown

FOLDER = "trails"
SUFFIX = ".jsonl"
FORMAT = "slens-trail"
VERSION = 1
MAX_BYTES = 100_000_000
NAME = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|.][^\x00-\x1f\x7f/\\:*?\"<>|]{0,79}")


def now() -> str:
    """Return the present as a trail writes it."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def check_name(name: Any) -> str:
    """Return the name of a trail, or say what a name is."""
    if not isinstance(name, str) or not NAME.fullmatch(name) or name != name.strip():
        raise InputError(
            f"{name!r} can't be the name of a trail",
            expected='up to 80 characters, none of / \\ : * ? " < > |, no dot or space in front',
        )
    return name


def trail_path(database: Path, name: str) -> Path:
    """Return where a trail lies."""
    return database / FOLDER / f"{check_name(name)}{SUFFIX}"


def list_trails(database: Path) -> list[tuple[str, Path]]:
    """Return the names and files of a database's trails, the newest first."""
    folder = database / FOLDER
    found = [path for path in folder.glob(f"*{SUFFIX}") if _is_file(path)] if _is_folder(folder) else []
    named = [(path.name.removesuffix(SUFFIX), path) for path in found]
    named = [(name, path) for name, path in named if NAME.fullmatch(name)]
    return sorted(named, key=lambda item: -item[1].stat().st_mtime)


def _is_folder(path: Path) -> bool:
    """Return whether there is a folder; a link leads out of the database and is none."""
    return path.is_dir() and not path.is_symlink()


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def header(about: dict[str, Any]) -> dict[str, Any]:
    """Return the first line of a trail."""
    return {"format": FORMAT, "version": VERSION, "started": now(), **about}


def line(body: Any) -> bytes:
    """Return one line of a trail."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") + b"\n"


def append(path: Path, body: Any) -> None:
    """Write one line at the end of an existing trail, in one go; never through a link."""
    if not _is_folder(path.parent):
        raise NotADirectoryError(f"{path.parent} is not a folder")
    flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags)
    try:
        os.write(handle, line(body))
    finally:
        os.close(handle)


def write_new(
    path: Path, about: dict[str, Any], steps: Sequence[Step] = (), *, replace: bool = False
) -> None:
    """Write a whole trail beside and rename it.

    Raises
    ------
    FileExistsError
        There is one already, and `replace` is off.
    """
    if os.path.lexists(path.parent) and not _is_folder(path.parent):
        raise NotADirectoryError(f"{path.parent} is not a folder")
    path.parent.mkdir(exist_ok=True)
    if not replace and path.exists():
        raise FileExistsError(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".trail-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(line(header(about)))
            file.writelines(line(encode(step)) for step in steps)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(name, path)
        else:
            _claim(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _claim(name: str, path: Path) -> None:
    """Rename a file, or refuse where another process was faster."""
    try:
        os.link(name, path)
        os.unlink(name)
    except FileExistsError:
        raise
    except OSError:  # some file systems have no links
        with path.open("xb"):
            pass
        os.replace(name, path)


def read_trail(path: Path, session: Session) -> tuple[dict[str, Any], list[Step]]:
    """Return the header and the steps of a trail, all of it checked; `session` ends in its last state.

    Raises
    ------
    DatabaseError
        It is no trail, of another version, too large, or holds what can't be a step of this database.
    """
    try:
        if os.path.lexists(path) and not (_is_folder(path.parent) and _is_file(path)):
            raise bad(path, "is a link, or lies behind one")
        if path.stat().st_size > MAX_BYTES:
            raise bad(path, f"is larger than {MAX_BYTES // 1_000_000} MB")
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        names = [name for name, _ in list_trails(path.parent.parent)]
        raise UnknownNameError.of("trail", path.name.removesuffix(SUFFIX), names) from None
    except OSError as error:
        raise bad(path, f"can't be read ({error})") from error
    # What follows the last line break was being written when the process ended.
    parsed = [_json(path, number, text) for number, text in enumerate(lines[:-1], 1)]
    head = parsed[0] if parsed else None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise bad(path, "is no trail")
    if head.get("version") != VERSION:
        raise bad(path, f"has version {head.get('version')!r:.40}; this slens_widgets reads {VERSION}")
    steps = []
    for number, body in enumerate(parsed[1:], 2):
        try:
            steps.append(decode(body, session))
        except SlensError as error:
            raise bad(path, f"has a bad line {number}: {error}") from error
    return head, steps


def _json(path: Path, number: int, text: bytes) -> Any:
    try:
        return parse_json(text.decode("utf-8"))
    except ValueError as error:
        raise bad(path, f"has a bad line {number}: {shown(str(error))[:80]}") from None


def bad(path: Path, what: str) -> DatabaseError:
    """Return the error of a trail that can't be read."""
    return DatabaseError(
        f"The trail {str(path)!r} {what}",
        next_step="audit.trails() lists what can be opened; delete the file if it is of no use",
    )
