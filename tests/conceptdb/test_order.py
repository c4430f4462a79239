"""Places of components: the same as counting them one by one, whatever is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import slens_widgets as sw
from slens_widgets.conceptdb.order import Order
from slens_widgets.types import Component
from tests.small_database import LAYERS, write

ALL = [Component(layer, index) for layer, count in LAYERS.items() for index in range(count)]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sw.ConceptDB]:
    with sw.open(write(tmp_path_factory.mktemp("order") / "small.slens").path) as db:
        yield db


def test_places_and_components_are_each_other_s_inverse() -> None:
    order = Order(LAYERS)
    places = np.random.default_rng(0).permutation(len(ALL))
    assert order.at(places) == [ALL[place] for place in places]
    assert order.at(places[:5])[0] is order.at(places)[0]
    assert order.places(tuple(ALL)).tolist() == list(range(len(ALL)))
    assert [order.place(component) for component in ALL] == list(range(len(ALL)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(range(len(ALL))), max_size=40), st.booleans())
def test_any_selection_is_found(db: sw.ConceptDB, places: list[int], as_pairs: bool) -> None:
    members = tuple((str(c.layer), int(c.index)) if as_pairs else c for c in (ALL[i] for i in places))
    assert db.positions(members).tolist() == places
    assert db.chosen(iter(members)) == tuple(dict.fromkeys(ALL[i] for i in places))
    assert all(type(component) is Component for component in db.chosen(members))


@pytest.mark.parametrize(
    "wrong",
    [
        Component("no layer", 0),
        Component(ALL[0].layer, -1),
        Component(ALL[0].layer, 10**30),
        Component(ALL[0].layer, LAYERS[ALL[0].layer]),
        Component(ALL[0].layer, True),
        Component(["unhashable"], 0),
        "text",
        7,
    ],
)
def test_what_is_not_there_is_said(db: sw.ConceptDB, wrong: object) -> None:
    for ask in (db.chosen, db.positions):
        with pytest.raises(sw.SlensError):
            ask([*ALL, wrong])


def test_a_selection_of_a_session_is_checked_at_once(db: sw.ConceptDB) -> None:
    session = sw.Audit(db).session
    session.selection = [*ALL, *ALL[:3]]
    assert session.selection == tuple(ALL)
    with pytest.raises(sw.SlensError, match="no component 99"):
        session.selection = [*ALL, (ALL[0].layer, 99)]
    assert session.selection == tuple(ALL)
