"""Concepts that a page makes of pictures: what arrives is decoded, bounded, and becomes the session's."""

from __future__ import annotations

import io

import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.widgets import shown_concepts
from tests.core.parts import pictures
from tests.small_audit import audit_small, build_small
from tests.small_database import HashModel, write
from tests.widgets.conftest import Page

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("shown") / "small.slens"
    return path, build_small(path)


@pytest.fixture
def audit(built):
    return audit_small(*built, ["ash", "birch", "cedar", "dogwood"])


def png(picture: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def test_dropped_pictures_become_a_concept_of_a_set(audit):
    page = Page(sw.AlignmentPlot(audit).controls)
    audit.session.spurious = ["veil"]
    large = Image.effect_noise((2000, 1000), 50)
    digests = [
        page.ask("shown_image", [png(each)], name=HOSTILE)[0]["digest"]
        for each in (*pictures(3, seed=5), large)
    ]
    body, _ = page.ask("show_concept", concept=HOSTILE, digests=digests, field="spurious")
    assert body["images"] == 4
    [concept] = audit.session.concepts
    assert audit.session.spurious == ("veil", HOSTILE)
    assert concept.name == HOSTILE
    assert max(concept.images[-1].picture.size) == shown_concepts.SIDE
    # What the page is told of it is text, and no picture.
    told = [content for content, _ in page.said if content.get("state") == "concepts"]
    assert told[-1]["value"] == [
        {"name": HOSTILE, "images": 4, "without": 0, "pairs": False, "digest": concept.digest}
    ]
    body, _ = page.ask("about_concepts")
    [about] = body["concepts"]
    assert about["name"] == HOSTILE
    assert "4 independent images against 24" in about["test"]
    assert about["agrees"] in (None, True, False)
    assert "hash" in about["said"]

    # More pictures join it, under its name in whatever case, and the set holds it once.
    more = page.ask("shown_image", [png(pictures(1, seed=9)[0], "JPEG")], name="x.jpg")[0]["digest"]
    page.ask("show_concept", concept=HOSTILE.upper(), digests=[more], field="spurious")
    assert audit.session.spurious == ("veil", HOSTILE)
    assert len(audit.session.concepts[0].images) == 5
    page.ask("forget_concept", concept=HOSTILE)
    assert audit.session.concepts == ()
    assert audit.session.spurious == ("veil", HOSTILE)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg onload=alert(1)>", "not an image of a known format"),
        (b"", "did not arrive"),
        (b"\x89PNG", "can't be used"),
    ],
)
def test_what_is_no_picture_is_refused(audit, data, said):
    page = Page(sw.NeuronGallery(audit))
    assert said in page.ask("shown_image", [data], name=HOSTILE)[0]["message"]
    assert (
        "no longer there"
        in page.ask("show_concept", concept="a", digests=["zzz"], field="valid")[0]["message"]
    )
    assert audit.session.concepts == ()


def test_names_and_fields_are_checked(audit):
    page = Page(sw.NeuronGallery(audit))

    def arrived(seed: int) -> str:
        return page.ask("shown_image", [png(pictures(1, seed=seed)[0])], name="x")[0]["digest"]

    for arguments, said in (
        ({"concept": "", "field": "valid"}, "can't be the name"),
        ({"concept": "a, b", "field": "valid"}, "no commas"),
        ({"concept": "a", "field": "query"}, "holds no concepts"),
        ({"concept": "a", "field": "concepts"}, "holds no concepts"),
    ):
        body, _ = page.ask("show_concept", digests=[arrived(5)], **arguments)
        assert said in body["message"]
    assert "no session field" in page.ask("set", field="concepts", value=[])[0]["message"]
    assert audit.session.concepts == ()
    for seed in range(6):
        arrived(seed)
    assert len(page.widget._arrived) == 6


def test_no_more_pictures_wait_than_a_concept_can_have(audit, monkeypatch):
    monkeypatch.setattr(shown_concepts, "MAX_SHOWN", 2)
    page = Page(sw.NeuronGallery(audit))
    for each in pictures(4, seed=5):
        page.ask("shown_image", [png(each)], name="x")
    assert len(page.widget._arrived) == 2


def test_examples_become_a_concept_and_the_query(tmp_path):
    write(tmp_path / "kept.slens", probe=240).close()
    audit = sw.Audit(tmp_path / "kept.slens", HashModel())
    page = Page(sw.NeuronGallery(audit))
    ids = audit.db["features.0"].image_ids[3]
    kept = [rank for rank, id in enumerate(ids) if id in set(audit.db.probe.ids.tolist())]
    assert len(kept) > 1
    body, _ = page.ask("show_examples", component=3, ranks=kept, concept="these")
    [concept] = audit.session.concepts
    assert [image.probe for image in concept.images] == list(dict.fromkeys(int(ids[rank]) for rank in kept))
    assert body["images"] == len(concept.images)
    assert audit.session.query == "these"
    assert page.ask("search", query="these", images=[])[0]["texts"] == ["these"]
    assert "these" in page.ask("suggestions")[0]["words"]
    # Given pictures need the model.
    assert "needs the audited model" in page.ask("shown_image", [png(pictures(1)[0])], name="x")[0]["message"]


def test_a_saved_page_says_what_shows_its_concepts(audit, tmp_path):
    audit.session.update(
        valid=sw.Concept("red", pictures(6, seed=5)), spurious=sw.Concept("blue", pictures(6, seed=6))
    )
    page = sw.AlignmentPlot(audit).export_html(tmp_path / "page.html")
    text = page.read_text()
    assert "about_concepts" in text
    assert "6 independent images against 24" in text
