"""What role does each component play for a class, and what feeds it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from PIL.Image import Image

from slens_widgets.analyses.roles import feeders, shares, strongest
from slens_widgets.arguments import whole
from slens_widgets.audit.concept_graph import ConceptGraph
from slens_widgets.audit.explain import check_method, explaining, named, picture_of
from slens_widgets.audit.fires_on import said_of_classes
from slens_widgets.audit.live import need
from slens_widgets.audit.tables import component_table
from slens_widgets.errors import InputError
from slens_widgets.types import Component, ExplainingModel, Progress, RelevanceMethod

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

_BATCH = 16


def roles(
    audit: Audit,
    target: str | int | None = None,
    image: Any = None,
    *,
    k: int = 5,
    layers: Sequence[str] | None = None,
    method: RelevanceMethod = "crp",
    n: int = 64,
    progress: Progress | None = None,
) -> ConceptGraph:
    """Trace a class, or one image's decision, from its logit through the layers to the pixels.

    The most relevant components of the last layer are kept, then of every layer below the components that
    feed those most.

    Parameters
    ----------
    target
        The class; None takes the session's, or for an image the model's prediction.
    image
        Explain this image (an index into the evaluation images, a PIL image, a path) instead of the class.
    k
        Components per layer in the graph. The table has all of them.
    layers
        Layers of the database; None takes all. The order is that of the forward pass.
    method
        "crp", or the faster "gradient" for gradient × activation.
    n
        Images of the class to average over, spread evenly over the evaluation images; where there are fewer,
        all.
    progress
        Called as progress(done, total, stage).

    Returns
    -------
    `ConceptGraph`: nodes, edges, the relevance of every component of every layer, and a picture.

    Source: SemanticLens (arXiv 2501.05398), roles; CRP (arXiv 2206.03208), attribution graph.
    """
    judge = need(audit._judge, "The roles of components")
    live = explaining(audit)
    check_method(method)
    k, n = whole("k", k, 1), whole("n", n, 1)
    names = audit.db.layers if layers is None else [audit.db[layer].name for layer in layers]
    if image is None:
        target = audit.session.target if target is None else target
        if target is None:
            raise InputError("No class is given", expected=f"target=… one of {list(judge.class_names)}")
        class_index: int | None = judge.class_index(target)
        assert class_index is not None
        of_class = judge.images_of(class_index).tolist()
        if not of_class:
            raise InputError(f"No evaluation image is of class {judge.class_names[class_index]!r}")
        chosen = [of_class[i] for i in np.unique(np.linspace(0, len(of_class) - 1, n).astype(int))]
        pictures, title = [live.picture(index) for index in chosen], f"mean over {len(chosen)} images"
    else:
        class_index = None if target is None else judge.class_index(target)
        picture, title, _ = picture_of(audit, live, image)
        pictures = [picture]
    passes = _Passes(live, pictures, names, class_index, method, progress)
    relevance, order = passes.relevance()
    if image is not None:
        class_index = passes.target
    table = pd.concat(
        [
            component_table(audit.db, np.arange(len(audit.db[name])) + audit.db.position((name, 0))).assign(
                relevance=relevance[name],
                share=relevance[name] / max(float(np.abs(relevance[name]).sum()), 1e-12),
            )
            for name in order
        ],
        ignore_index=True,
    )
    last = order[-1]
    nodes = {last: strongest(relevance[last], k)}
    if not len(nodes[last]):
        raise InputError(f"No component of layer {last!r} speaks for the class")
    edges = []
    for upper, lower in zip(order[::-1], order[-2::-1], strict=False):
        feed = passes.feeding(upper, nodes[upper].tolist(), lower)
        nodes[lower] = feeders(feed, k)
        parts = shares(feed)
        for row, index in enumerate(nodes[upper]):
            edges += [
                (upper, int(index), lower, int(below), float(feed[row, below]), float(parts[row, below]))
                for below in nodes[lower]
            ]
    columns = ["layer", "component", "from_layer", "from_component", "relevance", "share"]
    shown = [Component(name, int(i)) for name in order for i in nodes[name]]
    return ConceptGraph(
        db=audit.db,
        target=judge.class_names[class_index or 0],
        title=title,
        table=named(audit, table),
        order=tuple(order),
        chosen={name: tuple(int(i) for i in nodes[name]) for name in order},
        edges=pd.DataFrame(edges, columns=columns),
        pictures=tuple(live.view(picture) for picture in pictures[:4]),
        method=passes.used,
        classes=dict(zip(shown, said_of_classes(audit, shown), strict=True)),
    )


@dataclass
class _Passes:
    """Means over some images, batch by batch."""

    live: ExplainingModel
    pictures: Sequence[Image]
    layers: Sequence[str]
    given: int | None
    method: RelevanceMethod
    progress: Progress | None
    used: RelevanceMethod = "crp"
    target: int = 0

    def relevance(self) -> tuple[dict[str, np.ndarray], list[str]]:
        """Return the mean relevance of all components by layer, and the layers from input to output."""
        total: dict[str, Any] = dict.fromkeys(self.layers, 0.0)
        order: list[str] = []
        for flow in self._flows("relevance"):
            self.used, self.target, order = flow.method, flow.targets[0], list(flow.order)
            for layer in self.layers:
                total[layer] = total[layer] + flow.relevance(layer).sum(axis=0, dtype=np.float64)
        return {layer: values / len(self.pictures) for layer, values in total.items()}, order

    def feeding(self, upper: str, components: Sequence[int], lower: str) -> np.ndarray:
        """Return (component, component below) relevance."""
        total: Any = 0.0
        for flow in self._flows(f"what feeds {upper}"):
            rows = [flow.feeding(upper, index, lower).sum(axis=0, dtype=np.float64) for index in components]
            total = total + np.stack(rows)
        return total / len(self.pictures)

    def _flows(self, stage: str) -> Any:
        for start in range(0, len(self.pictures), _BATCH):
            if self.progress is not None:
                self.progress(start, len(self.pictures), stage)
            batch = self.pictures[start : start + _BATCH]
            with self.live.flow(batch, self.layers, self.given, self.method) as flow:
                yield flow
