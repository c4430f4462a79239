"""Which components match a text or an image?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from slens_widgets.analyses.search import best
from slens_widgets.audit.queries import OWN, query_name
from slens_widgets.audit.tables import rows_of
from slens_widgets.errors import InputError

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def search(
    audit: Audit,
    query: Any,
    k: int = 10,
    *,
    layer: str | None = None,
    templates: Sequence[str] | None = OWN,
) -> pd.DataFrame:
    """Rank the components by how well they match a text or an image.

    Parameters
    ----------
    query
        A text, a PIL image, or a list of either: one ranking each, told apart by the column "query".
        A list of images inside a list is one query, the mean of their embeddings.
    k
        Number of components of each ranking.
    layer
        Search in this layer only.
    templates
        Prompts with one ``{}`` each; None searches for the bare text.

    Returns
    -------
    DataFrame of layer, component, score (cosine), clarity, polysemanticity, redundancy, best first.
    Where a closed vocabulary lacks words of a text, a column "unknown_words" names them, and
    ``attrs["unknown_words"]`` does so per text.
    """
    several = isinstance(query, list | tuple)
    queries = list(query) if several else [query]
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise InputError(f"k is {k!r}", expected="a whole number of components, at least 1")
    where = rows_of(audit.db, layer)
    found = audit._queries.cosines(queries, templates)[:, where]
    table = audit.scores()
    tables = []
    for number, row in enumerate(found):
        rows = best(row, k)
        ranking = table.iloc[where[rows]].reset_index(drop=True)
        ranking.insert(2, "score", row[rows])
        if several:
            ranking.insert(0, "query", query_name(queries[number], number))
        tables.append(ranking)
    result = pd.concat(tables, ignore_index=True) if several else tables[0]
    unknown = audit._queries.unknown(queries)
    if unknown:
        texts = result["query"] if several else [query] * len(result)
        result["unknown_words"] = [", ".join(unknown.get(text, ())) for text in texts]
    result.attrs = {"unknown_words": unknown}
    return result
