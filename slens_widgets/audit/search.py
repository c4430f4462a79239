"""Which components match a text or an image?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from slens_widgets.analyses.alignment import standardised
from slens_widgets.analyses.search import best, cosine, match
from slens_widgets.arguments import whole
from slens_widgets.audit import clusters, concepts
from slens_widgets.audit.queries import OWN, query_name
from slens_widgets.audit.tables import rows_of
from slens_widgets.concept import Concept
from slens_widgets.errors import InputError
from slens_widgets.types import Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def search(
    audit: Audit,
    query: Any,
    k: int = 10,
    *,
    layer: str | None = None,
    exclude: Any = (),
    templates: Sequence[str] | None = OWN,
    split: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Rank the components by how well they match a text or an image.

    Parameters
    ----------
    query
        A text, a PIL image, or a list of either: one ranking each, told apart by the column "query".
        A list of images inside a list is one query, the mean of their embeddings. A `sw.Concept`, or the name
        of one of the session's, is ranked by the model's own evidence: its score is the effect of
        `Audit.concept`, and no foundation model is needed.
    k
        Number of components of each ranking.
    layer
        Search in this layer only.
    exclude
        A text, an image or a list of either that the components should not match: what a component matches
        of it beyond the median component is taken from its score (see `Audit.match`).
    templates
        Prompts with one ``{}`` each; None searches for the bare text.
    split
        Let every cluster of a component (`Audit.clusters`) compete with the θ of its own examples, so that
        one meaning of a polysemantic component is found whatever its other meanings are. The first such
        search clusters all components, which the database keeps.
    progress
        Called as progress(done, total, stage) while they are clustered.

    Returns
    -------
    DataFrame of layer, component, score (cosine), z (robust deviations of the score above that of the median
    component: raw cosines of two queries can't be compared), clarity, polysemanticity, redundancy, best
    first; with `split`, of layer, component, score, z, cluster, size (its examples) and clarity (of these).
    Where a closed vocabulary lacks words of a text, a column "unknown_words" names them, and
    ``attrs["unknown_words"]`` does so per text.
    """
    several = isinstance(query, list | tuple)
    queries = [concepts.named(audit, each) for each in (query if several else [query])]
    k = whole("k", k, 1)
    not_this = [
        concepts.named(audit, each) for each in (exclude if isinstance(exclude, list | tuple) else [exclude])
    ]
    asked = [*queries, *not_this]
    if split:
        if any(isinstance(each, Concept) for each in asked):
            raise InputError(
                "split=True with a concept that is shown by images",
                expected="texts and images",
                next_step="The evidence for a concept is of whole components; leave split=True out",
            )
        table, cosines = _clusters(audit, asked, templates, progress)
        where = (
            np.arange(len(table)) if layer is None else np.flatnonzero(table["layer"] == audit.db[layer].name)
        )
    else:
        table, cosines = audit.scores(), concepts.scores(audit, asked, templates)
        where = rows_of(audit.db, layer)
    found = cosines[: len(queries)]
    if not_this:
        found = np.stack([match(row[None], cosines[len(queries) :]) for row in found])
    found = found[:, where]
    deviations = standardised(found)
    tables = []
    for number, row in enumerate(found):
        rows = best(row, k)
        ranking = table.iloc[where[rows]].reset_index(drop=True)
        ranking.insert(2, "score", row[rows])
        ranking.insert(3, "z", deviations[number][rows])
        if several:
            ranking.insert(0, "query", query_name(queries[number], number))
        tables.append(ranking)
    result = pd.concat(tables, ignore_index=True) if several else tables[0]
    unknown = audit._queries.unknown([*queries, *not_this])
    if unknown:
        texts = result["query"] if several else [query] * len(result)
        result["unknown_words"] = [", ".join(unknown.get(text, ())) for text in texts]
    result.attrs = {"unknown_words": unknown}
    return result


def _clusters(
    audit: Audit, queries: Sequence[Any], templates: Sequence[str] | None, progress: Progress | None
) -> tuple[pd.DataFrame, np.ndarray]:
    embedded = audit._queries.embed(queries, templates)
    found = clusters.split(audit, progress)
    return found.table, cosine(embedded, found.theta)
