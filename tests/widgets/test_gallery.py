"""What the gallery answers, without a kernel and over a real small database."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.query import QueryImage
from slens_widgets.types import Component
from slens_widgets.widgets.gallery_picture import sheet
from slens_widgets.widgets.pictures import picture


def encoded(kind: str = "PNG", size: tuple[int, int] = (30, 20), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 30, 90)).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def page(audit, page_of):
    return page_of(sw.NeuronGallery(audit))


def test_it_searches_and_names_unknown_words(audit, page) -> None:
    body, [scores, which, raw] = page.ask("search", query="ruler, zorp ink, -hair", images=[])
    table = audit.match("ruler, zorp ink, -hair")
    assert body["unknown"] == ["zorp"]
    assert np.array_equal(np.frombuffer(scores, np.float32), table["z"].to_numpy(np.float32))
    assert np.array_equal(np.frombuffer(raw, np.float32), table["match"].to_numpy(np.float32))
    assert body["unit"] == "cosine"
    assert [body["texts"][i] for i in np.frombuffer(which, np.uint32)] == table["part"].tolist()
    assert page.ask("search", query="  ", images=[])[1] == []
    assert page.ask("unknown", query="ruler, -zorp")[0]["unknown"] == ["zorp"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_pasted_image_becomes_a_query(audit, page, kind) -> None:
    body, _ = page.ask("add_image", [encoded(kind)], name="<b>pasted</b>.png")
    [image] = audit.session.images
    assert body["digest"] == image.digest
    assert page.ask("query_image", digest=image.digest) == (
        {"name": "<b>pasted</b>.png", "re": 2, "generation": 0},
        [image.png],
    )
    _, [_, _, scores] = page.ask("search", query="", images=[image.digest])
    expected = audit.search_scores(image.picture)
    assert np.allclose(np.frombuffer(scores, np.float32), expected, atol=1e-6)
    _, [_, _, scores] = page.ask("search", query="", images=[f"-{image.digest}"])
    assert np.allclose(np.frombuffer(scores, np.float32), -expected, atol=1e-6)
    page.ask("set", field="images", value=[f"-{image.digest}"])
    assert audit.session.images == (image.turned(),)
    page.ask("set", field="images", value=[])
    assert audit.session.images == ()
    assert "no longer there" in page.ask("search", query="", images=[image.digest])[0]["message"]


BOMB = encoded("PNG", (9000, 9000), compress_level=9)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "did not arrive"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image of a known format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image of a known format"),
        (encoded()[:60], "damaged"),
        (encoded("JPEG")[:200], "can't be used"),
        (BOMB, "above the limit"),
        (bytes(4_000_001), "did not arrive"),
    ],
)
def test_bytes_that_are_no_picture_are_refused_with_a_reason(audit, page, data, said) -> None:
    assert len(BOMB) < 4_000_000
    body, _ = page.ask("add_image", [data], name="hostile.png")
    assert said in body["message"]
    assert "hostile.png" in body["message"]
    assert audit.session.images == ()


def test_an_example_becomes_a_query(audit, page) -> None:
    page.ask("add_example", component=22, rank=3)
    [image] = audit.session.images
    assert image.name == "features.3:2, example 4"
    view = audit.db["features.3"]
    whole = Image.open(io.BytesIO(audit.db.picture(int(view.image_ids[2, 3]))))
    x0, y0, x1, y1 = view.boxes[2, 3] * 8
    assert image.picture.size == (
        max(round(x1), int(x0) + 1) - int(x0),
        max(round(y1), int(y0) + 1) - int(y0),
    )
    assert image.picture.getpixel((0, 0)) == whole.getpixel((int(x0), int(y0)))
    assert "rank" in page.ask("add_example", component=22, rank=6)[0]["message"]


def test_it_suggests_what_was_asked_and_what_is_known(audit, page) -> None:
    for query in ("ruler", "ink", " ", "ruler"):
        audit.session.query = query
    audit.session.update(valid=["milia"], vocabulary=["hair", "milia"])
    body, _ = page.ask("suggestions")
    assert body["recent"] == ["ruler", "ink"]
    assert body["words"] == ["milia", "hair", "nevus", "melanoma"]


def test_the_state_names_images_by_digest(audit, page) -> None:
    image = QueryImage.of(Image.new("RGB", (4, 4)), unwanted=True)
    audit.session.images = [image]
    assert page.said[-1][0] == {"state": "images", "value": [f"-{image.digest}"]}
    audit.session.images = []


def test_it_shows_a_component_in_detail(audit, page) -> None:
    body, [heatmaps, *pictures] = page.ask("detail", component=22)
    view = audit.db["features.3"]
    assert [example["image"] for example in body["examples"]] == view.image_ids[2].tolist()
    assert body["examples"][0]["label"] in ("nevus", "melanoma")
    assert pictures == [audit.db.picture(int(i)) for i in view.image_ids[2]]
    expected = np.stack([audit.db.heatmap(Component("features.3", 2), rank) for rank in range(audit.db.m)])
    assert heatmaps == expected.tobytes()
    assert body["scores"]["clarity"] == pytest.approx(audit.scores()["clarity"][22], abs=1e-3)


def test_it_lists_every_score_and_what_the_database_knows(audit, page) -> None:
    body, buffers = page.ask("scores")
    found = {
        name: np.frombuffer(data, np.float32) for name, data in zip(body["columns"], buffers, strict=True)
    }
    assert list(found) == ["clarity", "polysemanticity", "redundancy", "pooled_mean", "pooled_active"]
    for name in ("clarity", "polysemanticity", "redundancy"):
        assert np.allclose(found[name], audit.scores()[name])
    assert np.array_equal(found["pooled_active"][20:], audit.db["features.3"].statistics["pooled_active"])
    body, [data] = page.ask("relevance", target="melanoma")
    assert np.array_equal(np.frombuffer(data, np.float32), audit.relevance("melanoma")["relevance"])
    assert "melanoma" in body["said"]
    assert "melanoma" in page.ask("relevance", target="melanona")[0]["message"]


def test_distributions_hold_statistics_and_the_examples(audit, page) -> None:
    body, [data] = page.ask("distributions", ids=[22, 3])
    rows = np.frombuffer(data, np.float32).reshape(2, -1)
    view = audit.db["features.3"]
    assert np.array_equal(rows[0][body["known"] :], view.activations[2])
    assert rows[0][1] == view.statistics["pooled_max"][2]
    assert np.isnan(rows[0][0])
    assert body["images"] == 40
    _, [everything] = page.ask("distributions", ids=None)
    again = np.frombuffer(everything, np.float32).reshape(36, -1)
    assert np.array_equal(again[[22, 3]], rows, equal_nan=True)


def test_whole_images_are_drawn_with_their_frame_or_their_heatmap(audit, page) -> None:
    _, [jpeg, other] = page.ask("example_strips", ids=[22, 3], mode="whole", tiles=4)
    strip = np.asarray(Image.open(io.BytesIO(jpeg))).astype(int)
    side = audit.db.tile
    assert strip.shape == (side, 4 * side, 3)
    view = audit.db["features.3"]
    for rank in range(4):
        shade = int(view.image_ids[2, rank])
        # A corner that no box reaches: boxes begin somewhere and span 0.4 of the view.
        x0, y0, _, _ = view.boxes[2, rank]
        if min(x0, y0) > 0.1:
            assert np.abs(strip[2, rank * side + 2] - [shade, 255 - shade, shade]).max() < 12
    _, [jpeg] = page.ask("example_strips", ids=[22], mode="heatmap", tiles=30)
    dark = np.asarray(Image.open(io.BytesIO(jpeg))).astype(int)
    assert dark.shape == (side, 6 * side, 3)
    heat = audit.db.heatmap(Component("features.3", 2), 0)
    shade = int(view.image_ids[2, 0])
    light = (0.16 + 0.84 * np.sqrt(heat / 255)).mean()
    assert dark[:, :side, 1].mean() == pytest.approx((255 - shade) * light, rel=0.06)
    assert "way to show" in page.ask("example_strips", ids=[22], mode="rotated", tiles=4)[0]["message"]
    assert other != jpeg


def test_the_neighbours_are_those_of_the_audit(audit, page) -> None:
    body, _ = page.ask("neighbours", component=22)
    table = audit.nearest(("features.3", 2), 12)
    names = list(zip(table["layer"], table["component"], strict=True))
    assert [tuple(page.widget.component(i)) for i in body["ids"]] == names
    assert body["similarity"] == [round(float(value), 4) for value in table["similarity"]]


def test_relevance_is_told_for_every_class_the_target_first(audit, page) -> None:
    audit.session.target = "melanoma"
    body, _ = page.ask("classes", component=25)
    assert [entry["name"] for entry in body["classes"]] == ["melanoma", "nevus"]
    # The live model gives component k the relevance k, of 16 components.
    assert body["classes"][0] == {"name": "melanoma", "relevance": 5.0, "share": 5 / 120, "place": 11}
    assert (body["components"], body["left_out"]) == (16, 0)
    bare = sw.NeuronGallery(sw.Audit(audit.db, audit.foundation_model))
    page.__init__(bare)
    assert "needs" in page.ask("classes", component=25)[0]["message"]
    bare.close()


def test_meanings_are_the_clusters_and_what_their_images_share(audit, page) -> None:
    body, _ = page.ask("meanings", component=22)
    split, data = audit.clusters(("features.3", 2)), audit.data(("features.3", 2))
    assert [cluster["size"] for cluster in body["clusters"]] == split.table["size"].tolist()
    assert sorted(rank for cluster in body["clusters"] for rank in cluster["ranks"]) == list(range(6))
    assert len(body["findings"]) == min(6, len(data.significant()))
    assert (body["images"], body["background"]) == (len(data), data.background)
    assert body["files"] == data.files
    found, _ = page.ask("neighbours", component=22, meaning=0)
    table = audit.nearest(("features.3", 2), 12, cluster=0)
    assert found["similarity"] == [round(float(value), 4) for value in table["similarity"]]
    assert "meaning" in page.ask("neighbours", component=22, meaning=99)[0]["message"]


def test_the_contact_sheet_shows_the_best_matches(audit, page, tmp_path) -> None:
    widget = page.widget
    assert sheet(audit).title == "The clearest components"
    audit.session.selection = [("features.0", 7)]
    assert [name for name, _, _ in sheet(audit).rows] == ["features.0:7"]
    audit.session.query = "ruler, -<b>hair</b>"
    found = sheet(audit)
    best = audit.match().sort_values("match", ascending=False, kind="stable").head(8)
    assert [name for name, _, _ in found.rows] == [
        f"{layer}:{index}" for layer, index in zip(best["layer"], best["component"], strict=True)
    ]
    assert found.rows[0][1].startswith(f"match {best['z'].iloc[0]:+.1f} σ")
    strip = found.strips()[0]
    for name in ("sheet.png", "sheet.svg", "sheet.pdf"):
        assert widget.save(tmp_path / name).stat().st_size > 1_000
    with Image.open(tmp_path / "sheet.png") as image:
        colours = np.asarray(image.convert("RGB")).reshape(-1, 3).astype(int)
    # The examples themselves are on it, not an empty frame.
    assert (np.abs(colours - strip[8, 8]).max(axis=1) < 4).sum() > 2_000
    figure = widget.to_plotly()
    assert len(figure.layout.images) == 8
    assert "<b>hair" not in figure.layout.title.text
    assert picture(widget.preview()) != picture(widget.drawing())
