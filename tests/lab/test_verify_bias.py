"""The measures of `slens lab verify` on how biased a training was."""

from __future__ import annotations

import pandas as pd
import pytest

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


def test_the_biased_classifier_s_share_and_what_it_shares_with_itself(lab_audit) -> None:
    assert 0.2 < spurious_share(lab_audit).value < 0.9
    table = unmatched(lab_audit, lab_audit)
    assert len(table) == len(lab_audit.db.components)
    assert table["similarity"].min() > 0.999
