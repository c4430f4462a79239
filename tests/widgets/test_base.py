from __future__ import annotations

import inspect
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError

import anywidget
import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.errors import Cancelled, InputError
from slens_widgets.types import Component
from slens_widgets.widgets import worker as worker_module
from slens_widgets.widgets.base import AuditWidget
from slens_widgets.widgets.messages import decode_set, encode_set
from slens_widgets.widgets.worker import Job, Threads, Worker
from tests.interrupting import lines_of

WIDGETS = [sw.ConceptMap, sw.NeuronGallery, sw.PruningPanel, sw.AlignmentPlot, sw.Dashboard]


@pytest.mark.parametrize("kind", WIDGETS)
def test_unknown_arguments_are_refused(audit, kind) -> None:
    with pytest.raises(TypeError, match="colour"):
        kind(audit, colour="red")


@pytest.mark.parametrize("kind", WIDGETS)
def test_only_an_audit_is_drawn(kind) -> None:
    with pytest.raises(InputError, match="open_audit"):
        kind("lab")


def test_hello_tells_the_audit_and_the_state(audit, page_of) -> None:
    audit.session.selection = [("features.3", 2), ("features.0", 1)]
    body, buffers = page_of(sw.ConceptMap(audit)).ask("hello")
    assert body["about"]["layers"] == [
        {"name": "features.0", "start": 0, "count": 20},
        {"name": "features.3", "start": 20, "count": 16},
    ]
    assert body["about"]["classes"] == ["nevus", "melanoma"]
    [selection] = [i for i, state in enumerate(body["states"]) if state["state"] == "selection"]
    state = body["states"][selection]
    assert sorted(decode_set(state["encoding"], memoryview(buffers[selection]), 36).tolist()) == [1, 22]


def test_the_page_sets_the_session_and_every_view_hears_it(audit, page_of) -> None:
    one, two = page_of(sw.ConceptMap(audit)), page_of(sw.NeuronGallery(audit))
    encoding, data = encode_set([22], 36)
    one.ask("set", [data], field="selection", encoding=encoding)
    assert audit.session.selection == (Component("features.3", 2),)
    assert [body["state"] for body, _ in two.said] == ["selection"]
    one.ask("set", field="query", value="ruler")
    assert audit.session.query == "ruler"


def test_the_page_says_what_is_hovered_and_moves_the_thresholds(audit, page_of) -> None:
    page = page_of(sw.ConceptMap(audit))
    body, _ = page.ask("set", field="hovered", value=22)
    assert audit.session.hovered == Component("features.3", 2)
    assert body["value"] == 22
    page.ask("set", field="hovered", value=None)
    assert audit.session.hovered is None
    page.ask("set", field="thresholds", value=[0.25, 0.5])
    assert audit.session.thresholds == (0.25, 0.5)
    for field, value in [("hovered", 36), ("hovered", "a"), ("thresholds", [1]), ("thresholds", "ab")]:
        body, _ = page.ask("set", field=field, value=value)
        assert body["message"]
    assert (audit.session.hovered, audit.session.thresholds) == (None, (0.25, 0.5))


@pytest.mark.parametrize("asked", [{"op": "set", "field": "query", "value": "ruler"}, {"op": "hello"}])
def test_nothing_older_is_told_after_what_is_newer(audit, page_of, asked) -> None:
    page = page_of(sw.NeuronGallery(audit))
    answering = threading.Event()

    def send_slowly(content, buffers=None) -> None:
        if "re" in content:
            answering.set()
            time.sleep(0.3)
        page._hear(content, buffers)

    page.widget.send = send_slowly
    page.tell({**asked, "id": 1, "generation": 0})
    assert answering.wait(20)
    audit.session.query = "band-aid"
    assert page.widget.wait(20)
    assert [content.get("re") for content, _ in page.said][-2:] == [1, None]
    assert page.said[-1][0] == {"state": "query", "value": "band-aid"}


def test_a_bad_value_is_an_error_and_changes_nothing(audit, page_of) -> None:
    page = page_of(sw.ConceptMap(audit))
    for field, value in [("mode", "half"), ("nothing", "x"), ("valid", "text"), ("query", 3), ("target", 1)]:
        body, _ = page.ask("set", field=field, value=value)
        assert body["message"]
    assert (audit.session.mode, audit.session.valid, audit.session.query) == ("mean", (), "")


def test_a_closed_widget_no_longer_follows(audit, page_of) -> None:
    page = page_of(sw.NeuronGallery(audit))
    page.widget.close()
    audit.session.query = "ruler"
    assert page.said == []
    page.widget.close()


def test_strips_are_the_databases(audit, page_of) -> None:
    _, buffers = page_of(sw.ConceptMap(audit)).ask("strips", ids=[0, 35])
    assert buffers == [audit.db.strip(("features.0", 0)), audit.db.strip(("features.3", 15))]


def test_the_newest_job_of_a_lane_wins() -> None:
    worker, began, done, dropped = Worker("test"), threading.Event(), [], []
    gate = threading.Event()

    def job(number: int) -> Job:
        def run(progress) -> None:
            began.set()
            gate.wait(5)
            try:
                progress(0, 1, "")
            except Cancelled:
                dropped.append(number)
                return
            done.append(number)

        return Job(run, lane="a", dropped=lambda: dropped.append(number))

    worker.submit(job(0))
    assert began.wait(5)
    for number in range(1, 7):
        worker.submit(job(number))
    gate.set()
    assert worker.wait(5)
    assert done == [6]
    assert sorted(dropped) == [0, 1, 2, 3, 4, 5]


def test_a_job_that_raises_does_not_end_the_worker(caplog) -> None:
    worker, done = Worker("test"), []

    def bad(progress) -> None:
        raise ValueError("bad")

    worker.submit(Job(bad))
    worker.submit(Job(lambda progress: done.append(1)))
    assert worker.wait(5)
    assert done == [1]
    worker.close()
    worker.submit(Job(lambda progress: done.append(2)))
    assert done == [1]


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), CancelledError()])
def test_no_error_of_a_job_ends_the_worker(error: BaseException, caplog) -> None:
    worker, done = Worker("test"), []

    def bad(progress) -> None:
        raise error

    worker.submit(Job(bad))
    worker.submit(Job(lambda progress: done.append(1)))
    assert worker.wait(5)
    assert done == [1]
    assert "a job of test failed" in caplog.text


def test_a_thread_that_cannot_start_leaves_the_worker_for_the_next_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker, done = Worker("test"), []
    with monkeypatch.context() as patch:
        patch.setattr(worker_module, "THREADS", _NoThreads())
        with pytest.raises(RuntimeError):
            worker.submit(Job(lambda progress: done.append(1)))
    worker.submit(Job(lambda progress: done.append(2)))
    assert worker.wait(5)
    assert done == [1, 2]


class _NoThreads(Threads):
    def run(self, work) -> None:
        raise RuntimeError("can't start new thread")


def test_a_request_costs_the_same_however_many_wait() -> None:
    """Counted in lines run, which no load on the machine changes."""

    def cost(waiting: int) -> int:
        worker, gate = Worker("flood"), threading.Event()
        worker.submit(Job(lambda progress: gate.wait(30)))
        for number in range(waiting):
            worker.submit(Job(lambda progress: None, key=number, lane=f"lane {number}"))
        found = lines_of(
            lambda: (
                worker.submit(Job(lambda progress: None, key=-1)),
                worker.submit(Job(lambda progress: None, key=-2, lane="lane 3")),
                worker.cancel(-1),
                worker.cancel(waiting // 2),
            ),
            "worker.py",
        )
        gate.set()
        assert worker.wait(60)
        worker.close()
        return found

    assert cost(4000) == cost(10)


def test_progress_is_throttled() -> None:
    told: list[int] = []
    job = Job(lambda progress: None, report=lambda done, total, stage: told.append(done))
    for step in range(1000):
        job.progress(step, 1000, "")
    assert told[0] == 0
    assert len(told) < 20
    assert np.all(np.diff(told) > 0)


def test_no_name_of_ipywidgets_is_taken() -> None:
    theirs = set(dir(anywidget.AnyWidget))
    for kind in (AuditWidget, sw.ConceptMap, sw.NeuronGallery, sw.PruningPanel):
        own = [base for base in kind.__mro__ if base.__module__.startswith("slens")]
        methods = {name for base in own for name, value in vars(base).items() if inspect.isfunction(value)}
        assert methods & theirs == {"__init__", "close", "_repr_mimebundle_"}


def test_workers_that_take_turns_share_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads, used = Threads(), []
    monkeypatch.setattr(worker_module, "THREADS", threads)
    for i in range(12):
        worker = Worker(f"turn {i}")
        worker.submit(Job(lambda progress: used.append(threading.get_ident())))
        assert worker.wait(5)
        deadline = time.monotonic() + 5
        while not threads._idle and time.monotonic() < deadline:
            time.sleep(0.001)
    assert len(used) == 12
    assert len(set(used)) == 1


def test_workers_at_work_at_once_have_a_thread_each_and_give_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads, together, used = Threads(), threading.Barrier(3), []
    monkeypatch.setattr(worker_module, "THREADS", threads)

    def work(progress: object) -> None:
        together.wait(5)
        used.append(threading.get_ident())

    for _ in range(4):
        workers = [Worker("at once") for _ in range(3)]
        for worker in workers:
            worker.submit(Job(work))
        assert all(worker.wait(5) for worker in workers)
        deadline = time.monotonic() + 5
        while len(threads._idle) < 3 and time.monotonic() < deadline:
            time.sleep(0.001)
    assert len(used) == 12
    assert len(set(used)) == 3


BUSY_AT_THE_END = """
import threading, torch
from slens_widgets.widgets.worker import Job, Worker

model, images = torch.nn.Sequential(*(torch.nn.Conv2d(8, 8, 3) for _ in range(10))), torch.rand(8, 8, 32, 32)
began = threading.Event()

def evaluate(progress):
    with torch.inference_mode():
        while True:
            progress(0, 0, "Evaluating")
            model(images)
            began.set()

worker = Worker("busy")
worker.submit(Job(evaluate))
began.wait()
"""


def test_a_script_may_end_while_a_model_is_evaluated() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BUSY_AT_THE_END], capture_output=True, text=True, timeout=120
    )
    assert (ended.returncode, "terminate" in ended.stderr) == (0, False), ended.stderr
