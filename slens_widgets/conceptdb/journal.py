"""Journals of unfinished writes: played only where they are as a writer of ours leaves them.

SQLite plays any journal that lies beside a file. One that names a "super-journal" makes it delete that file,
wherever it is; so no journal reaches SQLite unless it was looked at.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import BinaryIO

from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.schema import PAGE_SIZE, SQLITE_NAME, damaged, writable
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

JOURNAL = f"{SQLITE_NAME}-journal"
_OTHERS = (f"{SQLITE_NAME}-wal", f"{SQLITE_NAME}-shm")
_MAGIC = bytes.fromhex("d9d505f920a163d7")


def recover(folder: Folder) -> None:
    """Undo what a writer of ours that was killed left half-written.

    Whatever else lies there as a journal is left alone: a reader does not look at it.

    Raises
    ------
    DatabaseError
        The write can't be undone here.
    """
    if not (folder.size(JOURNAL) or 0):
        return
    if not is_ours(folder):
        logger.warning("%s lies in %s and is not played: no writer of ours left it", JOURNAL, folder.path)
        return
    try:
        refuse_foreign_journals(folder)
        with contextlib.closing(writable(folder.path / SQLITE_NAME)) as connection:
            connection.execute("SELECT count(*) FROM meta").fetchone()
    except sqlite3.Error as error:
        raise damaged(
            folder.path, f"holds an unfinished write that can't be undone here ({error})"
        ) from error
    if folder.size(JOURNAL):
        raise damaged(folder.path, "is being written, or holds an unfinished write that can't be undone here")


def refuse_foreign_journals(folder: Folder) -> None:
    """Raise unless SQLite may open the file for writing: nothing but a journal of ours lies beside it."""
    for name in _OTHERS:
        if folder.holds(name):
            raise damaged(folder.path, f"holds {name}, which no writer of ours leaves")
    if folder.holds(JOURNAL) and not is_ours(folder):
        raise damaged(folder.path, f"holds a {JOURNAL} that no writer of ours left")
    with folder.open(SQLITE_NAME) as file:
        head = file.read(20)
    if head and head[18:20] != b"\x01\x01":
        raise damaged(folder.path, f"has a {SQLITE_NAME} that writes to a log beside it")


def is_ours(folder: Folder) -> bool:
    """Return whether the journal is a plain one over this file: our pages, no super-journal."""
    try:
        with folder.open(JOURNAL) as journal, folder.open(SQLITE_NAME) as file:
            size = journal.seek(0, 2)
            if size == 0:
                return True  # a writer has begun and changed nothing yet
            return size > 8 and _plain(journal, size, file.seek(0, 2))
    except OSError:
        return False


def _plain(journal: BinaryIO, size: int, file_size: int) -> bool:
    journal.seek(size - 8)
    if journal.read(8) == _MAGIC:
        return False  # it ends in the name of a super-journal
    journal.seek(0)
    head = journal.read(28)
    if head[:8] == bytes(8)[: len(head[:8])]:
        return True  # its header was cleared: nothing is left to play
    if head[:8] != _MAGIC or len(head) < 28:
        return False
    records, _, pages, sector, page = (int.from_bytes(head[i : i + 4], "big") for i in range(8, 28, 4))
    if page != PAGE_SIZE or sector not in (512, 1024, 2048, 4096, 8192, 16384, 32768, 65536):
        return False
    # What it restores is no larger than what is there, but for pages that were cut off while writing.
    most = file_size // PAGE_SIZE + size // PAGE_SIZE + 1
    return pages <= most and (records == 0xFFFFFFFF or records <= size // PAGE_SIZE)
