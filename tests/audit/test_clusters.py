"""Clusters of a component have members, a θ and a label; searching them finds single meanings."""

from __future__ import annotations

import numpy as np
import pytest

from slens_widgets.analyses import clusters
from slens_widgets.errors import InputError, UnknownNameError
from tests import reference
from tests.small_database import LAYERS, HashModel


def test_clusters_hold_every_example_once_with_their_own_theta(audit) -> None:
    found = audit.clusters(("features.0", 3), k=2, vocabulary=["ruler", "hair", "ink"])
    embeddings = audit.db["features.0"].embeddings_of([3])[0]
    ranks = [found.ranks(cluster) for cluster in (0, 1)]
    assert sorted(ranks[0] + ranks[1]) == list(range(audit.db.m))
    assert found.table["size"].tolist() == [len(each) for each in ranks]
    for cluster, members in enumerate(ranks):
        np.testing.assert_allclose(found.theta[cluster], embeddings[members].mean(axis=0), atol=1e-5)
        if len(members) > 1:
            slow = reference.clarity(embeddings[members])
            assert found.table["clarity"][cluster] == pytest.approx(slow, abs=1e-5)
    slow = reference.labels(HashModel(), ["ruler", "hair", "ink"], found.theta, audit.templates)
    assert found.table["label"].tolist() == [label for label, _, _, _ in slow]
    assert found.members["name"].tolist() == [
        audit.db.image(i).name for i in audit.db["features.0"].image_ids[3]
    ]
    assert "2 meanings" in repr(found)
    assert "\u00a0·" in repr(found), "labels of single meanings are unchecked, and look so"
    assert "\u00a0·" in found._repr_html_()


def test_the_session_s_vocabulary_labels_and_none_leaves_no_label(audit) -> None:
    assert audit.clusters(("features.0", 0)).table["label"].isna().all()
    audit.session.vocabulary = ["ruler", "hair"]
    assert audit.clusters(("features.0", 0)).table["label"].isin(["ruler", "hair"]).all()


def test_bad_requests_say_what_is_expected(audit) -> None:
    with pytest.raises(InputError, match="one, as"):
        audit.clusters([("features.0", 0), ("features.0", 1)])
    with pytest.raises(InputError, match="1 to 6"):
        audit.clusters(("features.0", 0), k=0)
    with pytest.raises(InputError, match="no cluster 7"):
        audit.clusters(("features.0", 0)).ranks(7)
    with pytest.raises(UnknownNameError, match=r"features\.0"):
        audit.clusters(("features.1", 0))


def test_a_split_search_ranks_every_cluster_by_its_own_theta(audit) -> None:
    stages = []
    found = audit.search("ruler", 500, split=True, progress=lambda *each: stages.append(each))
    assert stages[-1][1:] == (audit.db.n_components, "clusters")
    query = reference.text_query(HashModel(), "ruler", audit.templates)
    for row in found.itertuples():
        parts = audit.clusters((row.layer, row.component))
        assert row.score == pytest.approx(reference.cos(query, parts.theta[row.cluster]), abs=1e-5)
    assert found["score"].is_monotonic_decreasing
    assert found.groupby(["layer", "component"])["size"].sum().eq(audit.db.m).all()
    one = audit.search(["ruler", "hair"], 500, split=True, layer="features.3")
    assert set(one["layer"]) == {"features.3"}
    assert one.groupby("query")["component"].nunique().eq(LAYERS["features.3"]).all()


def test_what_is_split_is_corrected_for_how_many_are_looked_at(audit) -> None:
    p = [clusters.one_meaning(each) for name in audit.db.layers for each in audit.db[name].embeddings]
    for place, component in enumerate(audit.db.components):
        found = audit.clusters(component)
        assert found.p == pytest.approx(reference.benjamini_hochberg(p)[place])
        assert (len(found) > 1) <= (found.p <= 0.05)
    assert np.isnan(audit.clusters(("features.0", 0), k=2).p)


@pytest.mark.slow
@pytest.mark.parametrize("m", [30, 100])
def test_in_the_lab_two_factors_are_two_meanings_and_one_is_one(lab_audit, m) -> None:
    view = lab_audit.db["features.14"]
    present = lab_audit.metadata.to_numpy(bool)[view.image_ids]
    factor = present.mean(axis=1).argmax(axis=1)
    told = np.flatnonzero(present.mean(axis=1).max(axis=1) >= 0.7)
    rng, two, one = np.random.default_rng(0), [], []

    def some(component, other, count):
        shown = present[component][:, factor[component]] & ~present[component][:, other]
        rows = view.embeddings_of([component])[0][shown]
        return rows[rng.choice(len(rows), count, replace=False)] if len(rows) >= count else None

    while len(two) < 40:
        a, b = rng.choice(told, 2, replace=False)
        halves = some(a, factor[b], m // 2), some(b, factor[a], m // 2)
        if factor[a] != factor[b] and halves[0] is not None and halves[1] is not None:
            two.append(clusters.one_meaning(np.concatenate(halves)) <= 0.05)
    for component in told:
        rows = view.embeddings_of([component])[0][present[component][:, factor[component]]]
        if len(rows) >= 30:
            one.append(clusters.one_meaning(rows[:30]) <= 0.05)
    assert np.mean(two) >= 0.9
    assert np.mean(one) <= 0.1


@pytest.mark.slow
def test_one_meaning_of_a_component_that_has_two_is_found_first(lab_audit) -> None:
    """Where a component means two things, its θ lies between them and its cluster on one."""
    whole, parts = lab_audit.search("ruler", 5), lab_audit.search("ruler", 5, split=True)
    assert parts["score"][0] > whole["score"][0]
