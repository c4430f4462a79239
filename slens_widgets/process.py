"""What a process has one of, left as the user has it: generator, start method, and locks across a fork."""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_PARALLEL = "TOKENIZERS_PARALLELISM"
"""open_clip switches it off for the whole process, and for all that it starts."""


@contextmanager
def importing() -> Iterator[None]:
    """Import modules of others, and undo what they draw from Python's generator or set in the environment."""
    state, parallel = random.getstate(), os.environ.get(_PARALLEL)
    try:
        yield
    finally:
        if random.getstate() != state:
            random.setstate(state)
        if parallel is None:
            os.environ.pop(_PARALLEL, None)
        else:
            os.environ[_PARALLEL] = parallel


def make_tqdm_lock() -> None:
    """Make tqdm's lock, which fixes how processes are started, and leave that for the user to choose."""
    from tqdm.auto import tqdm

    if multiprocessing.get_start_method(allow_none=True) is None:
        tqdm.get_lock()
        multiprocessing.set_start_method(None, force=True)


_LOCKS: weakref.WeakSet[Any] = weakref.WeakSet()


def new_lock() -> threading.RLock:
    """Return a lock that is free in a forked process, unless the thread that forks holds it.

    A lock that another thread holds is held for ever in the child, which has no such thread.
    """
    lock = threading.RLock()
    _LOCKS.add(lock)
    return lock


def _free_locks() -> None:
    for lock in list(_LOCKS):
        if not lock._is_owned():
            lock._at_fork_reinit()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_free_locks)
