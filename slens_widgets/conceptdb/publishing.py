"""A finished database takes its place: at any moment, what a kill leaves there is whole and found again.

What is replaced is moved aside under a name that is noted first, in the folder that follows it, and removed
last. Killed between the two renames, the next who opens or builds moves it back; killed after them, the next
who builds removes it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
from pathlib import Path

from slens_widgets.conceptdb.cache import CACHE
from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.lock import FolderLock
from slens_widgets.conceptdb.schema import FILE_NAME, SQLITE_NAME
from slens_widgets.errors import DatabaseError
from slens_widgets.files import unused

WORK = "work"
"""The folder inside for what a build has computed and not yet written; it goes when all is published."""
PLAN = "plan.json"
"""The file in there that says what is built: who finds it knows that the folder is a builder's."""
_NOTE = "replaces"
_ASIDE = re.compile(r"\.replaced-[0-9a-f]{8}")
_OWN = re.compile(rf"{re.escape(SQLITE_NAME)}(-journal|-wal|-shm)?|{CACHE}|\.[0-9a-f]{{16}}\.writing.*")
_TRIES = 100


def partial_of(path: Path) -> Path:
    """Return where a database is written before it is at `path`."""
    return path.with_name(f"{path.name}.partial")


def refuse_occupied(path: Path, overwrite: bool) -> None:
    """Raise unless a database may be written at `path`."""
    if not path.exists():
        return
    if not (path / SQLITE_NAME).is_file():
        raise DatabaseError(
            f"{str(path)!r} exists and is no concept database",
            expected="a path where nothing is yet (usually NAME.slens)",
        )
    if not overwrite:
        raise DatabaseError(
            f"A concept database is already at {str(path)!r}",
            next_step="Open it with sw.open, choose another path, or pass overwrite=True",
        )


def publish(partial: Path, path: Path, overwrite: bool) -> None:
    """Rename the finished folder `partial` to `path`, with what a person kept in one that is replaced.

    Raises
    ------
    DatabaseError
        It can't be; everything is then as it was.
    """
    try:
        sync_whole(partial)
        refuse_occupied(path, overwrite)
        aside = None
        if path.exists():
            (partial / WORK).mkdir(exist_ok=True)
            for name in _kept(partial):
                remove(partial / name)
            carry_along(path, partial)
            aside = path.with_name(f"{path.name}.replaced-{secrets.token_hex(4)}")
            note = os.fsencode(aside.name)
            with Folder(partial / WORK) as work:
                work.write_whole(_NOTE, lambda file: file.write(note))
            sync_folder(partial)
        try:
            # Who adds embeddings to the old one comes to an end first.
            with contextlib.nullcontext() if aside is None else FolderLock(path, make=False).held():
                _take_place(partial, path, aside)
        except BaseException:
            settle(path)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise DatabaseError(
            f"The finished database can't be moved to {str(path)!r}: {error.strerror or error}. It is whole, "
            f"and stays at {str(partial)!r}",
            next_step="Stop what else writes there, and make the same call again: it moves it",
        ) from error
    clear(path)


def _take_place(partial: Path, path: Path, aside: Path | None) -> None:
    for _ in range(_TRIES):
        if aside is not None and path.exists():
            os.rename(path, aside)
        try:
            os.rename(partial, path)
        except OSError as error:
            # Someone who opened it in between has moved the old one back.
            if aside is None or error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        else:
            return
    raise OSError(errno.EBUSY, "it is moved back by others again and again")


def settle(path: Path) -> Path:
    """Return where the database of `path` lies: what a kill left moved aside is moved back, if it can be."""
    if os.path.lexists(path):
        return path
    aside = _noted(partial_of(path), path)
    if aside is None:
        return path
    try:
        os.rename(aside, path)
        sync_folder(path.parent)
    except OSError:  # somebody else was faster, or nothing can be written here
        return path if os.path.lexists(path) else aside
    return path


def clear(path: Path) -> None:
    """Remove what is left beside and inside the database at `path` since it was published.

    Called by who holds the lock of that folder.
    """
    with contextlib.suppress(OSError):
        aside = _noted(path, path)
        if aside is not None:
            carry_along(aside, path)  # what was written there since
            shutil.rmtree(aside)
        if is_work(path / WORK):
            # The plan goes last: as long as anything is there, it says whose it is.
            for entry in (path / WORK).iterdir():
                if entry.name != PLAN:
                    remove(entry)
            shutil.rmtree(path / WORK)


def is_work(folder: Path) -> bool:
    """Return whether a builder keeps its work in a folder."""
    return _is_folder(folder) and (folder / PLAN).is_file()


def remove(entry: Path) -> None:
    """Remove a file, a link as such, or a folder and all that is in it."""
    if _is_folder(entry):
        shutil.rmtree(entry)
    else:
        entry.unlink(missing_ok=True)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _noted(folder: Path, path: Path) -> Path | None:
    """Return where the database lies that `folder` replaces or has replaced, if it is there still."""
    try:
        with Folder(folder) as outer, outer.within(WORK) as work, work.open(_NOTE) as file:
            name = os.fsdecode(file.read(4096))
    except (OSError, ValueError):
        return None
    if not name.startswith(path.name) or not _ASIDE.fullmatch(name[len(path.name) :]):
        return None
    aside = path.with_name(name)
    return aside if _is_folder(aside) and (aside / SQLITE_NAME).is_file() else None


def carry_along(old: Path, new: Path) -> None:
    """Have in `new` what a person keeps in `old`, trails for example: all but the database's own files.

    Files are linked where that can be, so that who writes to one of them meanwhile writes to both. What is
    half done lies in the work of `new`.
    """
    scratch = new / WORK / f"{secrets.token_hex(8)}.writing"
    try:
        for name in _kept(old):
            _carry(old / name, new / name, scratch)
    finally:
        scratch.unlink(missing_ok=True)


def _kept(folder: Path) -> list[str]:
    """Return the names of what a person keeps in a database's folder."""
    return [
        name
        for name in sorted(os.listdir(folder))
        if not (_OWN.fullmatch(name) or FILE_NAME.fullmatch(name))
        and not (name == WORK and is_work(folder / name))
    ]


def _carry(source: Path, target: Path, scratch: Path) -> None:
    if source.is_symlink():
        if not os.path.lexists(target):
            os.symlink(os.readlink(source), target)
    elif source.is_dir():
        if os.path.lexists(target) and not _is_folder(target):
            target = unused(target)
        target.mkdir(exist_ok=True)
        for name in sorted(os.listdir(source)):
            _carry(source / name, target / name, scratch)
        sync_folder(target)
    elif source.is_file():
        if os.path.lexists(target):
            if not target.is_file() or target.is_symlink():
                target = unused(target)
            elif os.path.samefile(source, target) or _begins_with(target, source):
                return
            elif not _begins_with(source, target):
                target = unused(target)
        _link(source, target, scratch)


def _link(source: Path, target: Path, scratch: Path) -> None:
    try:
        os.link(source, scratch)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, scratch)
        with open(scratch, "rb+") as file:
            os.fsync(file.fileno())
    os.replace(scratch, target)


def _begins_with(longer: Path, shorter: Path) -> bool:
    with open(longer, "rb") as a, open(shorter, "rb") as b:
        while part := b.read(1 << 20):
            if a.read(len(part)) != part:
                return False
    return True


def sync_whole(folder: Path) -> None:
    """Have a folder's files on the disk, all but those of the work: they outlast the machine."""
    for root, folders, files in os.walk(folder):
        if Path(root) == folder:
            folders[:] = [name for name in folders if name != WORK]
        for name in files:
            if not Path(root, name).is_symlink():
                with open(Path(root, name), "rb") as file, contextlib.suppress(PermissionError):
                    os.fsync(file.fileno())
        sync_folder(Path(root))


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk, where the system can."""
    with Folder(path) as folder:
        folder.sync()
