"""Foundation models: images and texts into one space."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, Self, get_args

import numpy as np
import open_clip
import torch
from jaxtyping import Float
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL.Image import Image
from torch import Tensor, nn

from slens_widgets.core.fingerprint import fingerprint_of
from slens_widgets.core.hooks import default_device
from slens_widgets.core.int8 import quantize
from slens_widgets.core.weights import WAYS_OUT, load_weights, read_weights
from slens_widgets.errors import InputError, UnknownNameError, WeightsUnavailableError
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

Precision = Literal["auto", "float32", "bfloat16", "float16", "int8"]
"""Arithmetic of the towers; "auto": 16 bits where the hardware computes faster with them, else float32.

"int8" is for transformers on a CPU without bfloat16: the linear layers of the image tower multiply 8-bit
integers. What that costs depends on the weights: compare a few embeddings of your own first.
"""


class OpenClip:
    """A model of the open_clip library. Embeddings are float32 and not normalised.

    Parameters
    ----------
    name
        An architecture ("ViT-B-32"), "hf-hub:ORGANISATION/REPOSITORY", or "local-dir:FOLDER".
    pretrained
        A tag ("laion2b_s34b_b79k"), the path of a checkpoint, or "random" (seeded random weights, for tests
        and benchmarks). Not used with "hf-hub:" and "local-dir:".
    device
        Default: CUDA where there is one, else the CPU.
    precision
        "auto", "float32", "bfloat16", "float16" or "int8".
    batch_size
        Images per forward pass; default 32 on a CPU (8 with "int8") and 128 elsewhere.
    cache_dir
        Where downloads are kept and looked for.

    Raises
    ------
    UnknownNameError
        If open_clip has no such architecture or tag; the nearest are given.
    WeightsUnavailableError
        If the weights are not on disk and can't be downloaded.
    """

    name: str
    dim: int
    fingerprint: str

    def __init__(
        self,
        name: str,
        pretrained: str | os.PathLike[str] | None = None,
        *,
        device: torch.device | str | None = None,
        precision: Precision = "auto",
        batch_size: int | None = None,
        cache_dir: str | None = None,
    ) -> None:
        from_schema = name.startswith(("hf-hub:", "local-dir:"))
        tag = None if pretrained is None or from_schema else os.fspath(pretrained)
        path = _check_names(name, tag) if not from_schema else None
        seeded = torch.random.fork_rng(devices=[]) if tag == "random" else contextlib.nullcontext()
        with seeded:
            if tag == "random":
                torch.manual_seed(0)
            try:
                model, _, preprocess = open_clip.create_model_and_transforms(
                    name,
                    pretrained=None if tag == "random" or path else tag,
                    device="cpu",
                    cache_dir=cache_dir,
                )
                tokenizer = open_clip.get_tokenizer(name, cache_dir=cache_dir)
            except Exception as error:  # hub clients raise a dozen kinds of connection errors
                raise WeightsUnavailableError(
                    f"The weights of {name!r}{f' ({tag})' if tag else ''} can't be had: "
                    f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
                    next_step=WAYS_OUT,
                ) from error
        if path:
            load_weights(model, read_weights(path), str(path))
        whole = name if tag is None else f"{name}/{Path(tag).name if path else tag}"
        self._set(model, preprocess, tokenizer, whole, device, precision, batch_size)

    @classmethod
    def from_config(
        cls,
        config: Mapping[str, Any] | str | os.PathLike[str],
        weights: Mapping[str, Tensor] | str | os.PathLike[str] | None,
        *,
        name: str,
        device: torch.device | str | None = None,
        precision: Precision = "auto",
        batch_size: int | None = None,
    ) -> Self:
        """Make a foundation model of an open_clip configuration that the library need not know.

        Parameters
        ----------
        config
            The model's configuration (`embed_dim`, `vision_cfg`, `text_cfg`), or {"model_cfg": …,
            "preprocess_cfg": …} as in open_clip_config.json, or the path of such a JSON file.
        weights
            A state dict or the path of a checkpoint; None: as initialised from a fixed seed.
        name
            What to call it.
        """
        if isinstance(config, (str, os.PathLike)):
            try:
                config = json.loads(Path(config).read_text("utf-8"))
            except (OSError, ValueError) as error:
                raise InputError(f"The model configuration {str(config)!r} can't be read: {error}") from error
        settings: dict[str, Any] = deepcopy(dict(config))  # type: ignore[arg-type]
        preprocessing = settings.pop("preprocess_cfg", {})
        settings = settings.get("model_cfg", settings)
        missing = {"embed_dim", "vision_cfg", "text_cfg"} - set(settings)
        if missing:
            raise InputError(
                f"The model configuration lacks {sorted(missing)}", expected="an open_clip configuration"
            )
        custom = settings.pop("custom_text", False)
        text = settings["text_cfg"]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model = (open_clip.CustomTextCLIP if custom else open_clip.CLIP)(**settings)
        if weights is not None:
            given = weights if isinstance(weights, Mapping) else read_weights(weights)
            load_weights(model, given, name if isinstance(weights, Mapping) else str(weights))
        size = preprocessing.pop("size", settings["vision_cfg"].get("image_size", 224))
        preprocess = image_transform_v2(
            PreprocessCfg(**{**asdict(PreprocessCfg(size=size)), **preprocessing, "size": size}),
            is_train=False,
        )
        length = text.get("context_length", 77)
        if text.get("hf_tokenizer_name"):
            tokenizer: Any = open_clip.tokenizer.HFTokenizer(text["hf_tokenizer_name"], context_length=length)
        else:
            tokenizer = open_clip.SimpleTokenizer(context_length=length)
        made = cls.__new__(cls)
        made._set(model, preprocess, tokenizer, name, device, precision, batch_size)
        return made

    def _set(
        self,
        model: nn.Module,
        preprocess: Any,
        tokenizer: Any,
        name: str,
        device: torch.device | str | None,
        precision: Precision,
        batch_size: int | None,
    ) -> None:
        self.name = name
        self.device = default_device(device)
        self.precision = resolve_precision(precision, self.device)
        default = 128 if self.device.type != "cpu" else 8 if self.precision == "int8" else 32
        self.batch_size = batch_size or default
        self.preprocess = preprocess
        self.fingerprint = fingerprint_of(
            model, getattr(model.visual, "preprocess_cfg", None) or str(preprocess.transforms[-1])
        )
        self._model: Any = model.float().eval().requires_grad_(False).to(self.device)
        if self.precision == "int8":
            tower: Any = model.visual
            size = tower.image_size
            quantize(tower, torch.zeros(1, 3, *((size, size) if isinstance(size, int) else size)))
        # Convolutions of a CPU are up to half as long again in the default layout.
        self._layout = torch.channels_last if self.device.type == "cpu" else torch.contiguous_format
        self._tokenizer = tokenizer
        self.dim = int(self.encode_texts(["a"]).shape[1])

    def __repr__(self) -> str:
        return f"OpenClip({self.name!r}, dim={self.dim}, {self.device.type}, {self.precision})"

    @property
    def model(self) -> nn.Module:
        """The open_clip model."""
        return self._model

    def encode_images(self, images: Sequence[Image]) -> Float[np.ndarray, "image dim"]:
        """Embed images, after the model's own resizing and centre crop."""
        rows = [
            self._encode_pixels(batch) for batch in prepared_batches(images, self.preprocess, self.batch_size)
        ]
        return np.concatenate(rows) if rows else np.zeros((0, self.dim), np.float32)

    def _encode_pixels(self, pixels: Tensor) -> np.ndarray:
        with torch.inference_mode(), self._autocast():
            pixels = pixels.to(self.device, memory_format=self._layout)
            return self._model.encode_image(pixels).float().cpu().numpy()

    def encode_texts(self, texts: Sequence[str]) -> Float[np.ndarray, "text dim"]:
        """Embed texts; what exceeds the model's context is cut off."""
        if isinstance(texts, str):
            raise InputError("encode_texts was given one string", expected="a list of strings")
        rows = []
        for start in range(0, len(texts), 256):
            tokens = self._tokenizer(list(texts[start : start + 256])).to(self.device)
            with torch.inference_mode(), self._autocast():
                rows.append(self._model.encode_text(tokens).float().cpu().numpy())
        return np.concatenate(rows) if rows else np.zeros((0, self.dim), np.float32)

    def _autocast(self) -> Any:
        if self.precision in ("float32", "int8"):
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, getattr(torch, self.precision))


def prepared_batches(
    images: Sequence[Image], preprocess: Callable[[Image], Tensor], batch_size: int
) -> Iterator[Tensor]:
    """Yield preprocessed batches, the next one being prepared while the caller computes."""
    starts = range(0, len(images), batch_size)

    def prepare(start: int) -> Tensor:
        return torch.stack([preprocess(each) for each in images[start : start + batch_size]])

    if len(starts) < 2:
        yield from (prepare(start) for start in starts)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="slens-embed") as pool:
        upcoming = pool.submit(prepare, starts[0])
        for start in [*starts[1:], None]:
            batch = upcoming.result()
            if start is not None:
                upcoming = pool.submit(prepare, start)
            yield batch


def _check_names(name: str, tag: str | None) -> Path | None:
    """Check architecture and tag; return the path if the tag is one."""
    if name not in open_clip.list_models():
        raise UnknownNameError.of("open_clip model", name, open_clip.list_models())
    tags = open_clip.list_pretrained_tags_by_model(name)
    if tag is None:
        raise InputError(
            f"No weights were named for {name!r}",
            expected=f"pretrained= one of {', '.join(tags) or '(no tags)'}, a checkpoint's path, or 'random'",
        )
    if tag == "random" or tag in tags:
        return None
    path = Path(tag).expanduser()
    if path.is_file():
        return path
    if path.suffix or os.sep in tag:
        raise WeightsUnavailableError(f"There is no checkpoint at {tag!r}", next_step=WAYS_OUT)
    raise UnknownNameError.of(
        f"pretrained tag of {name!r}", tag, tags, next_step="A path of a checkpoint works too"
    )


def resolve_precision(
    precision: Precision, device: torch.device
) -> Literal["float32", "bfloat16", "float16", "int8"]:
    """Return what "auto" means on `device`; other choices as they are."""
    if precision not in get_args(Precision):
        known = ", ".join(f'"{each}"' for each in get_args(Precision))
        raise InputError(f"precision={precision!r}", expected=f"one of {known}")
    if precision == "int8" and device.type != "cpu":
        raise InputError(
            f'precision="int8" on {device.type}', expected="a CPU", next_step='Use "auto": 16 bits there'
        )
    if precision != "auto":
        return precision
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    # Without these instructions a CPU computes bfloat16 by converting, which is slower than float32.
    for probe in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        if device.type == "cpu" and getattr(torch.cpu, probe, lambda: False)():
            return "bfloat16"
    return "float32"
