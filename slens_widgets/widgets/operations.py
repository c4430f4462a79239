"""What a page may ask of a widget, answered on worker threads; of slow requests only the newest is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from slens_widgets.errors import Cancelled
from slens_widgets.types import Progress
from slens_widgets.widgets.messages import Answer, Request, identity, send_answer
from slens_widgets.widgets.worker import Job, Worker

if TYPE_CHECKING:
    from slens_widgets.widgets.base import AuditWidget

Later = Callable[[], Answer]
"""Reads a state when its turn to be told has come: nothing older is told after it."""
Handler = Callable[[Any, Request, Progress], Answer | Later]
AnyHandler = TypeVar("AnyHandler", bound=Handler)
Say = Callable[[dict[str, Any], list[Any]], None]


def operation(name: str, *, slow: bool = False) -> Callable[[AnyHandler], AnyHandler]:
    """Mark a method as the answer to a request; of `slow` ones of a name only the newest is answered."""

    def mark(method: AnyHandler) -> AnyHandler:
        method.__dict__["operation"] = (name, slow)
        return method

    return mark


def operations_of(cls: type) -> dict[str, tuple[Handler, bool]]:
    """Return a class's marked methods by the request that they answer, and whether they are slow."""
    found = {}
    for parent in reversed(cls.__mro__):
        for method in vars(parent).values():
            name, slow = getattr(method, "operation", (None, False))
            if name is not None:
                found[name] = (method, slow)
    return found


class Requests:
    """Takes a page's requests for one widget, and says each answer or error.

    Parameters
    ----------
    widget
        Whose operations answer.
    say
        Sends a message and its buffers to the page.
    quick
        Answers in turn what takes no time.
    slow
        Answers what takes time.
    """

    def __init__(self, widget: AuditWidget, say: Say, quick: Worker, slow: Worker) -> None:
        self._widget, self._say, self._quick, self._slow = widget, say, quick, slow

    def take(self, content: Any, buffers: Any) -> None:
        """Queue what a page sent, on whatever thread it came."""
        try:
            request = Request.of(content, buffers)
            if request.op == "cancel":
                for worker in (self._quick, self._slow):
                    worker.cancel(request.id)
                return
            handler, slow = self._widget.handler_of(request.op)
        except BaseException as error:
            self._say({"err": identity(content), "message": self._widget.explain(error)}, [])
            if not isinstance(error, Exception):
                raise  # an interrupt of the kernel is answered too, and goes on
            return
        job = Job(
            lambda progress: self._answer(handler, request, progress),
            lane=request.op if slow else None,
            key=request.id,
            dropped=lambda: self._cancelled(request),
            report=lambda done, total, stage: self._say(
                {"progress": request.id, "done": done, "total": total, "stage": stage}, []
            ),
        )
        (self._slow if slow else self._quick).submit(job)

    def _answer(self, handler: Handler, request: Request, progress: Progress) -> None:
        try:
            found = handler(self._widget, request, progress)
            if isinstance(found, Answer):
                send_answer(self._say, request, found)
            else:
                with self._widget.in_order:
                    send_answer(self._say, request, found())
        except Cancelled:
            self._cancelled(request)
        except BaseException as error:
            # Also a SystemExit or CancelledError of the user's own code: every request is answered.
            self._say({"err": request.id, "message": self._widget.explain(error)}, [])

    def _cancelled(self, request: Request) -> None:
        self._say({"err": request.id, "message": "A newer request replaced this one.", "cancelled": True}, [])
