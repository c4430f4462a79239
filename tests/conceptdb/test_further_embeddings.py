"""A second foundation model embeds the same crops, without the model and without its images."""

from __future__ import annotations

import io
import os

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import Cancelled, FingerprintMismatchError, InputError, UnknownNameError
from tests.small_database import LAYERS, HashModel, add_probe, fill, provenance


class Mean(HashModel):
    """Embeds an image by its mean colour, so that what was cut can be told."""

    name, dim, fingerprint = "mean/colour", 3, "mean-1"

    def encode_images(self, images):
        return np.stack([np.asarray(image, np.float32).mean(axis=(0, 1)) for image in images])

    def encode_texts(self, texts):
        return np.stack([super(Mean, self).encode_texts([text])[0][:3] for text in texts])


@pytest.fixture
def db(tmp_path):
    with ConceptDB.create(tmp_path / "a.slens") as writer:
        fill(writer)
        add_probe(writer, n=50)  # ten of them have no picture
        writer.finish(provenance())
    return sw.open(tmp_path / "a.slens")


def test_the_same_crops_are_embedded_again(db) -> None:
    before = {layer: db.theta(layer).copy() for layer in LAYERS}
    other = db.embed_with(Mean())
    assert list(sw.open(db.path).foundation_models) == ["hash", "mean/colour"]
    assert other.foundation_model["name"] == "mean/colour"
    for layer in LAYERS:
        view = other[layer]
        for k, rank in ((0, 0), (7, 3)):
            picture = Image.open(io.BytesIO(db.picture(view.image_ids[k, rank]))).convert("RGB")
            x0, y0, x1, y1 = view.boxes[k, rank] * 8
            size = (round(x1 - x0), round(y1 - y0))
            expected = np.asarray(picture.resize(size, box=(x0, y0, x1, y1), resample=3)).mean(axis=(0, 1))
            np.testing.assert_allclose(view.embeddings[k, rank], expected, atol=0.6)
        np.testing.assert_allclose(view.theta, view.embeddings.mean(axis=1), rtol=1e-5)
        np.testing.assert_array_equal(sw.open(db.path).theta(layer), before[layer])
    whole = np.asarray(other.probe.embeddings, np.float32)
    assert np.isnan(whole[40:]).all()
    picture = np.asarray(Image.open(io.BytesIO(db.picture(7))).convert("RGB"), np.float32)
    np.testing.assert_allclose(whole[7], picture.mean(axis=(0, 1)), atol=0.6)


def test_full_resolution_views_are_used_where_they_are_given(db) -> None:
    other = db.embed_with(Mean(), views=lambda id: Image.new("RGB", (300, 200), (id, 0, 255 - id)))
    view = other["features.3"]
    np.testing.assert_allclose(view.embeddings[4, :, 0], view.image_ids[4], atol=0.6)


def test_what_one_model_gave_is_no_answer_for_another(db) -> None:
    audit = sw.Audit(db, HashModel())
    audit.session.vocabulary = ["ruler", "hair"]
    first = audit.scores()
    labels = audit.labels()
    other = sw.Audit(db.embed_with(Mean()), Mean())
    assert not np.allclose(other.scores()["clarity"], first["clarity"])
    assert not np.allclose(other.project()["x"], audit.project()["x"])
    assert audit.scores().equals(first)
    seen = audit.use(Mean())
    assert seen.session is audit.session
    assert seen.scores().equals(other.scores())
    assert not np.allclose(seen.labels()["score"], labels["score"])
    back = seen.use("hash")
    assert back.scores().equals(first)
    np.testing.assert_array_equal(back.search_scores("ruler"), audit.search_scores("ruler"))


def test_what_does_not_fit_says_what_to_do(db, tmp_path) -> None:
    audit = sw.Audit(db, HashModel())
    with pytest.raises(UnknownNameError, match=r"embed_with"):
        audit.use(Mean())
    db.embed_with(Mean())
    audit = sw.Audit(sw.open(db.path), HashModel())
    with pytest.raises(InputError, match=r"already.*audit\.use"):
        audit.db.embed_with(Mean())
    changed = Mean()
    changed.fingerprint = "mean-2"
    with pytest.raises(InputError, match="another name"):
        audit.db.embed_with(changed)
    with pytest.raises(FingerprintMismatchError):
        audit.use(changed)
    with pytest.raises(InputError, match="only its name"):
        audit.use("mean/colour")


def test_a_cancelled_embedding_adds_nothing(db) -> None:
    before = sorted(os.listdir(db.path))

    def stop(done: int, total: int, stage: str) -> None:
        if done:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        db.embed_with(Mean(), progress=stop)
    assert sorted(os.listdir(db.path)) == before
    assert list(sw.open(db.path).foundation_models) == ["hash"]
