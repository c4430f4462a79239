"""How a component's label is shown: as much as it is trusted, and never as more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import pandas as pd

Trust = Literal["trusted", "doubtful", "unknown"]
MARKS: Final[Mapping[Trust, str]] = {"trusted": "", "doubtful": "\u00a0?", "unknown": "\u00a0·"}
"""What stands behind a label, as in the widgets."""
UNKNOWN: Final = "unknown"
"""The name of a component of which nothing is known for certain."""


def trust_of(row: Mapping[str, Any]) -> Trust:
    """Return whether a label is trusted, doubtful (by its certificate) or unknown (without one).

    `row` is one of `Audit.labels`, or has its certificate and trusted.
    """
    if row["trusted"]:
        return "trusted"
    return UNKNOWN if pd.isna(row["certificate"]) else "doubtful"


def has_label(row: Mapping[str, Any]) -> bool:
    """Return whether the component has a label at all."""
    return isinstance(row.get("label"), str)


def marked(row: Mapping[str, Any]) -> str:
    """Return the label with a mark for its trust; empty where the component has none."""
    return f"{row['label']}{MARKS[trust_of(row)]}" if has_label(row) else ""


def doubt(row: Mapping[str, Any]) -> str:
    """Return why not to rely on the label; empty where it is trusted, or there is none."""
    trust = trust_of(row) if has_label(row) else "trusted"
    if trust == "trusted":
        return ""
    if trust == "doubtful":
        return (
            f"Do not rely on “{row['label']}”: a certificate of {row['certificate']:.2f} is no better than "
            "chance, or half of the examples give another label"
        )
    images = int(row.get("images") or 0)
    margin = row.get("margin")
    ahead = "" if margin is None or pd.isna(margin) else f"; it is {margin:.2f} ahead of the next label"
    return (
        f"Unknown whether “{row['label']}” is right: {images or 'none'} of the kept images "
        f"{'shows' if images < 2 else 'show'} it, too few to check{ahead}"
    )


def name_of(row: Mapping[str, Any]) -> str:
    """Return what the component may be called: its label if that is trusted, else its classes, if any."""
    if has_label(row) and trust_of(row) == "trusted":
        return str(row["label"])
    return str(row.get("classes") or "")


def shown_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with *unknown* in place of every label that is not trusted."""
    if "label" not in table:
        return table
    return table.assign(label=table["label"].where(table["trusted"].astype(bool), UNKNOWN))
