"""Image files of every kind, damaged in every way: an RGB image or a reason, never anything else."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from slens_widgets.core.images import ImageSet
from slens_widgets.errors import UnreadableImageError


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def picture(mode: str = "RGB", size: tuple[int, int] = (37, 21)) -> Image.Image:
    channels = {"RGB": 3, "RGBA": 4, "CMYK": 4, "L": 1}[mode]
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], channels), dtype=np.uint8)
    return Image.frombytes(mode, size, pixels.tobytes())


def sixteen() -> Image.Image:
    return Image.fromarray(np.arange(400, dtype=np.uint16).reshape(20, 20) * 163)


CORPUS = {
    "png": saved(picture(), "PNG"),
    "png of one pixel": saved(picture(size=(1, 1)), "PNG"),
    "png of 16 bits": saved(sixteen(), "PNG"),
    "png with transparency": saved(picture("RGBA"), "PNG"),
    "png with a palette": saved(picture().quantize(16), "PNG"),
    "jpeg": saved(picture(), "JPEG"),
    "jpeg of CMYK": saved(picture("CMYK"), "JPEG"),
    "jpeg that is progressive": saved(picture(), "JPEG", progressive=True),
    "gif that moves": saved(picture(), "GIF", save_all=True, append_images=[picture("L")] * 3),
    "tiff": saved(picture(), "TIFF", compression="tiff_lzw"),
    "tiff of 16 bits": saved(sixteen(), "TIFF"),
    "webp": saved(picture(), "WEBP"),
    "webp that moves": saved(picture(), "WEBP", save_all=True, append_images=[picture()] * 2),
    "bmp": saved(picture(), "BMP"),
    "ppm": saved(picture(), "PPM"),
    "ico": saved(picture(size=(16, 16)), "ICO"),
}


def read(data: bytes, path: Path, suffix: str = "png") -> Image.Image | None:
    """Return the image in a file, None where it is refused as it should be; anything else fails."""
    file = path / f"x.{suffix}"
    file.write_bytes(data)
    images = ImageSet([file])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, of damaged metadata
        try:
            image = images[0]
        except UnreadableImageError:
            [skipped] = images.skipped
            assert skipped.reason
            return None
    assert image.mode == "RGB"
    assert min(image.size) >= 1
    image.tobytes()
    return image


@pytest.mark.parametrize("name", CORPUS)
def test_every_kind_is_read_and_no_beginning_of_it_crashes(name: str, tmp_path: Path) -> None:
    data = CORPUS[name]
    assert read(data, tmp_path) is not None
    for end in np.linspace(0, len(data) - 1, 25).astype(int):
        read(data[:end], tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"GIF89a",
        b"<svg onload='alert(1)'/>",
        b"%PDF-1.7",
        b"BM" + b"\xff" * 60,
        b"II*\0" + b"\xff" * 99,
    ],
)
def test_what_is_no_image_has_a_reason_whatever_its_suffix(data: bytes, tmp_path: Path) -> None:
    for suffix in ("png", "jpg", "tif"):
        assert read(data, tmp_path, suffix) is None


@pytest.mark.parametrize("side", [2**31 - 1, 60_000])
def test_huge_dimensions_are_refused_before_memory_is_asked_for(side: int, tmp_path: Path) -> None:
    bmp = bytearray(CORPUS["bmp"])
    bmp[18:26] = side.to_bytes(4, "little") * 2
    assert read(bytes(bmp), tmp_path, "bmp") is None
    ppm = f"P6 {side} {side} 255\n".encode() + b"\0" * 100
    assert read(ppm, tmp_path, "ppm") is None


def damaged(data: st.DataObject, original: bytes) -> bytes:
    """Return bytes with some changed, cut out, repeated or appended."""
    found = bytearray(original)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, max(0, len(found) - 1)))
        # Most of what decoders trust stands at the beginning.
        place = place % 64 if data.draw(st.booleans()) else place
        change: Callable[[], object] = data.draw(
            st.sampled_from(
                [
                    lambda place=place: found.__setitem__(
                        slice(place, place + 4), data.draw(st.binary(min_size=1, max_size=4))
                    ),
                    lambda place=place: found.__delitem__(
                        slice(place, place + data.draw(st.integers(1, 40)))
                    ),
                    lambda place=place: found.__setitem__(slice(place, place), found[place : place + 40]),
                    lambda: found.extend(data.draw(st.binary(max_size=40))),
                ]
            )
        )
        change()
    return bytes(found)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data(), name=st.sampled_from(sorted(CORPUS)))
def test_damaged_files_are_read_or_refused(data: st.DataObject, name: str, tmp_path_factory) -> None:
    read(damaged(data, CORPUS[name]), tmp_path_factory.getbasetemp())


@pytest.mark.slow
@settings(max_examples=6000, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), name=st.sampled_from(sorted(CORPUS)))
def test_many_damaged_files_are_read_or_refused(data: st.DataObject, name: str, tmp_path_factory) -> None:
    read(damaged(data, CORPUS[name]), tmp_path_factory.getbasetemp())
