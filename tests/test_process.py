"""What the library leaves alone of the process that it runs in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import slens_widgets as sw
from slens_widgets import process
from slens_widgets.widgets.worker import Job, Worker
from tests import small_database

ROOT = Path(__file__).parents[1]

USE = """
import random, sys
from pathlib import Path
import numpy, torch
from tests.process_state import state_of_process
random.seed(1), numpy.random.seed(1), torch.manual_seed(1)
before = state_of_process()
import slens_widgets as sw
for name in dir(sw):
    getattr(sw, name)
assert state_of_process() == before, "importing"
from tests.core.parts import pictures
from tests.small_audit import audit_small, build_small
folder = Path(sys.argv[1])
audit = audit_small(folder / "a.slens", build_small(folder / "a.slens"), list("abcd"))
assert state_of_process() == before, "building"
audit.session.update(valid=["a"], spurious=["b"], vocabulary=["x", "y"])
audit.project(), audit.labels(), audit.prune([("7", 1)]), audit.roles("a"), audit.explain(pictures(1)[0])
audit.correct([("7", 1)], "head", sw.Evaluation(pictures(20, 2), [i % 4 for i in range(20)]))
assert state_of_process() == before, "asking"
sw.ConceptMap(audit).save(folder / "map.png")
assert state_of_process() == before, "drawing"
"""


@pytest.mark.slow  # test_determinism.py looks at a build, a map and a report
def test_nothing_of_the_process_is_changed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("TOKENIZERS_PARALLELISM", None)
    ran = subprocess.run(
        [sys.executable, "-c", USE, tmp_path], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr[-3000:]


def in_child(call: Callable[[], bool]) -> bool:
    """Whether a forked process ends the call within seconds, and it is true there."""
    child = os.fork()
    if not child:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(20)
        try:
            os._exit(0 if call() else 1)
        except BaseException:
            os._exit(2)
    return os.waitpid(child, 0)[1] == 0


@pytest.fixture
def audit(tmp_path: Path) -> sw.Audit:
    small_database.write(tmp_path / "a.slens").close()
    return sw.Audit(tmp_path / "a.slens", small_database.HashModel())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_a_fork_while_locks_are_held_does_not_hang_the_child(audit: sw.Audit) -> None:
    worker = Worker("test")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        locks = list(process._LOCKS)
        for lock in locks:
            lock.acquire()
        held.set()
        done.wait(60)
        for lock in locks:
            lock.release()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)

    def use() -> bool:
        audit.session.query = "ruler"
        audit.search("hair")
        worked = threading.Event()
        worker.submit(Job(lambda progress: worked.set()))
        return worked.wait(10)

    try:
        assert in_child(use)
    finally:
        done.set()
        thread.join()
    assert audit.session.query != "ruler"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_a_fork_by_the_thread_that_holds_a_lock_leaves_it_to_the_child() -> None:
    lock = process.new_lock()

    def use() -> bool:
        held = lock._is_owned()
        lock.release()
        return held and not lock._is_owned()

    with lock:
        assert in_child(use)
        assert lock._is_owned()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_a_worker_that_is_at_work_works_in_the_child_too() -> None:
    worker, go = Worker("test"), threading.Event()
    worker.submit(Job(lambda progress: go.wait(30) and None))
    time.sleep(0.05)

    def use() -> bool:
        worked = threading.Event()
        worker.submit(Job(lambda progress: worked.set()))
        return worked.wait(10)

    try:
        assert in_child(use)
    finally:
        go.set()
    assert worker.wait(10)


def test_every_lock_is_free_in_a_forked_process() -> None:
    for file in Path(sw.__file__).parent.rglob("*.py"):
        if file.name != "process.py":
            assert "threading.Lock(" not in file.read_text(), file
            assert "threading.RLock(" not in file.read_text(), file
            assert "threading.Condition()" not in file.read_text(), file
