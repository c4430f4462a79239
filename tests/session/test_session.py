"""A session tells every change once, in order, to whoever observes, from whatever thread."""

from __future__ import annotations

import threading

import pytest

from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.session import MAX_UNDO, Change, Session
from slens_widgets.types import Component
from tests.interrupting import Interrupts, lines_of


def test_fields_have_defaults_and_normal_forms():
    session = Session()
    assert (session.selection, session.query, session.target, session.mode) == ((), "", None, "mean")
    session.selection = [("a", 1), ["b", 2], ("a", 1)]
    assert session.selection == (Component("a", 1), Component("b", 2))
    session.pruned = ("a", 3)
    assert session.pruned == (Component("a", 3),)
    session.valid = " ruler "
    session.spurious = ["ink", "", "hair", "ink"]
    assert session.valid == ("ruler",)
    assert session.spurious == ("ink", "hair")
    assert "spurious=('ink', 'hair')" in repr(session)
    session.hovered = ["a", 1]
    assert session.hovered == Component("a", 1)
    session.thresholds = [0, 0.25]
    assert session.thresholds == (0.0, 0.25)
    session.thresholds = 0.5
    assert session.thresholds == (0.5, 0.5)
    for bad in ("ab", [1, 2, 3], ["a", "b"], [float("nan"), 0]):
        with pytest.raises(InputError, match="thresholds"):
            session.thresholds = bad


def test_equal_values_tell_nobody():
    session, heard = Session(), []
    session.observe(heard.append)
    session.query = "ruler"
    session.query = "ruler"
    session.selection = []
    assert heard == [Change("query", "", "ruler")]


def test_observers_hear_only_their_fields_until_they_stop():
    session, heard = Session(), []
    stop = session.observe(heard.append, "mode", "target")
    session.query = "x"
    session.mode = "zero"
    stop()
    stop()
    session.mode = "mean"
    assert [change.field for change in heard] == ["mode"]


def test_updates_are_seen_whole():
    session, seen = Session(), []
    session.observe(lambda change: seen.append((session.valid, session.spurious, session.target)))
    session.update(valid=["a"], spurious=["b"], target="melanoma")
    assert seen == [(("a",), ("b",), "melanoma")] * 3


def test_what_is_wrong_changes_nothing():
    session, heard = Session(), []
    session.observe(heard.append)
    with pytest.raises(UnknownNameError, match="Nearest: 'selection'"):
        session.selecton = []
    with pytest.raises(UnknownNameError, match="ablation mode 'median'"):
        session.update(query="new", mode="median")
    with pytest.raises(UnknownNameError, match="session field"):
        session.observe(print, "colour")
    for field, value in (("query", 3), ("valid", 3), ("valid", [3]), ("selection", "a"), ("selection", [3])):
        with pytest.raises(InputError):
            setattr(session, field, value)
    assert heard == []
    assert session.query == ""


def test_components_are_checked_by_whoever_owns_the_session():
    def check(component):
        raise UnknownNameError("no such component")

    with pytest.raises(UnknownNameError, match="no such component"):
        Session(check).selection = [("a", 1)]


def test_a_change_caused_by_an_observer_comes_after_its_cause():
    session, heard = Session(), []

    def answer(change):
        if change.field == "query":
            session.selection = [("a", len(change.new))]

    session.observe(answer)
    session.observe(heard.append)
    session.query = "abc"
    assert [change.field for change in heard] == ["query", "selection"]
    assert session.selection == (Component("a", 3),)


def test_a_failing_observer_is_logged_and_the_others_hear(caplog):
    session, heard = Session(), []

    def fail(change):
        raise RuntimeError("boom")

    session.observe(fail)
    session.observe(heard.append)
    session.query = "x"
    session.query = "y"
    assert [change.new for change in heard] == ["x", "y"]
    assert "boom" in caplog.text


def test_an_observer_may_wait_for_another_thread_that_sets():
    session, heard = Session(), []

    def wait(change):
        heard.append(change.field)
        if change.field == "query":
            thread = threading.Thread(target=lambda: setattr(session, "mode", "zero"))
            thread.start()
            thread.join(timeout=10)
            assert not thread.is_alive(), "setting a field waits for an observer"

    session.observe(wait)
    session.query = "x"
    assert heard == ["query", "mode"]


def test_many_threads_every_change_once_and_chained():
    session, heard = Session(), []
    session.observe(heard.append, "query")

    def work(name: str) -> None:
        for i in range(100):
            session.query = f"{name}{i}"

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heard) == 600
    assert [change.old for change in heard[1:]] == [change.new for change in heard[:-1]]
    assert heard[-1].new == session.query


def test_the_pruned_set_can_be_undone_and_redone():
    session, heard = Session(), []
    session.observe(lambda change: heard.append([str(component) for component in change.new]), "pruned")
    session.undo()
    assert (session.can_undo, session.can_redo, heard) == (False, False, [])
    session.pruned = [("a", 1)]
    session.update(pruned=[("a", 1), ("a", 2)], query="x")
    session.pruned = [("a", 2), ("a", 1)][::-1]  # equal: nothing to undo
    session.undo()
    session.undo()
    assert (session.pruned, session.can_undo, session.query) == ((), False, "x")
    session.redo()
    assert session.pruned == (Component("a", 1),)
    session.pruned = [("b", 0)]
    assert not session.can_redo
    session.undo()
    assert heard == [["a:1"], ["a:1", "a:2"], ["a:1"], [], ["a:1"], ["b:0"], ["a:1"]]


def test_only_so_many_pruned_sets_are_kept():
    session = Session()
    for index in range(MAX_UNDO + 5):
        session.pruned = [("a", index)]
    for _ in range(MAX_UNDO + 5):
        session.undo()
    assert session.pruned == (Component("a", 4),)


def test_an_observer_that_is_interrupted_leaves_the_others_hearing():
    session, heard = Session(), []

    def stopped(change: Change) -> None:
        if change.new == "a":
            raise KeyboardInterrupt

    session.observe(stopped)
    session.observe(lambda change: heard.append(change.new))
    with pytest.raises(KeyboardInterrupt):
        session.query = "a"
    assert heard == ["a"], "the others hear of it before the interrupt goes on"
    session.query = "b"
    assert heard == ["a", "b"]


def test_an_interrupt_at_any_line_leaves_a_session_that_tells():
    def change(session: Session) -> None:
        session.update(query="a", valid=["x"])

    lines = lines_of(lambda: change(_observed([])), "session.py")
    assert lines > 30
    for number in range(1, lines + 1):
        heard: list[Change] = []
        session = _observed(heard)
        stop = Interrupts(number, "session.py")
        stop.run(lambda session=session: change(session))
        session.query = "b"
        assert heard[-1].new == "b", f"mute after an interrupt at line {number} of {lines}"
        assert session.query == "b"
        assert not session._lock._is_owned()


def _observed(heard: list[Change]) -> Session:
    session = Session()
    session.observe(lambda change: None, "query")
    session.observe(heard.append)
    return session
