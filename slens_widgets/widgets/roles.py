"""Roles: what a class, or the decision on one image, rests on, from the pixels to the class."""

from __future__ import annotations

import functools
import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import traitlets

from slens_widgets.arguments import whole
from slens_widgets.audit import Audit
from slens_widgets.audit.concept_graph import ConceptGraph
from slens_widgets.audit.explain import check_method, explaining, named, picture_of
from slens_widgets.audit.explanation import Explanation
from slens_widgets.errors import InputError, SlensError
from slens_widgets.process import new_lock
from slens_widgets.types import Component, Progress, RelevanceMethod
from slens_widgets.widgets import roles_picture
from slens_widgets.widgets.base import AuditWidget, check_audit
from slens_widgets.widgets.explained import explained, thumbnail
from slens_widgets.widgets.given_images import given_image
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.numbering import Numbering
from slens_widgets.widgets.operations import operation
from slens_widgets.widgets.pictures import Drawing
from slens_widgets.widgets.recording import Ask

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST: Final = 12
"""Components of a layer that a graph shows at most."""
KEPT: Final = 24
"""Graphs and given images that are remembered."""

Key = tuple[str | None, "int | str | None", RelevanceMethod, int]


class RolesView(AuditWidget):
    """The concept graph of a class or of one image, and that image explained.

    Nodes are components with their examples and labels, edges the relevance that they pass on, from the
    pixels to the class. The class is `audit.session.target`. An image, given here, chosen, pasted or dropped
    on the page, or named by its number among the evaluation images, is explained: its most relevant
    components, where they look, and what they are worth. Without a target it is its predicted class.

    Parameters
    ----------
    image
        Begin with this image: an index into the evaluation images, a PIL image, or a path. None begins with
        the class.
    k
        Components of each layer in the graph, and of the explanation.
    method
        "crp", or the faster "gradient" for gradient × activation.

    Raises
    ------
    InputError
        `audit` is no `Audit`, or the image can't be read.

    Source: SemanticLens (arXiv 2501.05398), roles; CRP (arXiv 2206.03208), attribution graph.
    """

    _widget = traitlets.Unicode("roles").tag(sync=True)
    _title = "Roles"

    graph: ConceptGraph | None = None
    """The newest concept graph."""
    explanation: Explanation | None = None
    """The newest explanation of an image."""

    def __init__(
        self, audit: Audit, image: Any = None, *, k: int = 5, method: RelevanceMethod = "crp", **kwargs: Any
    ) -> None:
        check_audit(audit)
        check_method(method)
        self.k, self.method = min(whole("k", k, 1), MOST), method
        self._lock = new_lock()
        self._graphs: OrderedDict[Key, ConceptGraph] = OrderedDict()
        self._held: OrderedDict[str, tuple[Any, str]] = OrderedDict()
        self._audited = audit
        self.image: int | str | None = None if image is None else self._hold(image)
        """The number of an evaluation image, the name of a given one, or None for the class."""
        super().__init__(audit, **kwargs)

    def recorded(self) -> Iterable[Ask]:
        """Return the graph on display, with its explanation, and what was shown before."""
        yield Ask("start")
        if _lacking(self.audit):
            return
        session = self.audit.session
        now = (session.target, self.image, self.method, self.k)
        for target, image, method, k in dict.fromkeys([now, *self._graphs]):
            if target is None and image is None:
                continue
            args = {"image": image, "method": method, "k": k}
            when = {name: getattr(session, name) for name in ("valid", "spurious", "thresholds")}
            when["target"] = target
            yield Ask("roles", args, when)
            if image is not None:
                yield Ask("explain", args, {**when, "vocabulary": session.vocabulary})

    def drawing(self) -> Drawing | None:
        """Return what draws the concept graph."""
        return functools.partial(roles_picture.draw, graph=self._current())

    def preview(self) -> Drawing | None:
        """Return the same where a graph is there already."""
        return None if self.graph is None else functools.partial(roles_picture.draw, graph=self.graph)

    def to_plotly(self) -> go.Figure:
        """Return the concept graph as a plotly figure of flows."""
        return roles_picture.to_plotly(self._current())

    def _current(self) -> ConceptGraph:
        key = (self.audit.session.target, self.image, self.method, self.k)
        return self._traced(key, lambda done, total, stage: None)

    def _foremost(self) -> Iterable[int]:
        return [] if self.graph is None else [self.position(each) for each in _nodes(self.graph)]

    def _apart(self, numbering: Numbering) -> RolesView:
        twin = type(self)(numbering.sides[0].audit, k=self.k, method=self.method)
        with self._lock:
            twin._held, twin._graphs, twin.image = self._held.copy(), self._graphs.copy(), self.image
        return twin

    def _hold(self, image: Any, called: str | None = None) -> int | str:
        """Remember an image, and return the number or the name that it is asked for by."""
        picture, name, label = picture_of(self._audited, explaining(self._audited), image)
        if label is not None:
            return int(image)
        digest = hashlib.sha256(np.asarray(picture).tobytes()).hexdigest()[:24]
        with self._lock:
            self._held[digest] = (picture, (name or "image") if called is None else called)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
        return digest

    def _image(self, image: int | str | None) -> Any:
        if not isinstance(image, str):
            return image
        with self._lock:
            if image not in self._held:
                raise InputError("The image is no longer there", next_step="Paste, drop or choose it again")
            return self._held[image][0]

    def _asked(self, request: Request) -> Key:
        """Return what the page asks for, which is what the widget shows from then on."""
        image, method = request.value("image"), request.text("method")
        check_method(method)
        if image is not None:
            image = request.text("image") if isinstance(image, str) else request.number("image", 2**31)
        k: Any = request.number("k", MOST + 1)
        with self._lock:
            self.image, self.method, self.k = image, method, max(1, k)  # type: ignore[assignment]
            return self.audit.session.target, self.image, self.method, self.k

    def _traced(self, key: Key, progress: Progress) -> ConceptGraph:
        target, image, method, k = key
        with self._lock:
            graph = self._graphs.get(key)
        if graph is None:
            graph = self.audit.roles(target, self._image(image), k=k, method=method, progress=progress)
        else:
            # Labels and quadrants are those of the session as it is now.
            bare = graph.table[["layer", "component", "relevance", "share"]]
            graph = replace(graph, table=named(self.audit, bare))
        with self._lock:
            self._graphs[key] = self.graph = graph
            self._graphs.move_to_end(key)
            while len(self._graphs) > KEPT:
                self._graphs.popitem(last=False)
        return graph

    @operation("start")
    def _start(self, request: Request, progress: Progress) -> Answer:
        """What the widget shows at first, and what it lacks."""
        with self._lock:
            name = self._held[self.image][1] if isinstance(self.image, str) else ""
            body = {"image": self.image, "name": name, "k": self.k, "method": self.method, "most": MOST}
        lacking = _lacking(self.audit)
        images = 0 if lacking or self.audit.live is None else len(self.audit.live.labels)
        return Answer({**body, "lacking": lacking, "images": images})

    @operation("add_image")
    def _add_image(self, request: Request, progress: Progress) -> Answer:
        return Answer({"image": self._hold(*given_image(request))})

    @operation("roles", slow=True)
    def _roles(self, request: Request, progress: Progress) -> Answer:
        key = self._asked(request)
        progress(0, 0, "Tracing relevance")
        graph = self._traced(key, progress)
        place = graph.layout()
        nodes = [
            {
                "component": self.position(component),
                "at": place.nodes[component],
                "share": float(row["share"]),
                "quadrant": str(row.get("quadrant", "")),
                "classes": row["classes"],
            }
            for component, row in zip(_nodes(graph), graph.nodes.to_dict("records"), strict=True)
        ]
        curves = [
            {"path": each.path, "share": each.share, "said": each.said,
             "width": each.thickness, "opacity": each.opacity}
            for each in place.curves
        ]  # fmt: skip
        body = {
            "target": graph.target,
            "title": graph.title,
            "method": roles_picture.method(graph),
            "size": [place.width, place.height],
            "middle": place.middle,
            "columns": place.columns,
            "layers": graph.order,
            "nodes": nodes,
            "curves": curves,
        }
        return Answer(body, [thumbnail(each) for each in graph.pictures])

    @operation("explain", slow=True)
    def _explain(self, request: Request, progress: Progress) -> Answer:
        target, image, method, k = self._asked(request)
        progress(0, 0, "Explaining the image")
        found = self.audit.explain(self._image(image), target, k, method=method)
        self.explanation = found
        return explained(found, self.position)


def _lacking(audit: Audit) -> str:
    """Return why nothing can be traced; empty where it can."""
    try:
        explaining(audit)
    except SlensError as error:
        return str(error)
    return ""


def _nodes(graph: ConceptGraph) -> list[Component]:
    return [Component(layer, index) for layer in graph.order for index in graph.chosen[layer]]
