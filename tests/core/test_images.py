from __future__ import annotations

import io
import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from slens_widgets.core.images import ImageSet
from slens_widgets.errors import InputError, UnreadableImageError
from tests.core.parts import pictures

RED = (200, 30, 40)


def red(mode: str = "RGB") -> Image.Image:
    return Image.new("RGB", (12, 8), RED).convert(mode)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every kind of file that an image folder may hold."""
    red().save(tmp_path / "a_plain.png")
    red("L").save(tmp_path / "b_gray.png")
    red("CMYK").save(tmp_path / "c_cmyk.jpg", quality=95)
    red("P").save(tmp_path / "d_palette.png")
    clear = Image.new("RGBA", (12, 8), (*RED, 0))
    clear.paste((*RED, 255), (0, 0, 6, 8))
    clear.save(tmp_path / "e_rgba.png")
    Image.fromarray(np.full((8, 12), 257 * 100, np.uint16)).save(tmp_path / "f_16bit.png")
    rotated = Image.new("RGB", (12, 8), RED)
    exif = Image.Exif()
    exif[0x0112] = 6
    rotated.save(tmp_path / "g_rotated.jpg", exif=exif)
    whole = io.BytesIO()
    pictures(1, size=(64, 64))[0].save(whole, "JPEG")
    (tmp_path / "h_truncated.jpg").write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    (tmp_path / "i_empty.jpg").write_bytes(b"")
    (tmp_path / "j_notes.txt").write_text("not an image")
    (tmp_path / "k_bomb.png").write_bytes(bomb())
    (tmp_path / "l_fake.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    (tmp_path / ".hidden").write_bytes(b"x")
    return tmp_path


def bomb() -> bytes:
    """Return a PNG of 60,000×60,000 pixels in a few bytes."""
    file = io.BytesIO()
    Image.new("1", (8, 8)).save(file, "PNG")
    data = bytearray(file.getvalue())
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


def test_every_kind_of_file_is_converted_or_listed(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    images = ImageSet(folder)
    with caplog.at_level(logging.WARNING):
        read = dict(images.stream(range(len(images)), lambda id, image: image))
    assert [images.name(id)[0] for id in read] == list("abcdefg")
    assert {entry.name[0]: entry.id for entry in images.skipped} == {"h": 7, "i": 8, "j": 9, "k": 10, "l": 11}
    reasons = {entry.name[0]: entry.reason for entry in images.skipped}
    assert "empty" in reasons["i"]
    assert "not an image" in reasons["j"]
    assert "truncated" in reasons["h"]
    assert "limit" in reasons["k"]
    assert all(image.mode == "RGB" for image in read.values())
    assert np.abs(np.asarray(read[0]) - np.array(RED)).max() == 0
    assert np.abs(np.asarray(read[2]).astype(int) - np.array(RED)).max() < 12
    assert np.asarray(read[4])[0, -1].tolist() == [255, 255, 255]
    assert np.asarray(read[4])[0, 0].tolist() == list(RED)
    assert np.asarray(read[5])[0, 0].tolist() == [100, 100, 100]
    assert read[6].size == (8, 12)
    warnings = [record for record in caplog.records if "skipped" in record.message]
    assert len(warnings) == 1
    assert "5 of 12" in warnings[0].message


def test_a_bad_file_keeps_its_place_and_its_reason(folder: Path) -> None:
    images = ImageSet(folder)
    for _ in range(2):
        with pytest.raises(UnreadableImageError, match=r"i_empty\.jpg.*empty"):
            images[8]
    assert images.check() == [0, 1, 2, 3, 4, 5, 6]
    with pytest.raises(UnreadableImageError):
        list(ImageSet(folder, on_bad="raise").stream(range(12), lambda id, image: None))


def test_a_size_limit_of_ones_own_is_checked_before_decoding() -> None:
    images = ImageSet([np.zeros((20, 30, 3), np.uint8), np.zeros((20, 10, 3), np.uint8)], max_pixels=300)
    assert images.check() == [0, 1]  # pictures in memory are read when they are used
    with pytest.raises(UnreadableImageError, match="30×20 pixels"):
        images[0]
    assert images[1].size == (10, 20)


def test_class_subfolders_give_labels(tmp_path: Path) -> None:
    for label in ("nevus", "melanoma"):
        (tmp_path / label).mkdir()
        red().save(tmp_path / label / "x.png")
    (tmp_path / "README").write_text("about")
    images = ImageSet(tmp_path)
    assert images.class_names == ["melanoma", "nevus"]
    assert {images.name(id): label for id, label in enumerate(images.labels)} == {
        "README": -1,
        "melanoma/x.png": 0,
        "nevus/x.png": 1,
    }


def test_arrays_tensors_pairs_and_datasets_are_the_same_pictures(tmp_path: Path) -> None:
    array = np.stack([np.asarray(each) for each in pictures(3)])
    paths = []
    for i, picture in enumerate(array):
        paths.append(tmp_path / f"{i}.png")
        Image.fromarray(picture).save(paths[-1])
    tensor = torch.from_numpy(array).permute(0, 3, 1, 2)

    class TorchDataset(torch.utils.data.Dataset):
        def __len__(self) -> int:
            return 3

        def __getitem__(self, i: int) -> tuple[Image.Image, int]:
            return Image.fromarray(array[i]), i % 2

    class ClassLabel:
        names = ("even", "odd")

    class HuggingFaceDataset:
        features = {"image": None, "label": ClassLabel()}  # noqa: RUF012

        def __len__(self) -> int:
            return 3

        def __getitem__(self, key: int | str) -> object:
            if key == "label":
                return [0, 1, 0]
            return {"image": {"bytes": paths[int(key)].read_bytes(), "path": None}, "label": int(key) % 2}

    pairs = [(Image.fromarray(each), i % 2) for i, each in enumerate(array)]
    kinds = [array, list(array), tensor, list(tensor), array / 255.0, paths, [str(path) for path in paths],
             pairs, TorchDataset(), HuggingFaceDataset(), ImageSet(array)]  # fmt: skip
    for kind in kinds:
        images = ImageSet(kind)
        assert len(images) == 3
        for id in range(3):
            assert np.array_equal(np.asarray(images[id]), array[id]), type(kind)
    for kind in (pairs, TorchDataset(), HuggingFaceDataset()):
        assert ImageSet(kind).labels == [0, 1, 0]
    assert ImageSet(HuggingFaceDataset()).class_names == ["even", "odd"]
    assert ImageSet(array).labels is None


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("/no/such/folder", "does not exist"),
        ([], "no images"),
        (3, "Images given as int"),
        ([1, 2], "A list of int"),
        (np.zeros((4, 5)), "not a list of images"),
    ],
)
def test_what_is_no_image_source_is_refused(source: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        ImageSet(source)


def test_normalised_tensors_are_refused_with_a_reason() -> None:
    images = ImageSet([torch.randn(3, 8, 8), torch.full((3, 8, 8), float("nan"))])
    with pytest.raises(UnreadableImageError, match="before normalisation"):
        images[0]
    with pytest.raises(UnreadableImageError, match="not finite"):
        images[1]


def test_labels_and_names_have_one_entry_per_image() -> None:
    with pytest.raises(InputError, match="2 labels for 3 images"):
        ImageSet(pictures(3), labels=[0, 1])
    images = ImageSet(pictures(2), labels=[1, 0], names=["x", "y"], class_names=["no", "yes"])
    assert (images.labels, images.name(1), images.class_names) == ([1, 0], "y", ["no", "yes"])


def test_the_fingerprint_knows_contents_and_names(folder: Path) -> None:
    first = ImageSet(folder).fingerprint()
    assert first == ImageSet(folder).fingerprint()
    red("L").convert("RGB").save(folder / "a_plain.png")
    assert first != ImageSet(folder).fingerprint()
    assert ImageSet(pictures(2)).fingerprint() != ImageSet(pictures(2), names=["a", "b"]).fingerprint()


def test_streaming_keeps_order_and_raises_what_prepare_raises() -> None:
    images = ImageSet(pictures(20))
    assert [id for id, _ in images.stream(range(19, -1, -1), lambda id, image: id, ahead=4)] == list(
        range(19, -1, -1)
    )

    def prepare(id: int, image: Image.Image) -> None:
        if id == 7:
            raise RuntimeError("seven")

    with pytest.raises(RuntimeError, match="seven"):
        list(images.stream(range(20), prepare))
