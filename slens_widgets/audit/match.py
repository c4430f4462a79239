"""How well does every component match what a search box holds?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from slens_widgets.analyses import search
from slens_widgets.analyses.alignment import standardised
from slens_widgets.arguments import given
from slens_widgets.audit import concepts
from slens_widgets.audit.queries import query_name
from slens_widgets.audit.tables import component_table
from slens_widgets.errors import InputError
from slens_widgets.query import Query

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def match(audit: Audit, query: str | Query | None = None) -> pd.DataFrame:
    """Score every component by a query of several parts, as the gallery's box does.

    Commas part the queries, of which any may match; a part that begins with a minus should not match:
    ``audit.match("ruler, band-aid, -hair")``. A component's score is its best cosine with a wanted part, less
    what it matches of an unwanted one beyond the median component: unwanted parts push down what encodes
    them and leave everything else where it is. Unwanted parts alone list what is least like them first.
    A part that names a concept of the session counts by its effect (see `Audit.concept`); mixed with
    others, every part is measured in robust deviations from its median component.

    Parameters
    ----------
    query
        What the box holds; None takes the session's query with its images.

    Returns
    -------
    DataFrame of layer, component, match, z (robust deviations of the match above that of the median
    component: what to read, because a cosine of −0.02 may be the best there is) and part (the wanted text, or
    image by its name, that matches best; empty where nothing is wanted), in the order of `db.components`.
    ``attrs`` holds "unit" (what a match is) and "unknown_words" (those that the foundation model cannot know,
    per text).

    Raises
    ------
    InputError
        The query is empty, or the audit has no foundation model.
    """
    if query is None:
        query = Query.of(audit.session.query, audit.session.images)
    elif isinstance(query, str):
        query = Query.of(query)
    if query is not None and not isinstance(query, Query):
        raise InputError(f"query={given(query)}", expected="texts parted by commas, or a Query")
    if not query:
        raise InputError("The query is empty", expected="texts parted by commas, or images in the session")
    wanted, unwanted = (
        [concepts.named(audit, part) for part in side] for side in (query.wanted, query.unwanted)
    )
    return matched(audit, wanted, unwanted)


def matched(audit: Audit, wanted: Sequence[Any], unwanted: Sequence[Any]) -> pd.DataFrame:
    """Return what `match` does, for texts, images and shown concepts."""
    parts = [*wanted, *unwanted]
    scores = concepts.comparable(parts, concepts.scores(audit, parts))
    liked, disliked = scores[: len(wanted)], scores[len(wanted) :]
    result = component_table(audit.db)
    result["match"] = search.match(liked, disliked)
    result["z"] = standardised(result["match"].to_numpy()[None])[0]
    names = np.array([query_name(part, i) for i, part in enumerate(wanted)] or [""], dtype=object)
    result["part"] = names[liked.argmax(axis=0)] if len(liked) else names[0]
    result.attrs = {"unit": concepts.unit(parts), "unknown_words": audit._queries.unknown(parts)}
    return result
