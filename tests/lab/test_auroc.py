"""An AUROC without both kinds of images is unknown."""

from __future__ import annotations

import numpy as np

from slens_widgets.lab.measure import auroc


def test_without_both_kinds_there_is_no_auroc() -> None:
    truth = np.array([[False, True, True], [False, True, False], [False, True, True]])
    found = auroc(truth, np.array([[3.0], [1.0], [2.0]]))
    np.testing.assert_array_equal(found, [[np.nan, np.nan, 1.0]])
