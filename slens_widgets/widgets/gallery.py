"""The gallery: components ranked by a query, with the examples that excite them most."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import traitlets

from slens_widgets.types import Progress
from slens_widgets.widgets.base import AuditWidget, operation
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.queries import parts, query_scores
from slens_widgets.widgets.recording import Ask

MAX_EXAMPLES = 64
DETAILED_QUERIES = 8
DETAILED = 6
"""Details that a saved page holds for each of so many searches, where there is room."""


class NeuronGallery(AuditWidget):
    """Query box, ranked components with their example crops, and a pane with one component's details.

    Commas part several queries; a component's score is its best one. Words that the foundation model cannot
    know are named.
    """

    _widget = traitlets.Unicode("gallery").tag(sync=True)
    _title = "Components"

    def recorded(self) -> Iterable[Ask]:
        """Return the scores, the searches, and the details of what is selected, pruned and found."""
        session = self.audit.session
        yield Ask("scores")
        queries = self.queries() if self.audit.foundation_model is not None else []
        for query in queries:
            yield Ask("search", {"query": query})
        wanted = [*session.selection, *session.pruned]
        for query in queries[:DETAILED_QUERIES]:
            best = np.argsort(-query_scores(self.audit, query)[0])[:DETAILED]
            wanted += [self.component(int(i)) for i in best]
        for component in dict.fromkeys(wanted):
            yield Ask("detail", {"component": self.position(component)})

    @operation("scores", slow=True)
    def _scores(self, request: Request, progress: Progress) -> Answer:
        progress(0, 0, "Computing clarity")
        return Answer({}, [self.audit.scores()["clarity"].to_numpy(np.float32).tobytes()])

    @operation("search", slow=True)
    def _search(self, request: Request, progress: Progress) -> Answer:
        query = request.text("query")
        texts = parts(query)
        if not texts:
            return Answer({"texts": [], "unknown": []})
        progress(0, 0, "Searching")
        scores, which = query_scores(self.audit, query)
        unknown = [word for text in texts for word in self.audit.unknown_words(text)]
        return Answer(
            {"texts": texts, "unknown": list(dict.fromkeys(unknown))},
            [np.asarray(scores, np.float32).tobytes(), which.astype(np.uint32).tobytes()],
        )

    @operation("detail")
    def _detail(self, request: Request, progress: Progress) -> Answer:
        component = self.component(request.number("component", self._total))
        db = self.audit.db
        view = db[component.layer]
        k = component.index
        ids = [int(i) for i in view.image_ids[k][:MAX_EXAMPLES]]
        names = self.audit.class_names
        examples = []
        for rank, image_id in enumerate(ids):
            record = db.image(image_id)
            label = None if record.label is None else str(record.label)
            if record.label is not None and 0 <= record.label < len(names):
                label = names[record.label]
            examples.append(
                {
                    "image": image_id,
                    "name": record.name,
                    "label": label,
                    "activation": float(view.activations[k, rank]),
                    "box": [float(edge) for edge in view.boxes[k, rank]],
                }
            )
        scores = self.audit.scores().iloc[self.position(component)]
        body = {
            "examples": examples,
            "scores": {
                name: round(float(scores[name]), 4) for name in ("clarity", "polysemanticity", "redundancy")
            },
            "relevance": view.relevance,
        }
        heatmaps = np.stack([db.heatmap(component, rank) for rank in range(len(ids))])
        return Answer(body, [heatmaps.tobytes(), *(db.picture(i) for i in ids)])
