"""The gallery: components ranked by a query, with the examples that excite them most."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import traitlets

from slens_widgets.audit import Audit
from slens_widgets.files import stored_picture
from slens_widgets.query import Query, QueryImage
from slens_widgets.session import Change
from slens_widgets.types import Component, KnownTexts, Progress
from slens_widgets.widgets.base import MAX_STRIPS
from slens_widgets.widgets.gallery_detail import classes, examples, meanings, neighbours
from slens_widgets.widgets.gallery_picture import draw, plain_sheet, sheet, to_plotly
from slens_widgets.widgets.gallery_strips import ExampleStrips
from slens_widgets.widgets.given_images import given_image
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.operations import operation
from slens_widgets.widgets.pictures import Drawing
from slens_widgets.widgets.recording import Ask
from slens_widgets.widgets.shown_concepts import ShowsConcepts

if TYPE_CHECKING:
    import plotly.graph_objects as go

SCORES = ("clarity", "polysemanticity", "redundancy")
STATISTICS = ("pooled_mean", "pooled_active")
SPREAD = ("pooled_min", "pooled_max", "pooled_mean", "pooled_std", "pooled_active")
FEW = 1_000
"""Components of which the page asks all distributions at once, so that a saved page can hold them."""
MAX_TILES = 30
MAX_RECENT = 30
MAX_WORDS = 3_000
DETAILED_QUERIES = 8
DETAILED = 6
"""Details that a saved page holds for each of so many searches, where there is room."""


class NeuronGallery(ShowsConcepts):
    """Query box, ranked components with their example crops, and a pane with one component's details.

    The box holds texts parted by commas, of which any may match; one after a minus should not match
    (``ruler, -hair``). Images can be pasted, dropped or chosen as queries beside them. `Audit.match` answers
    the same queries in Python and says how the score comes about. Words that the foundation model cannot
    know are marked.
    """

    _widget = traitlets.Unicode("gallery").tag(sync=True)
    _title = "Components"

    def recorded(self) -> Iterable[Ask]:
        """Return the scores, the searches, and the details of what is selected, pruned and found."""
        session = self.audit.session
        yield Ask("scores")
        if self._total <= FEW:
            yield Ask("distributions", {"ids": None})
        yield Ask("suggestions")
        yield from self.about_concepts()
        queries = self.answerable_queries()
        images = self.fields.told("images")[0]["value"]
        if images:
            yield Ask("search", {"query": session.query, "images": images})
        for digest in images:
            yield Ask("query_image", {"digest": digest.removeprefix("-")})
        for query in queries:
            yield Ask("search", {"query": query, "images": []})
        wanted = [*session.selection, *session.pruned]
        for query in queries[:DETAILED_QUERIES]:
            best = np.argsort(-self.audit.match(query)["match"].to_numpy())[:DETAILED]
            wanted += [self.component(int(i)) for i in best]
        for component in dict.fromkeys(wanted):
            for op in ("detail", "neighbours"):
                yield Ask(op, {"component": self.position(component)})

    def drawing(self) -> Drawing:
        """Return what draws the best matches of the query; without one the selected, else the clearest."""
        return functools.partial(draw, sheet=sheet(self.audit))

    def preview(self) -> Drawing:
        """Return what draws the selected components, or the first ones."""
        return functools.partial(draw, sheet=plain_sheet(self.audit))

    def to_plotly(self) -> go.Figure:
        """Return the contact sheet that `save` writes as a plotly figure."""
        return to_plotly(sheet(self.audit))

    def __init__(self, audit: Audit, **kwargs: Any) -> None:
        self._recent: deque[str] = deque(maxlen=MAX_RECENT)
        super().__init__(audit, **kwargs)
        self._strips_of = ExampleStrips(audit.db)
        self._remember(audit.session.query)

    def _on_change(self, change: Change) -> None:
        if change.field == "query":
            self._remember(change.new)
        super()._on_change(change)

    def _remember(self, query: str) -> None:
        if query.strip():
            if query in self._recent:
                self._recent.remove(query)
            self._recent.appendleft(query)

    @operation("scores", slow=True)
    def _scores(self, request: Request, progress: Progress) -> Answer:
        progress(0, 0, "Computing scores")
        table, db = self.audit.scores(), self.audit.db
        columns = {name: table[name].to_numpy(np.float32) for name in SCORES}
        for name in STATISTICS:
            if all(name in db[layer].statistics for layer in db.layers):
                columns[name] = np.concatenate([db[layer].statistics[name] for layer in db.layers])
        return Answer({"columns": list(columns)}, [values.tobytes() for values in columns.values()])

    @operation("relevance", slow=True)
    def _relevance(self, request: Request, progress: Progress) -> Answer:
        table = self.audit.relevance(request.text("target"), progress=progress)
        return Answer({"said": table.attrs["relevance"]}, [table["relevance"].to_numpy(np.float32).tobytes()])

    @operation("distributions")
    def _distributions(self, request: Request, progress: Progress) -> Answer:
        """Least, largest, mean, deviation, share above 0; then the activations of the examples."""
        rows = []
        asked = request.value("ids")
        few = asked is None and self._total <= FEW
        for i in range(self._total) if few else request.numbers("ids", self._total, MAX_STRIPS):
            layer, index = self.component(i)
            view = self.audit.db[layer]
            known = [view.statistics[name][index] if name in view.statistics else np.nan for name in SPREAD]
            rows.append(np.concatenate([known, view.activations[index]]))
        images = self.audit.db.provenance.get("images", {}).get("count")
        data = np.array(rows, np.float32).tobytes()
        return Answer({"images": images, "known": len(SPREAD)}, [data])

    @operation("example_strips")
    def _example_strips(self, request: Request, progress: Progress) -> Answer:
        ids = request.numbers("ids", self._total, MAX_STRIPS)
        tiles = request.number("tiles", MAX_TILES + 1)
        mode = request.text("mode")
        return Answer({}, [self._strips_of.draw(self.component(i), mode, max(1, tiles)) for i in ids])

    @operation("search", slow=True)
    def _search(self, request: Request, progress: Progress) -> Answer:
        query = Query.of(request.text("query"), self.fields.images(request.texts("images")))
        if not query:
            return Answer({"texts": [], "unknown": []})
        progress(0, 0, "Searching")
        table = self.audit.match(query)
        which, names = pd.factorize(table["part"])
        unknown = [word for words in table.attrs["unknown_words"].values() for word in words]
        return Answer(
            {
                "texts": [str(name) for name in names],
                "unknown": list(dict.fromkeys(unknown)),
                "unit": table.attrs["unit"],
            },
            [
                table["z"].to_numpy(np.float32).tobytes(),
                which.astype(np.uint32).tobytes(),
                table["match"].to_numpy(np.float32).tobytes(),
            ],
        )

    @operation("unknown")
    def _unknown(self, request: Request, progress: Progress) -> Answer:
        texts = Query.of(request.text("query")).texts
        unknown = [word for text in texts for word in self.audit.unknown_words(text)]
        return Answer({"unknown": list(dict.fromkeys(unknown))})

    @operation("suggestions")
    def _suggestions(self, request: Request, progress: Progress) -> Answer:
        session, model = self.audit.session, self.audit.foundation_model
        known = model.known_texts() if isinstance(model, KnownTexts) else ()
        words = dict.fromkeys(
            [
                *(each.name for each in session.concepts),
                *(*session.valid, *session.spurious, *session.vocabulary, *known, *self.audit.class_names),
            ]
        )
        return Answer({"recent": list(self._recent), "words": list(words)[:MAX_WORDS]})

    @operation("add_image")
    def _add_image(self, request: Request, progress: Progress) -> Answer:
        return self._ask(QueryImage.of(*given_image(request)))

    @operation("add_example")
    def _add_example(self, request: Request, progress: Progress) -> Answer:
        component = self._asked(request)
        view = self.audit.db[component.layer]
        rank = request.number("rank", view.m)
        picture = stored_picture(self.audit.db.picture(int(view.image_ids[component.index, rank])))
        x0, y0, x1, y1 = view.boxes[component.index, rank] * np.tile(picture.size, 2)
        box = (int(x0), int(y0), max(round(x1), int(x0) + 1), max(round(y1), int(y0) + 1))
        return self._ask(QueryImage.of(picture.crop(box), f"{component}, example {rank + 1}"))

    def _ask(self, image: QueryImage) -> Answer:
        """Put an image into the query."""
        session = self.audit.session
        session.images = (*(held for held in session.images if held.digest != image.digest), image)
        return Answer({"digest": image.digest})

    @operation("query_image")
    def _query_image(self, request: Request, progress: Progress) -> Answer:
        [image] = self.fields.images([request.text("digest")])
        return Answer({"name": image.name}, [image.png])

    @operation("detail")
    def _detail(self, request: Request, progress: Progress) -> Answer:
        component = self._asked(request)
        row = self.audit.scores().iloc[self.position(component)]
        return examples(self.audit, component, {name: round(float(row[name]), 4) for name in SCORES})

    @operation("neighbours")
    def _neighbours(self, request: Request, progress: Progress) -> Answer:
        component = self._asked(request)
        m = self.audit.db[component.layer].m
        meaning = request.number("meaning", m) if "meaning" in request.args else None
        return neighbours(self.audit, component, meaning)

    @operation("classes", slow=True)
    def _classes(self, request: Request, progress: Progress) -> Answer:
        return classes(self.audit, self._asked(request), progress)

    @operation("meanings", slow=True)
    def _meanings(self, request: Request, progress: Progress) -> Answer:
        return meanings(self.audit, self._asked(request), progress)

    def _asked(self, request: Request) -> Component:
        return self.component(request.number("component", self._total))
