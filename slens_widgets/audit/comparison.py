"""Two models, or two layers, or one model before and after training, in one space."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from slens_widgets.analyses.comparison import best_matches, mutual
from slens_widgets.analyses.projection import project
from slens_widgets.audit.audit import Audit
from slens_widgets.audit.tables import component_table, rows_of
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import FingerprintMismatchError, UnknownNameError

Side = Literal["a", "b"]


class Comparison:
    """Which components of two audits mean the same, and which only one of them has; see `compare`."""

    similarity: dict[str, float]
    """"a to b": the mean over a's components of the largest cosine with any of b's; and "b to a"."""

    def __init__(self, a: ConceptDB, b: ConceptDB, layer_a: str | None, layer_b: str | None) -> None:
        tables, thetas = {}, {}
        for side, db, layer in (("a", a, layer_a), ("b", b, layer_b)):
            rows = rows_of(db, layer)
            tables[side], thetas[side] = component_table(db, rows), np.asarray(db.theta())[rows]
        found = {
            "a": best_matches(thetas["a"], thetas["b"]),
            "b": best_matches(thetas["b"], thetas["a"]),
        }
        self._thetas, self._tables = thetas, {}
        for side, other in (("a", "b"), ("b", "a")):
            matches, cosines = found[side]
            counterparts = tables[other].iloc[matches].reset_index(drop=True)
            self._tables[side] = tables[side].assign(
                similarity=cosines,
                match_layer=counterparts["layer"],
                match_component=counterparts["component"],
                mutual=mutual(matches, found[other][0]),
            )
        self.similarity = {"a to b": float(found["a"][1].mean()), "b to a": float(found["b"][1].mean())}

    def __repr__(self) -> str:
        sizes = ", ".join(f"{len(table)} components in {side}" for side, table in self._tables.items())
        there, back = self.similarity.values()
        pairs = int(self._tables["a"]["mutual"].sum())
        return f"Comparison({sizes}; similarity {there:.3f} to b, {back:.3f} to a; {pairs} mutual pairs)"

    def matches(self, side: Side = "a") -> pd.DataFrame:
        """Return layer, component, similarity, match_layer, match_component, mutual of one side's components.

        In the order of its database. A pair is mutual where each is the other's best match.
        """
        return self._tables[_side(side)].copy()

    def pairs(self) -> pd.DataFrame:
        """Return the mutual pairs as layer_a, component_a, layer_b, component_b, similarity, best first."""
        table = self._tables["a"][self._tables["a"]["mutual"]]
        columns = {
            "layer": "layer_a",
            "component": "component_a",
            "match_layer": "layer_b",
            "match_component": "component_b",
        }
        table = table.sort_values("similarity", ascending=False, kind="stable").rename(columns=columns)
        return table[[*columns.values(), "similarity"]].reset_index(drop=True)

    def only(self, side: Side, k: int = 10) -> pd.DataFrame:
        """Return the `k` components of one side that the other side lacks most: the least similar first."""
        table = self._tables[_side(side)].sort_values("similarity", kind="stable")
        return table.head(k).reset_index(drop=True)

    def project(self) -> pd.DataFrame:
        """Return side, layer, component, x, y of both sides on one map, in which similar ones are near."""
        coordinates = project(np.concatenate([self._thetas["a"], self._thetas["b"]]))
        table = pd.concat(
            [self._tables[side][["layer", "component"]].assign(side=side) for side in ("a", "b")],
            ignore_index=True,
        )
        return table[["side", "layer", "component"]].assign(x=coordinates[:, 0], y=coordinates[:, 1])


def compare(
    a: Audit | ConceptDB, b: Audit | ConceptDB, *, layer_a: str | None = None, layer_b: str | None = None
) -> Comparison:
    """Compare the components of two models in the space of their foundation model.

    Parameters
    ----------
    a, b
        Audits or databases: of two models, of one before and after training, or the same one twice with
        two different layers.
    layer_a, layer_b
        Compare only this layer; None compares all.

    Raises
    ------
    FingerprintMismatchError
        The two were embedded with different foundation models.

    Source: SemanticLens (arXiv 2501.05398), compare.
    """
    first, second = (each.db if isinstance(each, Audit) else each for each in (a, b))
    ours, theirs = first.foundation_model, second.foundation_model
    if ours["fingerprint"] != theirs["fingerprint"]:
        raise FingerprintMismatchError(
            f"{first.path.name!r} was embedded with {ours['name']!r} (fingerprint {ours['fingerprint']}), "
            f"{second.path.name!r} with {theirs['name']!r} (fingerprint {theirs['fingerprint']}); their "
            "components can't be compared",
            expected="two databases with one foundation model",
            next_step="Build one of them anew with the other's foundation model",
        )
    return Comparison(first, second, layer_a, layer_b)


def _side(side: str) -> str:
    if side not in get_args(Side):
        raise UnknownNameError.of("side", side, get_args(Side))
    return side
