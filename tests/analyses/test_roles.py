"""Nodes and edges of the concept graph."""

from __future__ import annotations

import numpy as np

from slens_widgets.analyses.roles import feeders, shares, strongest


def test_the_strongest_speak_for_the_class() -> None:
    assert strongest(np.array([0.1, -3.0, 0.5, 0.0]), 3).tolist() == [2, 0]


def test_feeders_do_not_lose_what_cancels() -> None:
    feed = np.array([[1.0, 0.6, 0.0], [-1.0, 0.3, 0.2]])
    assert feeders(feed, 2).tolist() == [0, 1]


def test_shares_add_up_by_absolute_value() -> None:
    found = shares(np.array([[1.0, -3.0], [0.0, 0.0]]))
    np.testing.assert_allclose(found, [[0.25, -0.75], [0, 0]])
