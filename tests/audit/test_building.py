"""A database is built with what its first readers need."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.audit.building import prepare
from slens_widgets.audit.layout import has_coordinates
from slens_widgets.core import build as core_build
from slens_widgets.errors import UnknownNameError
from tests.small_database import write


def test_a_prepared_database_holds_scores_and_layout(tmp_path):
    with write(tmp_path / "small.slens") as db:
        assert not has_coordinates(db)
        said = []
        prepare(db, lambda done, total, stage: said.append((done, total, stage)))
        assert said[-1] == (3, 3, "lay out")
    with sw.open(tmp_path / "small.slens") as db:
        assert has_coordinates(db)
        audit = sw.Audit(db)
        table = audit.project()
        assert np.isfinite(table[["x", "y"]]).all(axis=None)
    assert inspect.signature(sw.build) == inspect.signature(core_build.build)


def test_components_at_places_are_those_of_the_list(tmp_path):
    with write(tmp_path / "small.slens") as db:
        places = np.array([35, 0, 19, 20])
        assert db.components_at(places) == [db.components[i] for i in places]
        assert db.components_at(np.array([], int)) == []
        assert [db.position(each) for each in db.components_at(places)] == places.tolist()
        for wrong in (36, -1):
            with pytest.raises(UnknownNameError, match="0 to 35"):
                db.components_at(np.array([wrong]))
