"""Where a database lies on disk: found, and told from what is none."""

from __future__ import annotations

import os
from pathlib import Path

from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.publishing import partial_of, settle
from slens_widgets.conceptdb.schema import APPLICATION_ID, FORMAT_VERSION, READABLE, SQLITE_NAME, damaged
from slens_widgets.conceptdb.tables import Tables
from slens_widgets.errors import DatabaseError, nearest_names


def open_folder(path: Path) -> Folder:
    """Return the folder of the database at `path`, or say what is there instead."""
    try:
        folder = Folder(settle(path))
    except OSError:
        folder = None
    if folder is not None:
        if folder.size(SQLITE_NAME) is not None:
            return folder
        folder.close()
    if os.path.lexists(path):
        raise DatabaseError(
            f"{str(path)!r} is no concept database",
            expected=f"a folder that holds {SQLITE_NAME}",
            next_step="Give the folder (usually NAME.slens) that sw.build wrote",
        )
    parent = path.parent
    here = [p.name for p in sorted(parent.glob("*.slens"))[:1000]] if parent.is_dir() else []
    unfinished = partial_of(path).is_dir()
    raise DatabaseError(
        f"There is nothing at {str(path)!r}",
        expected="a concept database",
        nearest=[str(parent / name) for name in nearest_names(path.name, here)],
        next_step="Build one with sw.build or `slens build`"
        + ("; an unfinished one lies beside it and can't be opened" if unfinished else ""),
    )


def check_file(folder: Folder, tables: Tables) -> int:
    """Return the version of the format, or say why the file can't be read."""
    path = folder.path
    if tables.number("application_id") != APPLICATION_ID:
        raise DatabaseError(
            f"{str(path / SQLITE_NAME)!r} belongs to another program, not to a concept database"
        )
    version = tables.number("user_version")
    if version < 0:
        raise DatabaseError(
            f"The database {str(path)!r} is unfinished",
            next_step="Call sw.build(…) again: it goes on from here",
        )
    if version not in READABLE:
        newer = version > FORMAT_VERSION
        raise DatabaseError(
            f"The database {str(path)!r} has format version {version}",
            expected=f"version {FORMAT_VERSION}",
            next_step="Update slens-widgets" if newer else "Build it again with sw.build(…, overwrite=True)",
        )
    due = max(tables.number("page_count"), _pages_in_header(folder)) * tables.number("page_size")
    if tables.size < due:
        raise damaged(path, f"is truncated: {SQLITE_NAME} holds {tables.size} of {due} bytes")
    if tables.size > due:  # the bounds of all that is read from it are its size
        raise damaged(path, f"has {SQLITE_NAME} of {tables.size:,} bytes, {due:,} of which are its own")
    tables.check()
    return version


def _pages_in_header(folder: Folder) -> int:
    with folder.open(SQLITE_NAME) as file:
        return int.from_bytes(file.read(32)[28:32], "big")
