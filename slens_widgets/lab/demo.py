"""The lab audited from end to end in a few lines of text: `slens lab demo`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import slens_widgets.lab as lab
from slens_widgets.audit.align import leans_to_spurious
from slens_widgets.audit.pruning import said
from slens_widgets.audit.shown_labels import MARKS, has_label, trust_of
from slens_widgets.lab.verify_seed import MODE

if TYPE_CHECKING:
    from slens_widgets.audit import Audit

TARGET = "melanoma"
QUERIES = ("ruler", "band-aid", "blue white veil")
GATES = {"worst group": 40.0, "accuracy": 5.0}
"""Points that pruning what the audit names has to gain at least."""


def lines(seed: int = 0, audit: Audit | None = None) -> Iterator[str]:
    """Yield what an audit of the lab finds, one line at a time, as it is found."""
    audit = audit or lab.open_audit(seed)
    yield f"{audit}"
    yield from ("", "Search: which components encode this? z: robust deviations above the median component")
    for query in QUERIES:
        found = audit.search(query, k=3)
        hits = ", ".join(f"{r.layer}:{r.component} (z {r.z:+.1f})" for r in found.itertuples())
        yield f"  {query!r}: {hits}"

    yield from ("", f"Audit: what does {TARGET!r} rest on that it should not?")
    table = audit.align(lab.VALID_CONCEPTS, lab.SPURIOUS_CONCEPTS, target=TARGET)
    spurious = table[leans_to_spurious(table)]
    top = spurious.reindex(spurious["relevance"].abs().sort_values(ascending=False).index).head(5)
    labels = audit.labels()
    for place, row in zip(top.index, top.itertuples(), strict=True):
        yield (
            f"  {row.layer}:{row.component} is closest to {row.closest!r}: spurious {row.spurious:+.2f}, "
            f"valid {row.valid:+.2f}, lean {row.lean:+.2f}, relevance {row.relevance:+.4f}; "
            f"{_label(labels.iloc[place].to_dict())}"
        )
    trust = [trust_of(row) for row in labels.to_dict("records")]
    counts = ", ".join(f"{trust.count(name)} {name}" for name in MARKS)
    yield f"  labels of all {len(labels)} components: {counts}"
    yield f"  scores: {table.attrs['unit']}"
    shares = audit.findings(lab.VALID_CONCEPTS, lab.SPURIOUS_CONCEPTS, TARGET).shares
    parts = (f"{r.quadrant} {r.share:.1%} [{r.low:.1%}, {r.high:.1%}]" for r in shares.itertuples())
    yield f"  share of the relevance: {', '.join(parts)}"
    yield f"  {len(spurious)} of {len(table)} components encode a spurious concept more than any valid one"
    yield from ("", f"Prune these {len(spurious)}, on the validation images, without retraining:")
    result = audit.prune(spurious, MODE)
    overall = result.table[~result.table["of"].str.startswith("group ")]
    for row in overall.itertuples():
        yield f"  {row.of:<15} {row.before:6.3f} -> {row.after:.3f}  (points {said(row)})"
    yield from ("", "Gates, in short (all of them, on the test images: slens lab verify):")
    gained = dict(zip(overall["of"], overall["points"], strict=True))
    for name, gate in GATES.items():
        verdict = "holds" if gained[name] >= gate else "FAILS"
        yield f"  {name} gains at least {gate:.0f} points: {gained[name]:+.1f}, {verdict}"


def _label(row: Mapping[str, Any]) -> str:
    if not has_label(row):
        return "no label"
    trust = trust_of(row)
    certificate = "" if trust == "unknown" else f", certificate {row['certificate']:.2f}"
    return f"label {row['label']!r} ({trust}{certificate})"
