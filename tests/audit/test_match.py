"""Queries of several parts, with what is not meant, and with images."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.errors import InputError
from slens_widgets.query import QUERY_SIDE, Query, QueryImage
from tests import reference


def picture(shade: int, size: tuple[int, int] = (20, 10)) -> Image.Image:
    return Image.new("RGB", size, (shade, 40, 255 - shade))


def test_the_grammar_of_the_box():
    query = Query.of(" ruler, -hair ,blue-white veil,, − ink,ruler,-")
    assert query.wanted == ("ruler", "blue-white veil")
    assert query.unwanted == ("hair", "ink")
    assert query.texts == ("ruler", "blue-white veil", "hair", "ink")
    assert not Query.of(" , -")
    like, unlike = QueryImage.of(picture(3)), QueryImage.of(picture(4), unwanted=True)
    assert Query.of("-hair", [like, unlike]) == Query((like,), ("hair", unlike))


def test_match_is_the_best_wanted_less_the_excess_of_the_unwanted(audit):
    texts = ["ruler", "ink", "hair"]
    rows = np.stack([audit.search_scores(text) for text in texts]).astype(np.float64)
    table = audit.match("ruler, ink, -hair")
    assert list(table.columns) == ["layer", "component", "match", "z", "part"]
    medians = np.median(rows[2])
    slow = rows[:2].max(axis=0) - np.maximum(rows[2] - medians, 0)
    np.testing.assert_allclose(table["match"], slow, atol=1e-6)
    assert table["part"].tolist() == [texts[i] for i in rows[:2].argmax(axis=0)]
    middle = np.median(slow)
    np.testing.assert_allclose(
        table["z"], (slow - middle) / (1.4826 * np.median(np.abs(slow - middle))), rtol=1e-4
    )
    assert table.attrs["unit"] == "cosine"
    alone = audit.match("-hair")
    np.testing.assert_allclose(alone["match"], -rows[2], atol=1e-6)
    assert set(alone["part"]) == {""}
    assert audit.match("ruler, -zorp").attrs["unknown_words"] == {"zorp": ["zorp"]}
    np.testing.assert_allclose(audit.match("ruler")["match"], reference.match(rows[:1], []), atol=1e-6)


def test_match_takes_the_sessions_texts_and_images(audit):
    with pytest.raises(InputError, match="empty"):
        audit.match()
    audit.session.update(query="ruler", images=[picture(9)])
    [image] = audit.session.images
    both = np.stack([audit.search_scores("ruler"), audit.search_scores(picture(9))])
    table = audit.match()
    np.testing.assert_allclose(table["match"], both.max(axis=0), atol=1e-6)
    assert set(table["part"]) == {"ruler", "image"}
    audit.session.images = [image.turned()]
    expected = audit.search("ruler", k=36, exclude=picture(9))
    found = audit.match().sort_values("match", ascending=False, kind="stable")
    assert expected["component"].tolist() == found["component"].tolist()
    np.testing.assert_allclose(expected["score"], found["match"], atol=1e-6)


def test_search_excludes_within_a_layer_by_the_median_of_all(audit):
    everything = audit.match("ruler, -hair, -ink")
    part = audit.search("ruler", k=20, layer="features.0", exclude=["hair", "ink"])
    by_index = everything[everything.layer == "features.0"].set_index("component")["match"]
    np.testing.assert_allclose(part["score"], by_index[part["component"]], atol=1e-6)
    several = audit.search(["ruler", "ink"], k=3, exclude="zorp")
    assert several.attrs["unknown_words"] == {"zorp": ["zorp"]}


def test_a_query_image_is_small_and_can_be_kept():
    image = QueryImage.of(picture(7, (2000, 500)), " a ruler ")
    assert image.picture.size == (QUERY_SIDE, QUERY_SIDE // 4)
    assert image.name == "a ruler"
    again = pickle.loads(pickle.dumps(QueryImage(image.png, image.name)))
    assert (again, again.digest) == (image, image.digest)
    assert image.turned().digest == image.digest
    assert image.turned().unwanted
    with pytest.raises(InputError, match="decoded"):
        _ = QueryImage(b"GIF89a").picture
    buffer = io.BytesIO()
    Image.new("RGB", (QUERY_SIDE + 1, 1)).save(buffer, "PNG")
    with pytest.raises(InputError, match="larger"):
        _ = QueryImage(buffer.getvalue()).picture


def test_the_session_holds_each_image_once_and_not_too_many(audit):
    heard = []
    audit.session.observe(heard.append, "images")
    audit.session.images = [picture(1), picture(1), QueryImage.of(picture(2))]
    assert len(audit.session.images) == 2
    audit.session.images = list(audit.session.images)
    assert len(heard) == 1
    with pytest.raises(InputError, match="13 images"):
        audit.session.images = [picture(i) for i in range(13)]
    with pytest.raises(InputError, match="no query image"):
        audit.session.images = ["ruler.png"]


def test_the_lab_lists_what_can_be_asked():
    from slens_widgets.lab.clip import load_clip
    from slens_widgets.types import KnownTexts

    clip = load_clip()
    assert isinstance(clip, KnownTexts)
    assert "blue white veil" in clip.known_texts()
    assert not any(clip.unknown_words(text) for text in clip.known_texts())


def test_match_needs_a_foundation_model(path):
    bare = sw.Audit(path)
    with pytest.raises(InputError, match="foundation model"):
        bare.match("ruler")
    bare.db.close()
