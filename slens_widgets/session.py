"""The state of one audit: what is selected, asked and pruned. Widgets are views of it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

from slens_widgets.arguments import as_text, as_texts, as_thresholds
from slens_widgets.concept import Concept, as_concepts, named, texts_and_concepts
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.process import new_lock
from slens_widgets.query import QueryImage, as_query_images
from slens_widgets.types import AblationMode, Component
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)


@dataclass(frozen=True)
class Change:
    """One field of a session took another value."""

    field: str
    old: Any
    new: Any


Callback = Callable[[Change], None]
CheckAll = Callable[[Iterable[Any]], tuple[Component, ...]]

_NAMED = ("valid", "spurious", "vocabulary")
"""Fields of texts that may be names of shown concepts. A `Concept` given there is kept in `concepts`."""
MAX_UNDO = 200
"""Pruned sets that a session can go back through."""


class Session:
    """The observable state of one audit, without any widget.

    Any thread may set any field. Observers hear every change in the order in which it happened, each after
    the one before was told to all; setting an equal value tells nobody. A set inside an observer is told
    after the change that caused it. An observer that raises is logged and keeps its place. Where one is
    interrupted (the kernel's stop, an exit), all others still hear before the interrupt goes on.

    Parameters
    ----------
    check
        Turns (layer, index) into a `Component` or raises; usually `ConceptDB.component`.
    check_all
        Does so for many, and leaves out repetitions; usually `ConceptDB.chosen`, which is quicker.
    """

    selection: tuple[Component, ...]
    """Components selected in any view, in the order of selection."""
    hovered: Component | None
    """Component under the pointer or the keyboard's focus in any view."""
    query: str
    """Text of the search box; commas part queries, a minus before one means not this (see `Audit.match`)."""
    images: tuple[QueryImage, ...]
    """Images that are part of the query; PIL images may be given."""
    concepts: tuple[Concept, ...]
    """Concepts that are shown by images: a text of this name, in any other field, means the concept. Those
    that are given to `valid`, `spurious` or `vocabulary` join them."""
    valid: tuple[str, ...]
    """Concepts that the target class should rest on."""
    spurious: tuple[str, ...]
    """Concepts that it should not rest on."""
    target: str | None
    """Name of the class that is audited."""
    thresholds: tuple[float, float] | None
    """Alignments from which on a component counts as valid, as spurious; None: those of `Audit.align`."""
    vocabulary: tuple[str, ...]
    """Texts that components are labelled with; empty leaves them without labels."""
    pruned: tuple[Component, ...]
    """Components that are ablated in the pruning panel."""
    mode: AblationMode
    """What replaces their activations."""
    color_by: str
    """What colours the points of the map."""

    _check: Callable[[Any], Component]
    _check_all: CheckAll | None
    _lock: threading.RLock
    _observers: list[tuple[Callback, frozenset[str]]]
    _queue: deque[Change]
    _due: deque[tuple[Callback, Change]]
    _telling: object | None
    _past: deque[tuple[Component, ...]]
    _future: deque[tuple[Component, ...]]
    _normalise: dict[str, Callable[[Any], Any]]

    def __init__(
        self, check: Callable[[Any], Component] | None = None, check_all: CheckAll | None = None
    ) -> None:
        check = check or _component
        self.__dict__["_check"] = check
        self.__dict__["_check_all"] = check_all

        def components(values: Any) -> tuple[Component, ...]:
            return _components(values, check, check_all)

        self.__dict__["_lock"] = new_lock()
        self.__dict__["_observers"] = []
        self.__dict__["_queue"] = deque()
        self.__dict__["_due"] = deque()
        self.__dict__["_telling"] = None
        self.__dict__["_past"] = deque(maxlen=MAX_UNDO)
        self.__dict__["_future"] = deque()
        self.__dict__["_normalise"] = {
            "selection": components,
            "hovered": lambda value: None if value is None else check(value),
            "query": as_text,
            "images": as_query_images,
            "concepts": as_concepts,
            "valid": as_texts,
            "spurious": as_texts,
            "target": lambda value: None if value is None else as_text(value),
            "thresholds": lambda value: None if value is None else as_thresholds(value),
            "vocabulary": as_texts,
            "pruned": components,
            "mode": _mode,
            "color_by": as_text,
        }
        self.__dict__.update(
            selection=(),
            hovered=None,
            query="",
            images=(),
            concepts=(),
            valid=(),
            spurious=(),
            target=None,
            thresholds=None,
            vocabulary=(),
            pruned=(),
            mode="mean",
            color_by="layer",
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of all fields."""
        return tuple(self._normalise)

    def copy(self) -> Session:
        """Return another session with the same values; nobody observes it, and it has nothing to undo."""
        with self._lock:
            values = {name: self.__dict__[name] for name in self._normalise}
        other = Session(self._check, self._check_all)
        other._set(values)
        other._queue.clear()
        return other

    def __setattr__(self, name: str, value: Any) -> None:
        self.update(**{name: value})

    def update(self, **values: Any) -> None:
        """Set several fields at once: no observer sees some of them new and others old."""
        checked: dict[str, Any] = {}
        joining: list[Concept] = []
        for name, value in values.items():
            if name not in self._normalise:
                raise UnknownNameError.of("session field", name, self._normalise)
            if name in _NAMED:
                given = texts_and_concepts(value)
                joining += [each for each in given if isinstance(each, Concept)]
                value = tuple(map(named, given))
            checked[name] = self._normalise[name](value)
        try:
            with self._lock:
                if joining:
                    # Before the sets that name them: whoever hears of a name finds the concept.
                    held = checked.pop("concepts", self.concepts)
                    checked = {"concepts": as_concepts([*held, *joining]), **checked}
                if "pruned" in checked and checked["pruned"] != self.pruned:
                    self._past.append(self.pruned)
                    self._future.clear()
                self._set(checked)
        finally:
            self._tell()

    @property
    def can_undo(self) -> bool:
        """Whether there is a pruned set to go back to."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone pruned set to go forward to."""
        return bool(self._future)

    def undo(self) -> None:
        """Go back to the pruned set before the last change; nothing happens where there is none."""
        self._step(self._past, self._future)

    def redo(self) -> None:
        """Take back the last `undo`; nothing happens where there is none, or pruned was set since."""
        self._step(self._future, self._past)

    def _step(self, source: deque[tuple[Component, ...]], other: deque[tuple[Component, ...]]) -> None:
        with self._lock:
            if not source:
                return
            other.append(self.pruned)
            self._set({"pruned": source.pop()})
        self._tell()

    def _set(self, checked: dict[str, Any]) -> None:
        """Take on checked values, under the lock; the caller tells of them."""
        for name, new in checked.items():
            old = self.__dict__[name]
            if new != old:
                # In this order: a change that an interrupt cuts short is told of, and not lost.
                self._queue.append(Change(name, old, new))
                self.__dict__[name] = new

    def observe(self, callback: Callback, *fields: str) -> Callable[[], None]:
        """Call `callback(change)` when one of `fields` (of all, where none is named) changes.

        Returns
        -------
        A function that ends the observation; calling it twice is harmless.
        """
        for name in fields:
            if name not in self._normalise:
                raise UnknownNameError.of("session field", name, self._normalise)
        entry = (callback, frozenset(fields or self._normalise))
        with self._lock:
            self._observers.append(entry)

        def unobserve() -> None:
            with self._lock:
                self.__dict__["_observers"] = [other for other in self._observers if other is not entry]

        return unobserve

    def _tell(self) -> None:
        """Tell of what is queued, unless somebody does so already."""
        turn = object()
        try:
            with self._lock:
                if self._telling is not None:
                    return
                self.__dict__["_telling"] = turn
            self._tell_all(turn)
        finally:
            self._hand_on(turn)

    def _tell_all(self, turn: object) -> None:
        stopped: BaseException | None = None
        try:
            while True:
                try:
                    if not self._tell_next(turn):
                        break
                except BaseException as error:
                    stopped = stopped or error
        finally:
            self._hand_on(turn)
        if stopped is not None:
            raise stopped

    def _hand_on(self, turn: object) -> None:
        """End a turn of telling. Called on two levels: an interrupt at one of them leaves the other."""
        if self._telling is turn:
            self.__dict__["_telling"] = None

    def _tell_next(self, turn: object) -> bool:
        """Call the next observer; return whether there was one."""
        with self._lock:
            while not self._due:
                if not self._queue:
                    self._hand_on(turn)
                    return False
                change = self._queue[0]
                called = [callback for callback, names in self._observers if change.field in names]
                self._due.extend((callback, change) for callback in called)
                self._queue.popleft()
            callback, change = self._due.popleft()
        # Outside the lock: an observer may wait for a thread that wants to set a field.
        try:
            callback(change)
        except Exception:
            logger.exception("an observer of session.%s failed", change.field)
        return True

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self._normalise)
        return f"Session({values})"


def _component(value: Any) -> Component:
    try:
        layer, index = value
        return Component(str(layer), int(index))
    except (TypeError, ValueError):
        raise InputError(f"{value!r} is no component", expected="(layer, index)") from None


def _components(
    values: Any, check: Callable[[Any], Component], check_all: CheckAll | None
) -> tuple[Component, ...]:
    if isinstance(values, tuple) and len(values) == 2 and isinstance(values[0], str):
        values = (values,)
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise InputError(f"{values!r} is no list of components", expected="[(layer, index), …]")
    if check_all is not None:
        return check_all(values)
    return tuple(dict.fromkeys(check(value) for value in values))


def _mode(value: Any) -> str:
    if value not in get_args(AblationMode):
        raise UnknownNameError.of("ablation mode", value, get_args(AblationMode))
    return value
