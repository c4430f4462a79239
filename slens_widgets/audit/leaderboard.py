"""How interpretable are models and their layers?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np
import pandas as pd

from slens_widgets.arguments import given
from slens_widgets.audit.databases import check_comparable, database_of
from slens_widgets.audit.tables import score_table
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

By = Literal["model", "layer"]
SCORES: Final = ("clarity", "polysemanticity", "redundancy")


@dataclass(frozen=True)
class Interpretability:
    """The scores of one database by component, by layer and in all; see `Audit.evaluate`."""

    components: pd.DataFrame = field(repr=False)
    """layer, component, clarity, polysemanticity, redundancy."""
    layers: pd.DataFrame
    """One row per layer: components, and of each score the mean, its standard error and the quartiles."""
    model: pd.Series = field(repr=False)
    """The same over all components."""

    def __repr__(self) -> str:
        columns = ["layer", "components", *(f"{score}" for score in SCORES)]
        return f"Interpretability\n{self.layers[columns].to_string(index=False, float_format='%.3f')}"


def evaluate(audit: Audit) -> Interpretability:
    """Say how clear, how polysemantic and how redundant the components are, by component, layer and model.

    Returns
    -------
    `Interpretability`. `sw.plot_scores` draws the distributions.

    Source: SemanticLens (arXiv 2501.05398), evaluate.
    """
    table = audit.scores()
    layers = [{"layer": layer, **_summary(part)} for layer, part in table.groupby("layer", sort=False)]
    return Interpretability(table, pd.DataFrame(layers), pd.Series(_summary(table)))


def leaderboard(
    audits: Sequence[Any] | Mapping[str, Any], *, by: By = "model", order: str = "clarity"
) -> pd.DataFrame:
    """Rank models, or all their layers, by how interpretable their components are.

    Parameters
    ----------
    audits
        Audits, databases or paths of databases; a mapping gives them names, otherwise the database's model
        does.
    by
        One row per "model" or per "layer".
    order
        The score to rank by: the highest clarity first, the lowest polysemanticity or redundancy first.

    Returns
    -------
    DataFrame of rank, model, (layer,) components, m, and of every score the mean, its standard error
    (``…_se``) and the quartiles (``…_q25``, ``…_q50``, ``…_q75``); accuracy and worst_group of those with a
    live model.

    Raises
    ------
    FingerprintMismatchError
        The databases were embedded with different foundation models: their scores don't compare.
    """
    if by not in get_args(By):
        raise UnknownNameError.of("grouping", by, get_args(By))
    if order not in SCORES:
        raise UnknownNameError.of("score", order, SCORES)
    named = named_databases(audits)
    databases = [db for _, db, _ in named]
    check_comparable(databases)
    rows: list[dict[str, Any]] = []
    for name, db, audit in named:
        table = score_table(db)
        judged: dict[str, float | None] = {}
        if audit is not None and audit.live is not None:
            metrics = audit.prune([]).before
            judged = {"accuracy": metrics.accuracy, "worst_group": metrics.worst_group}
        parts = [("", table)] if by == "model" else list(table.groupby("layer", sort=False))
        for layer, part in parts:
            place = {} if by == "model" else {"layer": layer}
            rows.append({"model": name, **place, "m": db.m, **_summary(part), **judged})
    found = pd.DataFrame(rows).sort_values(order, ascending=order != "clarity", kind="stable")
    found = found.reset_index(drop=True)
    found.insert(0, "rank", np.arange(1, len(found) + 1))
    found.attrs["foundation_model"] = databases[0].foundation_model["name"]
    if len({db.m for db in databases}) > 1:
        found.attrs["note"] = "the databases hold different numbers of examples per component (m)"
    return found


def named_databases(audits: Sequence[Any] | Mapping[str, Any]) -> list[tuple[str, ConceptDB, Audit | None]]:
    """Return a name, the database and, where there is one, the audit of everything that is given."""
    from slens_widgets.audit.audit import Audit

    if isinstance(audits, str) or not isinstance(audits, Sequence | Mapping) or not len(audits):
        raise InputError(
            f"{given(audits)} holds nothing to rank", expected="audits or databases, in a list or by name"
        )
    pairs = list(audits.items()) if isinstance(audits, Mapping) else [(None, each) for each in audits]
    found: list[tuple[str, ConceptDB, Audit | None]] = []
    for name, each in pairs:
        audit = each if isinstance(each, Audit) else None
        db = database_of(each)
        found.append((str(name or db.provenance.get("model", {}).get("name") or db.path.stem), db, audit))
    names = [name for name, _, _ in found]
    for i, (name, db, audit) in enumerate(found):
        if names.count(name) > 1:
            found[i] = (f"{name} ({db.path.stem})", db, audit)
    return found


def _summary(table: pd.DataFrame) -> dict[str, Any]:
    said: dict[str, Any] = {"components": len(table)}
    for score in SCORES:
        values = table[score].dropna()
        said[score] = float(values.mean())
        said[f"{score}_se"] = float(values.std() / np.sqrt(max(len(values), 1)))
        for quartile in (25, 50, 75):
            said[f"{score}_q{quartile}"] = float(values.quantile(quartile / 100))
    return said
