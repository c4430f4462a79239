"""What the widgets share: requests answered by a worker thread, the session's state pushed to the page."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

from slens_widgets.audit import Audit, concepts
from slens_widgets.errors import InputError, SlensError, UnknownNameError
from slens_widgets.process import new_lock
from slens_widgets.query import Query
from slens_widgets.session import Change
from slens_widgets.types import Component, Progress
from slens_widgets.untrusted import logger_of
from slens_widgets.widgets.export import BUDGET, save_page
from slens_widgets.widgets.fields import FIELDS, JOINED, SETS, Fields
from slens_widgets.widgets.labels import labels_answer
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.numbering import Numbering
from slens_widgets.widgets.operations import Handler, Later, Requests, operation, operations_of
from slens_widgets.widgets.pictures import PREVIEW_DPI, Drawing, picture, save_picture
from slens_widgets.widgets.recording import Ask
from slens_widgets.widgets.still import show
from slens_widgets.widgets.worker import Worker

logger = logger_of(__name__)

STATIC = Path(__file__).parent.parent / "static"
MAX_STRIPS = 64


def check_audit(audit: object) -> None:
    """Raise unless `audit` is an audit, and say how to get one."""
    if not isinstance(audit, Audit):
        raise InputError(
            f"{audit!r} is no audit",
            expected="an sw.Audit",
            next_step="sw.lab.open_audit() gives one, or sw.Audit('resnet50.slens', …)",
        )


class AuditWidget(anywidget.AnyWidget):
    """A view of one audit. All views of the same audit are linked through `audit.session`.

    Parameters
    ----------
    audit
        The audit to draw.
    layout
        An `ipywidgets.Layout`, for the size.

    Raises
    ------
    InputError
        `audit` is no `Audit`.
    """

    _esm = STATIC / "slens.js"
    _widget = traitlets.Unicode().tag(sync=True)
    _title: ClassVar[str] = "Audit"

    _operations: ClassVar[dict[str, tuple[Handler, bool]]] = {}

    recorded_queries: Sequence[str] = ()
    """Searches that a page being saved is asked to answer besides the session's own."""

    def __init__(self, audit: Audit, *, layout: ipywidgets.Layout | None = None) -> None:
        check_audit(audit)
        self.audit = audit
        self.numbering = self._numbered()
        self._total = self.numbering.total
        self.fields = Fields(audit.session, self.numbering)
        # Held while a state is read and told, so that a page hears no older one after a newer one.
        self.in_order = new_lock()
        label = type(self).__name__
        self._reader = Worker(f"{label}-read")
        self._worker = Worker(f"{label}-work")
        super().__init__(layout=layout or ipywidgets.Layout(width="100%"))
        requests = Requests(self, self._say, self._reader, self._worker)
        self.on_msg(lambda _, content, buffers: requests.take(content, buffers))
        self.numbering.observe(self._on_change, FIELDS, JOINED)
        self._observing = True

    def _numbered(self) -> Numbering:
        """Return the components that the page shows; called once, before the widget is made."""
        return Numbering.of(self.audit)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._operations = operations_of(cls)

    def close(self) -> None:
        """Take the widget off the page; it follows the session no longer."""
        # Also called where the widget was never finished.
        if self.__dict__.pop("_observing", False):
            self.numbering.forget()
            self._reader.close()
            self._worker.close()
        super().close()

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait until the widget has nothing left to do; False where that takes longer."""
        return self._reader.wait(timeout) and self._worker.wait(timeout)

    @classmethod
    def handler_of(cls, name: str) -> tuple[Handler, bool]:
        """Return what answers a request, and whether only the newest one is answered."""
        if name not in cls._operations:
            raise UnknownNameError.of("request", name, cls._operations)
        return cls._operations[name]

    def recorded(self) -> Iterable[Ask]:
        """Return the requests whose answers a saved page holds, the most wanted first.

        Without what a page asks when it opens the saved one shows an error; "hello", "set" and "strips" are
        answered anyway. The session holds what it holds in the notebook. Operations are pure: the same
        request with the same session has the same answer.
        """
        return ()

    def drawing(self) -> Drawing | None:
        """Return what draws the widget, as it is now, as a still picture; None: there is no such picture."""
        return None

    def preview(self) -> Drawing | None:
        """Return what a notebook shows of it without a kernel; only what needs no computing."""
        return None

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the widget, as it is now, as a picture: a PNG, an SVG or a PDF by the name's suffix.

        Raises
        ------
        InputError
            Another suffix, no such folder, or a widget that has no still picture.
        """
        draw = self.drawing()
        if draw is None:
            raise InputError(
                f"{type(self).__name__} has no still picture to save",
                next_step="export_html writes a page that can be used without Python",
            )
        return save_picture(path, draw)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        try:
            draw = self.preview() if bundle is not None else None
            if bundle is not None and draw is not None:
                png = picture(draw, dpi=PREVIEW_DPI)
                bundle[0]["image/png"] = base64.b64encode(png).decode()
        except Exception:
            # The widget itself is worth more than its picture.
            logger.exception("%s is shown without a still picture", type(self).__name__)
        return bundle

    def _ipython_display_(self) -> None:
        show(self)

    def export_html(
        self, path: str | os.PathLike[str], *, queries: Sequence[str] = (), budget: int = BUDGET
    ) -> Path:
        """Write the widget as one self-contained HTML file that needs neither kernel nor network.

        Hover, selection, lasso and recorded searches work there; what needs the model says so.

        Parameters
        ----------
        path
            The file, which is replaced where it exists.
        queries
            Searches that the page answers besides those of the session.
        budget
            Bytes of pictures and answers; components beyond it have no examples in the page.
        """
        makers = {self._widget: self._apart}
        return save_page(
            path,
            self.numbering,
            makers,
            title=self._title,
            queries=queries,
            budget=budget,
            foremost=self._foremost(),
        )

    def _foremost(self) -> Iterable[int]:
        """Return the components whose examples a saved page needs first."""
        return ()

    def _apart(self, numbering: Numbering) -> AuditWidget:
        """Return the same widget over audits apart, to be asked what a saved page answers."""
        return type(self)(numbering.sides[0].audit)

    def queries(self) -> list[str]:
        """Return the searches that a saved page should answer: the session's, the asked for, its concepts."""
        session = self.audit.session
        texts = [session.query, *self.recorded_queries, *session.valid, *session.spurious]
        return list(dict.fromkeys(text for text in [*texts, *session.vocabulary] if text.strip()))

    def answerable_queries(self) -> list[str]:
        """Return those of them that need no foundation model, where there is none."""
        return [text for text in self.queries() if concepts.answerable(self.audit, Query.of(text).texts)]

    def silence(self) -> None:
        """Leave the page without closing: nothing is sent any more."""
        comm: Any = self.comm
        if comm is not None:
            comm.close()
            self.comm: Any = None

    def position(self, component: Component) -> int:
        """Return a component's number on the page: its place among all of the database."""
        side = self.numbering.sides[0]
        return side.starts[component.layer] + component.index

    def component(self, position: int) -> Component:
        """Return the component with this number on the page."""
        return self.numbering.owner(position)[1]

    def notify(self, event: str, body: dict[str, Any] | None = None, buffers: Sequence[bytes] = ()) -> None:
        """Tell every view of this widget something it did not ask for."""
        self._say({**(body or {}), "event": event}, list(buffers))

    def tell(self, event: str, read: Later) -> None:
        """Tell every view a state, read when its turn has come: nothing older is told after it."""
        with self.in_order:
            answer = read()
            self.notify(event, answer.body, [bytes(part) for part in answer.buffers])

    def explain(self, error: BaseException) -> str:
        """Return what a person reads about an error; an unexpected one is logged too."""
        if isinstance(error, SlensError):
            return str(error)
        logger.error("%s failed", type(self).__name__, exc_info=error)
        return f"This did not work: {type(error).__name__}: {error}"

    def _say(self, content: dict[str, Any], buffers: list[Any]) -> None:
        # A view may have gone while the worker was busy.
        if self.comm is not None:
            self.send(content, buffers)

    def _on_change(self, change: Change) -> None:
        with self.in_order:
            body, data = self.fields.told(change.field)
            self._say(body, [data] if change.field in SETS else [])

    @operation("hello")
    def _hello(self, request: Request, progress: Progress) -> Later:
        return self._opening

    def _opening(self) -> Answer:
        db = self.audit.db
        states = [self.fields.told(field) for field in FIELDS]
        about = {
            "layers": self.numbering.layers(),
            "m": db.m,
            "tile": db.tile,
            "classes": list(self.audit.class_names),
            "live": self.audit.live is not None,
            "searchable": self.audit.foundation_model is not None,
        }
        if len(self.numbering.sides) > 1:
            about["sides"] = [{"name": side.name, "start": side.start} for side in self.numbering.sides]
        return Answer({"about": about, "states": [body for body, _ in states]}, [data for _, data in states])

    @operation("set")
    def _set(self, request: Request, progress: Progress) -> Later:
        field = self.fields.set(request)

        def told() -> Answer:
            body, data = self.fields.told(field)
            return Answer(body, [data])

        return told

    @operation("labels", slow=True)
    def _labels(self, request: Request, progress: Progress) -> Answer:
        progress(0, 0, "Labelling")
        return labels_answer(self.numbering, progress)

    @operation("strips")
    def _strips(self, request: Request, progress: Progress) -> Answer:
        ids = request.numbers("ids", self._total, MAX_STRIPS)
        return Answer({}, [self.numbering.strip(number) for number in ids])
