"""Trails on disk: `trails/NAME.jsonl` in the database's folder, one step a line.

A line is written at once when its step happens, so a crash loses no more than the line being written, which
a reader leaves out. What is added after a cut line begins with a mark that says so. A trail may come from a
stranger: everything in it is checked before any of it counts.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from slens_widgets.concept import Concept
from slens_widgets.conceptdb.descriptor import Descriptor
from slens_widgets.conceptdb.folder import Folder
from slens_widgets.errors import DatabaseError, InputError, SlensError, UnknownNameError
from slens_widgets.files import beside
from slens_widgets.session import Session
from slens_widgets.trails.steps import Step, decode, encode
from slens_widgets.untrusted import parse_json, shown, shown_deep

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

FOLDER = "trails"
SUFFIX = ".jsonl"
FORMAT = "slens-trail"
VERSION = 1
MAX_BYTES = 100_000_000
"""A reader takes no larger trail, and a writer goes on in another one before it is reached."""
KEPT_MARKS = "\n\t\u061c\u200e\u200f"
"""Signs that stay in a trail's texts: those of right-to-left writing order nothing but their neighbours."""
_HALVES = "".join(map(chr, range(0xD800, 0xE000)))
"""Of surrogate pairs: a step that holds one alone is refused."""
CUT = {"cut": True}
"""The line that follows one that was cut."""
NAME = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|.][^\x00-\x1f\x7f/\\:*?\"<>|]{0,79}")


def now() -> str:
    """Return the present as a trail writes it."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def check_name(name: Any) -> str:
    """Return the name of a trail, or say what a name is."""
    if not isinstance(name, str) or not _is_name(name) or name != name.strip():
        raise InputError(
            f"{name!r} can't be the name of a trail",
            expected='up to 80 characters, none of / \\ : * ? " < > |, no dot or space in front',
        )
    return name


def _is_name(name: str) -> bool:
    return NAME.fullmatch(name) is not None and shown(name) == name


def trail_path(database: Path, name: str) -> Path:
    """Return where a trail lies beside its database."""
    return database / FOLDER / f"{check_name(name)}{SUFFIX}"


def own_folder(database: str) -> Path:
    """Return the folder of the user that holds trails of a database whose own folder can't be written.

    Parameters
    ----------
    database
        The identity of the database.
    """
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Application Support"
    else:
        given = os.environ.get("XDG_DATA_HOME", "")
        root = Path(given) if os.path.isabs(given) else Path.home() / ".local" / "share"
    return root / "slens_widgets" / hashlib.sha256(database.encode()).hexdigest()[:32]


def list_trails(*databases: Path) -> list[tuple[str, Path]]:
    """Return the names and files of the trails beside databases (or in `own_folder`s), the newest first."""
    found: dict[str, tuple[float, Path]] = {}
    for database in databases:
        with contextlib.suppress(OSError):
            for path in (database / FOLDER).iterdir() if _is_folder(database / FOLDER) else ():
                name = path.name.removesuffix(SUFFIX)
                if path.suffix != SUFFIX or not _is_name(name):
                    continue
                with contextlib.suppress(OSError):  # it may have been removed meanwhile
                    if _is_file(path):
                        changed = path.stat().st_mtime
                        found[name] = max(found.get(name, (changed, path)), (changed, path))
    return [(name, path) for name, (_, path) in sorted(found.items(), key=lambda item: -item[1][0])]


def find_trail(name: str, *databases: Path) -> Path:
    """Return where a trail lies, or where it would lie beside the first of the databases."""
    named = dict(list_trails(*databases))
    return named.get(check_name(name), trail_path(databases[0], name))


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


class CarriedOnElsewhere(Exception):
    """Somebody else added to the trail since its last line was written here."""


class TooLarge(Exception):
    """With this line a trail would be larger than its reader takes."""


def append(path: Path, body: Any, expected: int | None = None) -> int:
    """Write one line at the end of an existing trail, whole or not at all; never through a link.

    Parameters
    ----------
    expected
        The trail's size after the line before; None: whatever it is.

    Returns
    -------
    The trail's size now.

    Raises
    ------
    CarriedOnElsewhere
        It has another size.
    TooLarge
        The reader would not take it.
    """
    if not _is_folder(path.parent):
        raise NotADirectoryError(f"{path.parent} is not a folder")
    with Descriptor(path, os.O_RDWR | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)) as opened:
        handle = opened.fileno()
        if fcntl is not None:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        if expected is not None and size != expected:
            raise CarriedOnElsewhere(str(path))
        text = line(body)
        if size and _last_byte(handle, size) != b"\n":
            text = b"\n" + line(CUT) + text
        if size + len(text) > MAX_BYTES:
            raise TooLarge(str(path))
        try:
            rest = memoryview(text)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        except OSError as error:
            # A full disk takes part of a line. Where it fails to sync, the line stands: it may be there.
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                with contextlib.suppress(OSError):
                    os.ftruncate(handle, size)
            raise
        return size + len(text)


def _last_byte(handle: int, size: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(handle, 1, size - 1)
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1)


def write_new(path: Path, about: dict[str, Any], steps: Sequence[Step] = (), *, replace: bool = False) -> int:
    """Write a whole trail beside and rename it; return its size.

    Raises
    ------
    FileExistsError
        There is one already, and `replace` is off.
    """
    if os.path.lexists(path.parent) and not _is_folder(path.parent):
        raise NotADirectoryError(f"{path.parent} is not a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not replace and path.exists():
        raise FileExistsError(path)
    with beside(path) as (file, name):
        file.write(line(header(about)))
        file.writelines(line(encode(step)) for step in steps)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
        if replace:
            os.replace(name, path)
        else:
            _claim(name, path)
    return size


def _claim(name: Path, path: Path) -> None:
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


def read_trail(
    path: Path,
    session: Session,
    known: Sequence[Concept] = (),
    check: Callable[[dict[str, Any]], object] = lambda head: None,
) -> tuple[dict[str, Any], list[Step]]:
    """Return the header and the steps of a trail, all of it checked; `session` ends in its last state.

    Parameters
    ----------
    known
        Concepts that are at hand, where a step needs one that was too large to be kept.
    check
        Called with the header before any step is looked at; may raise.

    Raises
    ------
    DatabaseError
        It is no trail, of another version, too large, or holds what can't be a step of this database.
    """
    try:
        if os.path.lexists(path) and not (_is_folder(path.parent) and _is_file(path)):
            raise bad(path, "is a link, or lies behind one")
        with Folder(path.parent) as folder, folder.open(path.name) as file:
            if os.fstat(file.fileno()).st_size > MAX_BYTES:
                raise bad(path, f"is larger than {MAX_BYTES // 1_000_000} MB")
            lines = file.read(MAX_BYTES).split(b"\n")
    except FileNotFoundError:
        names = [name for name, _ in list_trails(path.parent.parent)]
        raise UnknownNameError.of("trail", path.name.removesuffix(SUFFIX), names) from None
    except OSError as error:
        raise bad(path, f"can't be read ({error})") from error
    parsed = [(number, _json(path, number, text)) for number, text in _whole_lines(lines)]
    head = parsed[0][1] if parsed else None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise bad(path, "is no trail")
    if head.get("version") != VERSION:
        raise bad(path, f"has version {head.get('version')!r:.40}; this slens_widgets reads {VERSION}")
    check(head)
    steps = []
    for number, body in parsed[1:]:
        try:
            steps.append(decode(body, session, known))
        except SlensError as error:
            raise bad(path, f"has a bad line {number}: {error}") from error
    return head, steps


def _whole_lines(lines: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """Return the lines that were written whole, with their numbers.

    A line is cut where the process, the machine or the disk ended: it is the last one, or a mark follows.
    """
    mark = line(CUT).rstrip(b"\n")
    found = []
    for number, text in enumerate(lines, 1):
        if text == mark:
            continue
        last = number == len(lines)
        if (last or lines[number] == mark) and not _is_json(text):
            continue
        found.append((number, text))
    return found


def _is_json(text: bytes) -> bool:
    try:
        return isinstance(parse_json(text.decode("utf-8")), dict)
    except ValueError:
        return False


def _json(path: Path, number: int, text: bytes) -> Any:
    try:
        return shown_deep(parse_json(text.decode("utf-8")), keep=KEPT_MARKS + _HALVES)
    except ValueError as error:
        raise bad(path, f"has a bad line {number}: {shown(str(error))[:80]}") from None


def bad(path: Path, what: str) -> DatabaseError:
    """Return the error of a trail that can't be read."""
    return DatabaseError(
        f"The trail {str(path)!r} {what}",
        next_step="audit.trails() lists what can be opened; delete the file if it is of no use",
    )
