from __future__ import annotations

import numpy as np
import pytest

from slens_widgets.errors import InputError, UnknownNameError
from tests import reference


def test_the_nearest_are_those_of_the_largest_cosine(audit):
    theta = np.concatenate([audit.db.theta(layer) for layer in audit.db.layers])
    slow = [reference.cos(theta[22], other) for other in theta]
    order = [k for k in np.argsort([-value for value in slow]) if k != 22]
    table = audit.nearest(("features.3", 2), k=5)
    found = [audit.db.position(row) for row in zip(table["layer"], table["component"], strict=True)]
    assert found == order[:5]
    np.testing.assert_allclose(table["similarity"], [slow[k] for k in order[:5]], atol=1e-6)
    within = audit.nearest(("features.3", 2), k=99, layer="features.3")
    assert len(within) == 15
    assert 2 not in set(within["component"])


def test_the_nearest_of_a_meaning_are_those_of_its_theta(audit):
    split = audit.clusters(("features.3", 2), k=2)
    assert len(split) == 2
    found = audit.clusters(("features.3", 2))
    for cluster in range(len(found)):
        theta = np.concatenate([audit.db.theta(layer) for layer in audit.db.layers])
        slow = [reference.cos(found.theta[cluster], other) for other in theta]
        order = [k for k in np.argsort([-value for value in slow]) if k != 22]
        table = audit.nearest(("features.3", 2), k=4, cluster=cluster)
        places = [audit.db.position(row) for row in zip(table["layer"], table["component"], strict=True)]
        assert places == order[:4]
    with pytest.raises(InputError, match="no cluster 9"):
        audit.nearest(("features.3", 2), cluster=9)


def test_the_nearest_of_nothing_are_refused(audit):
    with pytest.raises(UnknownNameError, match="no component 99"):
        audit.nearest(("features.3", 99))
    with pytest.raises(InputError, match="k=0"):
        audit.nearest(("features.3", 1), k=0)
