"""Where the peer package semanticlens 0.2.1 is right, its results are ours; where it is not, ours differ."""

from __future__ import annotations

import numpy as np
import pytest

from slens_widgets.analyses.scores import clarity, layer_redundancy, polysemanticity, redundancy
from slens_widgets.analyses.search import cosine, image_query, text_queries
from tests.small_database import DIM, HashModel, examples

pytestmark = pytest.mark.peer

torch = pytest.importorskip("torch")
pytest.importorskip("semanticlens")


@pytest.fixture(scope="module")
def embeddings():
    return examples("layer", 40, 30, 64)["embeddings"]


@pytest.fixture(scope="module")
def theta(embeddings):
    return embeddings.mean(axis=1)[:, :DIM]


def peer_model():
    from semanticlens.foundation_models.base import AbstractVLM

    class Model(AbstractVLM):
        device = "cpu"

        def preprocess(self, images):
            vectors = HashModel().encode_images(images if isinstance(images, list) else [images])
            return torch.from_numpy(vectors)

        def encode_image(self, batch):
            return batch

        def tokenize(self, texts):
            return torch.from_numpy(HashModel().encode_texts(texts))

        def encode_text(self, batch):
            return batch

        def to(self, device):
            return self

    return Model()


def test_clarity(embeddings):
    from semanticlens.scores import clarity_score

    np.testing.assert_allclose(
        clarity(embeddings), clarity_score(torch.from_numpy(embeddings)).numpy(), atol=1e-5
    )


def test_polysemanticity(embeddings):
    from semanticlens.scores import polysemanticity_score

    theirs = polysemanticity_score(torch.from_numpy(embeddings).double()).numpy()
    np.testing.assert_allclose(polysemanticity(embeddings), theirs, atol=1e-6)


@pytest.mark.parametrize("m", [2, 3])
def test_polysemanticity_of_tiny_clusters(m):
    from semanticlens.scores import polysemanticity_score

    few = examples("few", 25, m)["embeddings"]
    theirs = polysemanticity_score(torch.from_numpy(few).double()).numpy()
    np.testing.assert_allclose(polysemanticity(few), theirs, atol=1e-6)


def test_redundancy_of_a_layer(theta):
    from semanticlens.scores import redundancy_score

    theirs = float(redundancy_score(torch.from_numpy(theta)))
    assert layer_redundancy(theta) == pytest.approx(theirs, abs=1e-6)
    assert redundancy(theta).mean() == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize(
    ("queries", "templates"),
    [(["ruler", "ink"], None), (["ruler"], ["a photo of {}", "{} on skin"]), (["ruler", "ink"], ["a {}"])],
)
def test_text_search(theta, queries, templates):
    from semanticlens.lens import text_probing

    theirs = text_probing(peer_model(), queries, torch.from_numpy(theta), templates).numpy()
    np.testing.assert_allclose(
        cosine(text_queries(HashModel(), queries, templates), theta), theirs, atol=1e-5
    )


def test_image_search(theta):
    from PIL import Image
    from semanticlens.lens import image_probing

    images = [Image.new("RGB", (4, 4), (shade, 0, 0)) for shade in (0, 200)]
    theirs = image_probing(peer_model(), images, torch.from_numpy(theta)).numpy()
    np.testing.assert_allclose(cosine(image_query(HashModel(), images)[None], theta), theirs, atol=1e-5)


def test_several_queries_with_several_templates_are_mixed_up_there_and_not_here(theta):
    from semanticlens.lens import text_probing

    queries, templates = ["ruler", "ink"], ["a {}", "{} on skin", "the {}"]
    ours = cosine(text_queries(HashModel(), queries, templates), theta)
    together = text_probing(peer_model(), queries, torch.from_numpy(theta), templates).numpy()
    alone = np.concatenate(
        [text_probing(peer_model(), [query], torch.from_numpy(theta), templates).numpy() for query in queries]
    )
    np.testing.assert_allclose(ours, alone, atol=1e-5)
    assert np.abs(together - alone).max() > 0.01


def test_as_many_components_as_dimensions_are_compared_untransposed_there_and_not_here(theta):
    from semanticlens.lens import text_probing

    square = theta[:DIM]
    queries = ["ruler", "ink", "hair"]
    ours = cosine(text_queries(HashModel(), queries), square)
    one_more = text_probing(peer_model(), queries, torch.from_numpy(theta[: DIM + 1])).numpy()[:, :DIM]
    theirs = text_probing(peer_model(), queries, torch.from_numpy(square)).numpy()
    np.testing.assert_allclose(ours, one_more, atol=1e-5)
    assert np.abs(theirs - one_more).max() > 0.01
