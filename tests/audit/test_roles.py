"""Class relevance of every component, and the graph of what feeds what."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.core.class_relevance import class_relevance
from slens_widgets.core.flow import flowing
from slens_widgets.errors import InputError, UnknownNameError
from tests.core.parts import TRANSFORM, pictures, small_cnn, state_of
from tests.small_database import HashModel

NAMES = ["ash", "birch", "<i>cedar", "dogwood"]
LAYERS = ["7", "2", "5"]  # not in the order of the forward pass


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("torch") / "small.slens"
    model = small_cnn().eval()
    sw.build(model, pictures(24), LAYERS, HashModel(), path, transform=TRANSFORM, m=5, progress=False).close()
    return path, model


@pytest.fixture
def live_audit(built):
    path, model = built
    evaluation = sw.Evaluation(pictures(40, seed=1), labels=[i % 4 for i in range(40)], class_names=NAMES)
    return sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu")


def batch_of(label: int):
    import torch

    return torch.stack([TRANSFORM(image) for i, image in enumerate(pictures(40, seed=1)) if i % 4 == label])


def test_every_component_of_every_layer_has_its_class_relevance(built, live_audit) -> None:
    _, model = built
    before = state_of(model)
    graph = live_audit.roles("<i>cedar")
    assert state_of(model) == before
    assert graph.order == ("2", "5", "7")
    for layer in graph.order:
        found = graph.table[graph.table["layer"] == layer].sort_values("component")["relevance"]
        np.testing.assert_allclose(found, class_relevance(model, batch_of(2), layer, 2), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("method", ["crp", "gradient"])
def test_edges_are_the_mean_feed_and_the_strongest_feeders_are_kept(built, live_audit, method) -> None:
    graph = live_audit.roles("birch", k=3, method=method)
    with flowing(built[1], batch_of(1), ["2", "5", "7"], 1, method=method) as flow:
        feed = {
            (u, low, i): flow.feeding(u, i, low).mean(0)
            for u, low in (("7", "5"), ("5", "2"))
            for i in graph.chosen[u]
        }
    for edge in graph.edges.itertuples():
        slow = feed[edge.layer, edge.from_layer, edge.component]
        assert edge.relevance == pytest.approx(slow[edge.from_component], rel=1e-3, abs=1e-6)
        assert edge.share == pytest.approx(slow[edge.from_component] / np.abs(slow).sum(), rel=1e-3, abs=1e-5)
    top = graph.table[graph.table["layer"] == "7"].nlargest(3, "relevance")["component"].tolist()
    assert list(graph.chosen["7"]) == [i for i in top if i in graph.chosen["7"]]
    total = sum(np.maximum(feed["7", "5", i], 0) for i in graph.chosen["7"])
    assert list(graph.chosen["5"]) == np.argsort(-total, kind="stable")[:3].tolist()
    assert graph.method == method


def test_one_image_s_graph_explains_its_prediction(live_audit) -> None:
    graph, why = live_audit.roles(image=6, k=4), live_audit.explain(6, k=4, layer="7")
    assert graph.target == why.target
    assert list(graph.chosen["7"]) == [c.index for c in why.components if c.index in graph.chosen["7"]]
    assert len(graph.pictures) == 1


def test_the_picture_is_one_file_in_which_every_text_is_text(live_audit, tmp_path) -> None:
    live_audit.session.update(vocabulary=["<script>alert(1)</script>", "a & b"], valid=["x"], spurious=["y"])
    graph = live_audit.roles("<i>cedar", k=3)
    svg = graph.save(tmp_path / "roles.svg").read_text()
    tree = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    nodes = sum(len(each) for each in graph.chosen.values())
    assert len(list(tree.iter(f"{space}image"))) == nodes + len(graph.pictures)
    ends = len(graph.chosen["2"]) + len(graph.chosen["7"])
    assert len(list(tree.iter(f"{space}path"))) == len(graph.edges) + ends
    texts = [each.text for each in tree.iter(f"{space}text")]
    assert "<i>cedar" in texts
    page = graph.save(tmp_path / "roles.html").read_text()
    assert "<script" not in page
    assert "<i>" not in page
    assert "src=" not in page.replace("img-src", "")
    said = json.loads(graph.save(tmp_path / "roles.json").read_text())
    assert len(said["edges"]) == len(graph.edges)
    with pytest.raises(InputError, match=r"\.svg"):
        graph.save(tmp_path / "roles.png")


def test_bad_requests_say_what_is_expected(live_audit, audit) -> None:
    with pytest.raises(InputError, match="No class is given"):
        live_audit.roles()
    with pytest.raises(UnknownNameError, match="birch"):
        live_audit.roles("bich")
    with pytest.raises(InputError, match="a whole number from 1"):
        live_audit.roles("ash", k=0)
    with pytest.raises(UnknownNameError, match="'7'"):
        live_audit.roles("ash", layers=["8"])
    with pytest.raises(InputError, match="can't explain"):
        audit.roles("melanoma")
    live_audit.session.target = "ash"
    assert live_audit.roles(n=1).target == "ash"
