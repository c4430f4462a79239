"""The measures of `slens lab verify` on how biased a training was."""

from __future__ import annotations

import pandas as pd
import pytest

from slens_widgets.lab import verify
from slens_widgets.lab.factors import FACTORS
from slens_widgets.lab.verify_bias import last_shortcut, spurious_share, unmatched


@pytest.mark.parametrize(
    ("labels", "similarity", "place"),
    [
        (["ruler", "hair", "band-aid"], [0.5, 0.9, 0.6], 2),
        (["band-aid", "hair", "ruler"], [0.5, 0.6, 0.9], 3),
        (["ruler", "ruler", "hair", "band-aid"], [0.5, 0.99, 0.7, 0.6], 3),
        (["hair", "ruler"], [0.9, 0.5], len(FACTORS)),
    ],
)
def test_the_place_of_the_later_shortcut(labels: list[str], similarity: list[float], place: int) -> None:
    assert last_shortcut(pd.DataFrame({"label": labels, "similarity": similarity})) == place


def test_a_figure_that_has_no_gate_is_shown_and_not_counted() -> None:
    rows = [verify._gate("a", [3.0], "<=", 2.0), verify._gate("b", [1.0, 9.0], "<=", None)]
    rows.append(verify._gate("c", [0.0], ">", 0.0))
    assert [row["holds"] for row in rows] == [False, None, False]
    assert rows[1]["value"] == 9
    assert verify.failed(rows) == 2
    assert "2 of 2 gates fail" in verify.table(rows)
    assert "all 1 gates hold" in verify.table([verify._gate("d", [0.1], ">", 0.0), rows[1]])


def test_the_biased_classifier_s_share_and_what_it_shares_with_itself(lab_audit) -> None:
    assert 0.2 < spurious_share(lab_audit) < 0.9
    table = unmatched(lab_audit, lab_audit)
    assert len(table) == len(lab_audit.db.components)
    assert table["similarity"].min() > 0.999
