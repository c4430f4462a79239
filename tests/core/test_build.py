from __future__ import annotations

import io
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from torchvision import transforms as T

import slens_widgets as sw
from slens_widgets.conceptdb import TILE
from slens_widgets.core.build import build
from slens_widgets.core.images import ImageSet
from slens_widgets.core.views import Views
from slens_widgets.errors import Cancelled, DatabaseError, InputError, ModelError, UnknownNameError
from tests.core.parts import TRANSFORM, HashModel, Tokens, pictures, small_cnn, state_of, unsettled


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Images of two classes and different sizes, with files that are no images among them."""
    (tmp_path / "images" / "a").mkdir(parents=True)
    (tmp_path / "images" / "b").mkdir()
    for i, image in enumerate([*pictures(12, size=(40, 48)), *pictures(12, 1, size=(64, 40))]):
        image.save(tmp_path / "images" / "ab"[i % 2] / f"{i:02}.png")
    (tmp_path / "images" / "a" / "05_broken.jpg").write_bytes(b"no")
    return tmp_path / "images"


def everything(db: sw.ConceptDB) -> dict[str, object]:
    provenance = {key: value for key, value in db.provenance.items() if key != "created"}
    found: dict[str, object] = {"provenance": provenance}
    for layer in db.layers:
        view = db[layer]
        for name in ("embeddings", "image_ids", "activations", "boxes", "theta"):
            found[f"{layer}/{name}"] = np.asarray(getattr(view, name)).tobytes()
        found[f"{layer}/statistics"] = {name: each.tobytes() for name, each in view.statistics.items()}
    for component in db.components:
        found[f"strip {component}"] = db.strip(component)
        found[f"heatmap {component}"] = db.heatmap(component, 1).tobytes()
    if db.probe is not None:
        found["kept"] = (db.probe.ids.tobytes(), db.probe.names, db.probe.embeddings.tobytes())
        found |= {f"{layer}/kept": db.probe.activations(layer).tobytes() for layer in db.layers}
    for record in db.images():
        found[f"image {record.id}"] = (record, db.picture(record.id))
    return found


def test_a_build_holds_together(folder: Path, tmp_path: Path, device: str) -> None:
    model, hashed = unsettled(small_cnn()), HashModel()
    before = state_of(model)
    images = ImageSet(folder)
    db = build(
        model,
        images,
        ["4", "7", "12"],
        hashed,
        tmp_path / "x.slens",
        transform=TRANSFORM,
        m=4,
        device=device,
        crop_threshold=0.3,
        progress=False,
    )
    assert state_of(model) == before
    assert db.layers == ["4", "7", "12"]
    assert len(db.components) == 10 + 12 + 4
    broken = next(id for id in range(len(images)) if "broken" in images.name(id))
    assert db.provenance["images"]["skipped"][0]["id"] == broken
    assert db.provenance["images"]["count"] == 24
    assert db.provenance["relevance"]["methods"] == {"4": "crp", "7": "crp", "12": "crp"}
    assert db.provenance["view"] == {"height": 32, "width": 32}
    crops = set()
    views = Views(TRANSFORM)
    for layer in db.layers:
        view = db[layer]
        assert broken not in view.image_ids
        assert (np.diff(view.activations, axis=1) <= 0).all()
        for component in range(len(view)):
            for rank in range(4):
                id, box = int(view.image_ids[component, rank]), tuple(map(float, view.boxes[component, rank]))
                crops.add((id, box))
                image = images[id]
                crop = views.of(*image.size).cut(image, box, longest=448)
                expected = hashed.encode_images([crop])[0]
                assert np.allclose(view.embeddings[component, rank], expected, atol=1e-3)
                hashed.embedded -= 1
    assert hashed.embedded == len(crops) + 1  # the union of the crops, each once, and one to try
    strip = Image.open(io.BytesIO(db.strip(("4", 3))))
    assert strip.size == (4 * TILE, TILE)
    id, box = int(db["4"].image_ids[3, 2]), tuple(map(float, db["4"].boxes[3, 2]))
    tile = ImageOps.fit(views.of(*images[id].size).cut(images[id], box), (TILE, TILE))
    drawn = np.asarray(strip.crop((2 * TILE, 0, 3 * TILE, TILE)), float)
    assert np.abs(drawn - np.asarray(tile, float)).mean() < 12
    record = db.image(id)
    assert (record.width, record.height) == images[id].size
    assert record.label == images.labels[id]
    picture = Image.open(io.BytesIO(db.picture(id)))
    assert max(picture.size) <= 256
    assert db.heatmap(("7", 0), 0).max() == 255


def test_two_builds_are_equal_in_everything_but_the_date(folder: Path, tmp_path: Path) -> None:
    def made(name: str) -> dict[str, object]:
        return everything(
            build(
                small_cnn(),
                folder,
                ["4", "7"],
                HashModel(),
                tmp_path / name,
                transform=TRANSFORM,
                m=5,
                device="cpu",
                progress=False,
            )
        )

    first, second = made("a.slens"), made("b.slens")
    assert first.keys() == second.keys()
    assert [key for key in first if first[key] != second[key]] == []


def test_whole_images_are_embedded_once_each(folder: Path, tmp_path: Path) -> None:
    hashed = HashModel()
    db = build(
        small_cnn(),
        folder,
        ["4", "7"],
        hashed,
        tmp_path / "x.slens",
        transform=TRANSFORM,
        m=3,
        relevance=None,
        device="cpu",
        progress=False,
    )
    assert hashed.embedded == 24 + 1  # one to try
    assert (db["4"].boxes == (0, 0, 1, 1)).all()
    assert db["4"].relevance == "none"
    assert db.provenance["relevance"]["method"] is None


@pytest.mark.parametrize("keep", [0, 7, 100])
def test_activations_of_the_probe_images_are_kept(folder: Path, tmp_path: Path, keep: int) -> None:
    model, images, hashed = small_cnn(), ImageSet(folder), HashModel()
    arguments = {"transform": TRANSFORM, "m": 3, "device": "cpu", "progress": False}
    db = build(model, images, ["4", "7"], hashed, tmp_path / "x.slens", keep=keep, **arguments)
    if keep == 0:
        assert db.probe is None
        assert "keep=0" in db.lacks[0]
        return
    probe = db.probe
    readable = [id for id in range(len(images)) if "broken" not in images.name(id)]
    assert len(probe) == db.provenance["kept"] in range(min(keep, 24) - 1, min(keep, 24) + 1)
    assert set(probe.ids) <= set(readable)
    assert probe.names == tuple(images.name(id) for id in probe.ids)
    assert probe.labels.tolist() == [images.labels[id] for id in probe.ids]
    assert db.lacks == []
    view = Views(TRANSFORM)
    whole = [view.of(*images[id].size).cut(images[id], longest=448) for id in probe.ids]
    np.testing.assert_allclose(probe.embeddings, hashed.encode_images(whole), atol=1e-3)
    for layer in db.layers:
        with torch.no_grad():
            stack = torch.stack([TRANSFORM(images[id]) for id in probe.ids])
            expected = model.eval()[: int(layer) + 1](stack).amax((2, 3)).numpy().T
        kept = probe.activations(layer)
        largest = np.abs(expected).max(axis=1, keepdims=True)
        assert (np.abs(kept - expected) <= 1e-3 * np.abs(expected) + 1e-6 * largest + 1e-6).all()
        np.testing.assert_array_equal(probe.activations(layer, [2, 0]), kept[[2, 0]])
    # What is kept changes nothing else.
    without = build(model, images, ["4", "7"], hashed, tmp_path / "y.slens", keep=0, **arguments)
    ours, theirs = everything(db), everything(without)
    assert [key for key in theirs if ours[key] != theirs[key]] == ["provenance"]


@pytest.mark.parametrize("pooling", ["max", "mean", "cls"])
def test_tokens(folder: Path, tmp_path: Path, pooling: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        db = build(
            Tokens(),
            folder,
            "mlp",
            HashModel(),
            tmp_path / "x.slens",
            transform=TRANSFORM,
            m=3,
            pooling=pooling,
            device="cpu",
            progress=False,
        )
    assert db["mlp"].relevance == "activation"
    assert "'mlp' gets activation maps" in caplog.text
    assert db.provenance["pooling"] == pooling


def test_nothing_is_written_when_something_is_wrong(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.slens"

    def attempt(**changes: object) -> None:
        arguments = {
            "model": small_cnn(),
            "images": folder,
            "layers": ["4"],
            "foundation_model": HashModel(),
            "out": out,
            "transform": TRANSFORM,
            "m": 3,
            "device": "cpu",
            "progress": False,
            **changes,
        }
        build(**arguments)

    class Short(HashModel):
        def encode_images(self, images: object) -> np.ndarray:
            return super().encode_images(images)[:, :8]

    def cancel(done: int, total: int, stage: str) -> None:
        if stage == "relevance":
            raise Cancelled("A newer build began")

    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "x.jpg").write_bytes(b"no")
    for changes, error, message in [
        ({"layers": ["44"]}, UnknownNameError, "no layer '44'"),
        ({"m": 26}, InputError, "m=26 examples of 25"),
        ({"m": 25}, InputError, "24 readable.*broken"),
        ({"transform": T.Compose([T.RandomCrop(32), T.ToTensor()])}, InputError, "random"),
        ({"foundation_model": object()}, InputError, "foundation model"),
        ({"foundation_model": Short()}, ModelError, "shape"),
        ({"relevance": "lime"}, InputError, "relevance"),
        ({"crop_threshold": 2}, InputError, "threshold"),
        ({"keep": -1}, InputError, "keep=-1"),
        ({"images": broken, "m": 1}, InputError, "None of the 1 images"),
        ({"progress": cancel}, Cancelled, "newer"),
    ]:
        with pytest.raises(error, match=message):
            attempt(**changes)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "images"]
    attempt()
    with pytest.raises((InputError, DatabaseError)):
        attempt(m=2)
    attempt(m=2, overwrite=True)
    assert sw.open(out).m == 2


def test_stages_report_their_progress(folder: Path, tmp_path: Path) -> None:
    calls: list[tuple[int, int, str]] = []
    report: Callable[[int, int, str], None] = lambda *call: calls.append(call)  # noqa: E731
    build(
        small_cnn(),
        folder,
        ["12"],
        HashModel(),
        tmp_path / "x.slens",
        transform=TRANSFORM,
        m=3,
        device="cpu",
        progress=report,
    )
    assert list(dict.fromkeys(stage for _, _, stage in calls)) == ["collect", "relevance", "embed", "write"]
    last = {stage: (done, total) for done, total, stage in calls}
    assert last["relevance"] == (12, 12)
    assert last["write"] == (4, 4)
