from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import save_file

from slens_widgets.core.embedding import OpenClip, Precision, resolve_precision
from slens_widgets.core.fingerprint import fingerprint_of
from slens_widgets.core.int8 import Linear8, Patches8, quantize
from slens_widgets.errors import InputError, UnknownNameError, WeightsUnavailableError
from slens_widgets.types import FoundationModel
from tests.core.parts import pictures, small_cnn

CONFIG = {
    "embed_dim": 24,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 12, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}

CONFIG_OF_SOME_DEPTH = {
    "embed_dim": 96,
    "vision_cfg": {"image_size": 96, "layers": 6, "width": 192, "head_width": 32, "patch_size": 16},
    "text_cfg": {"context_length": 24, "vocab_size": 49408, "width": 96, "heads": 3, "layers": 4},
}

CONFIG_OF_A_RESNET = {
    **CONFIG,
    "vision_cfg": {"image_size": 32, "layers": [1, 1, 1, 1], "width": 8, "patch_size": None},
}


def some_depth(precision: Precision) -> OpenClip:
    return OpenClip.from_config(CONFIG_OF_SOME_DEPTH, None, name="some", device="cpu", precision=precision)


@pytest.fixture(scope="module")
def small() -> OpenClip:
    return OpenClip.from_config(CONFIG, None, name="small", device="cpu", precision="float32")


def test_a_model_of_ones_own_configuration(small: OpenClip, tmp_path: Path) -> None:
    assert isinstance(small, FoundationModel)
    assert (small.dim, small.name) == (24, "small")
    save_file(small.model.state_dict(), tmp_path / "w.safetensors")
    torch.save({"state_dict": small.model.state_dict()}, tmp_path / "w.pt")
    (tmp_path / "c.json").write_text(json.dumps({"model_cfg": CONFIG, "preprocess_cfg": {"mean": [0.5] * 3}}))
    images, texts = pictures(5), ["a ruler", "ink"]
    for weights in (tmp_path / "w.safetensors", tmp_path / "w.pt", small.model.state_dict()):
        again = OpenClip.from_config(CONFIG, weights, name="again", device="cpu", precision="float32")
        assert again.fingerprint == small.fingerprint
        assert np.array_equal(again.encode_images(images), small.encode_images(images))
        assert np.array_equal(again.encode_texts(texts), small.encode_texts(texts))
    other = OpenClip.from_config(tmp_path / "c.json", tmp_path / "w.safetensors", name="other", device="cpu")
    assert other.fingerprint != small.fingerprint  # another normalisation gives other embeddings


def test_embeddings_are_open_clips_own_in_float32_and_not_normalised(small: OpenClip) -> None:
    images = pictures(37)
    found = small.encode_images(images)
    pixels = torch.stack([small.preprocess(image) for image in images])
    with torch.no_grad():
        expected = small.model.encode_image(pixels).numpy()
    assert found.dtype == np.float32
    assert np.allclose(found, expected, atol=1e-5)
    assert np.abs(np.linalg.norm(found, axis=1) - 1).min() > 1e-3
    assert small.encode_images([]).shape == (0, 24)
    assert small.encode_texts([]).shape == (0, 24)
    assert small.encode_texts(["word " * 100]).shape == (1, 24)
    with pytest.raises(InputError, match="one string"):
        small.encode_texts("ruler")


def test_sixteen_bits_hardly_change_the_cosine() -> None:
    exact = some_depth("float32")
    images, texts = pictures(4), ["a photo of a dog", "ruler"]
    full_images, full_texts = exact.encode_images(images), exact.encode_texts(texts)
    exact.precision = "bfloat16"
    for full, half in ((full_images, exact.encode_images(images)), (full_texts, exact.encode_texts(texts))):
        cosine = (full * half).sum(1) / np.linalg.norm(full, axis=1) / np.linalg.norm(half, axis=1)
        assert cosine.min() >= 0.999


def test_eight_bits_hardly_change_the_cosine_whatever_is_in_the_batch() -> None:
    exact, rounded = some_depth("float32"), some_depth("int8")
    assert (rounded.fingerprint, rounded.batch_size) == (exact.fingerprint, 8)
    images = pictures(10)
    full, found = exact.encode_images(images), rounded.encode_images(images)
    cosine = (full * found).sum(1) / np.linalg.norm(full, axis=1) / np.linalg.norm(found, axis=1)
    assert cosine.min() >= 0.999
    assert not np.allclose(full, found, rtol=1e-5)
    assert np.array_equal(exact.encode_texts(["a ruler"]), rounded.encode_texts(["a ruler"]))
    alone = np.concatenate([rounded.encode_images([image]) for image in images])
    np.testing.assert_allclose(alone, found, rtol=1e-4, atol=1e-5)
    assert np.array_equal(pickle.loads(pickle.dumps(rounded)).encode_images(images), found)
    with pytest.raises(InputError, match="can't be had for ModifiedResNet"):
        OpenClip.from_config(CONFIG_OF_A_RESNET, None, name="resnet", device="cpu", precision="int8")
    with pytest.raises(InputError, match="on cuda"):
        resolve_precision("int8", torch.device("cuda"))


def test_a_layer_of_eight_bits_is_the_product_of_what_was_rounded() -> None:
    layer = torch.nn.Linear(24, 6)
    inputs = torch.randn(2, 5, 24) * torch.tensor([1.0, 100.0]).view(2, 1, 1)
    inputs[0, 0] = 0
    weight, x = layer.weight.detach().double().numpy(), inputs.double().numpy()
    steps = np.abs(weight).max(1) / 127
    scale = np.maximum(np.abs(x).max(2), 1e-12) / 127
    expected = np.rint(x / scale[..., None]) @ np.rint(weight / steps[:, None]).T
    expected = expected * scale[..., None] * steps + layer.bias.detach().numpy()
    found = Linear8(layer.weight, layer.bias)(inputs)
    # A value halfway between two levels may be rounded the other way in float32.
    assert np.mean(np.isclose(found, expected, rtol=1e-5, atol=1e-6)) >= 0.9
    np.testing.assert_allclose(found, expected, atol=2 * (scale.max() * np.abs(weight).max()))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_patches_of_eight_bits_are_the_convolution_s(layout: torch.memory_format) -> None:
    conv = torch.nn.Conv2d(3, 10, (4, 5), stride=(4, 5))
    # A last row and three columns belong to no patch.
    images = torch.randn(2, 3, 13, 23).contiguous(memory_format=layout)
    with torch.no_grad():
        expected, found = conv(images), Patches8(conv)(images)
    assert found.shape == expected.shape == (2, 10, 3, 4)
    assert float((found - expected).abs().max()) <= 0.02 * float(expected.abs().max())


def test_only_convolutions_whose_windows_lie_side_by_side_take_patches() -> None:
    apart = [torch.nn.Conv2d(3, 8, 4, stride=4), torch.nn.Conv2d(8, 8, 2, stride=2, bias=False)]
    others = [
        torch.nn.Conv2d(8, 8, 3, stride=3, padding=1),
        torch.nn.Conv2d(8, 8, 1),
        torch.nn.Conv2d(8, 8, 2, stride=2, groups=8),
        torch.nn.Conv2d(8, 8, 3, padding="same"),
    ]
    tower = torch.nn.Sequential(*apart, *others, torch.nn.Flatten(), torch.nn.Linear(8, 4))
    quantize(tower, torch.zeros(1, 3, 33, 33))
    assert [type(each) for each in tower[:2]] == [Patches8] * 2
    assert list(tower[2:6]) == others
    assert isinstance(tower[-1], Linear8)


def test_the_precision_follows_the_hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: False)
    assert resolve_precision("auto", torch.device("cpu")) == "float32"
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True)
    assert resolve_precision("auto", torch.device("cpu")) == "bfloat16"
    assert resolve_precision("float32", torch.device("cpu")) == "float32"
    with pytest.raises(InputError, match="precision='half'"):
        resolve_precision("half", torch.device("cpu"))


def test_weights_that_cannot_be_had_name_the_ways_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import huggingface_hub

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError("no route to host")

    # The one place where the network would be used; without it the test would depend on a connection.
    monkeypatch.setattr(open_clip.factory, "download_pretrained", refuse)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    for name, tag in (("RN50", "openai"), ("hf-hub:nobody/nothing", None)):
        with pytest.raises(WeightsUnavailableError, match="pretrained=PATH") as caught:
            OpenClip(name, tag, device="cpu", cache_dir=str(tmp_path))
        assert "HF_HOME" in str(caught.value)
        assert "lab.open_audit" in str(caught.value)
    with pytest.raises(WeightsUnavailableError, match="no checkpoint at"):
        OpenClip("RN50", str(tmp_path / "missing.pt"))


def test_names_and_tags_are_checked_before_anything_is_loaded() -> None:
    with pytest.raises(UnknownNameError, match="ViT-B-32"):
        OpenClip("vit-b32")
    with pytest.raises(UnknownNameError, match="laion2b_s34b_b79k"):
        OpenClip("ViT-B-32", "laion2b_s34b")
    with pytest.raises(InputError, match="No weights were named"):
        OpenClip("ViT-B-32")


def test_checkpoints_are_loaded_whole_and_never_executed(small: OpenClip, tmp_path: Path) -> None:
    weights = small.model.state_dict()
    partial = {key: value for key, value in weights.items() if "ln_final" not in key}
    with pytest.raises(InputError, match="2 are missing"):
        OpenClip.from_config(CONFIG, partial, name="x")
    with pytest.raises(InputError, match="other shapes"):
        OpenClip.from_config(CONFIG, {**weights, "text_projection": torch.zeros(3, 3)}, name="x")
    with pytest.raises(InputError, match="lacks"):
        OpenClip.from_config({"embed_dim": 3}, None, name="x")

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "executed",))  # type: ignore[return-value]

    torch.save({"state_dict": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(WeightsUnavailableError, match="can't be read"):
        OpenClip.from_config(CONFIG, tmp_path / "evil.pt", name="x")
    assert not (tmp_path / "executed").exists()


def test_fingerprints_tell_weights_and_architectures_apart() -> None:
    assert fingerprint_of(small_cnn(0)) == fingerprint_of(small_cnn(0))
    assert fingerprint_of(small_cnn(0)) != fingerprint_of(small_cnn(1))
    changed = small_cnn(0)
    changed[2] = torch.nn.GELU()
    assert fingerprint_of(small_cnn(0)) != fingerprint_of(changed)
