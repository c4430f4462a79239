"""Train the lab's CLIP: random views of synthetic images, captioned with what the masks say is in them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int8, UInt8
from open_clip.model import CLIP
from torch import Tensor, nn
from torch.nn import functional

from slens_widgets.lab.captions import attribute_truth, write_captions
from slens_widgets.lab.factors import INDEX
from slens_widgets.lab.lesion import SIZE
from slens_widgets.lab.world import CELLS
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

CONFIG = Path(__file__).parent / "clip_config.json"
STEPS = 1200
SCHEDULE = 2600
"""Steps over which the learning rate falls; after `STEPS` of them the validation figures are flat."""
BATCH = 128
_EXTRA_CAPTIONS = 64
_CROP_SHARE = 0.65
_CROP_CELLS = (7, 8, 10, 12, 14, 16, 18, 20, 22)
_STEP = SIZE // CELLS
# open_clip's defaults for a model without a preprocessing configuration.
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_DEVIATION = (0.26862954, 0.26130258, 0.27577711)


def new_model() -> CLIP:
    """Return the untrained model that the packaged configuration describes."""
    return CLIP(**json.loads(CONFIG.read_text()))


def visible(
    coverage: UInt8[np.ndarray, "image mask row column"], x: np.ndarray, y: np.ndarray, cells: np.ndarray
) -> tuple[Int8[np.ndarray, "image factor"], Float[np.ndarray, " image"]]:
    """Return which factors square views show: 1 visible, 0 not there, -1 too little to tell; and the
    fraction of the lesion that they show.
    """
    sums = np.zeros((*coverage.shape[:2], CELLS + 1, CELLS + 1), dtype=np.int32)
    np.cumsum(np.cumsum(coverage, axis=2, dtype=np.int32), axis=3, out=sums[:, :, 1:, 1:])
    rows = np.arange(len(coverage))
    inside = sums[rows, :, y + cells, x + cells] - sums[rows, :, y, x + cells]
    inside = inside - sums[rows, :, y + cells, x] + sums[rows, :, y, x]
    fraction = inside / np.maximum(sums[:, :, -1, -1], 1)
    share = inside / (cells[:, None] * _STEP) ** 2
    seen = np.full(fraction.shape, -1, dtype=np.int8)
    seen[(fraction >= 0.35) | (share >= 0.06)] = 1
    seen[(inside < 12) | ((fraction < 0.04) & (share < 0.01))] = 0
    return seen[:, :-1], fraction[:, -1]


def draw_views(
    rng: np.random.Generator,
    images: UInt8[np.ndarray, "image height width 3"],
    coverage: UInt8[np.ndarray, "image mask row column"],
    size: int,
) -> tuple[Float[Tensor, "image 3 height width"], Int8[np.ndarray, "image attribute"]]:
    """Cut a random view of each image (65 % square crops, else all of it); return them with their truth."""
    n = len(images)
    cells = np.where(rng.random(n) < _CROP_SHARE, rng.choice(_CROP_CELLS, n), CELLS)
    x, y = rng.integers(0, CELLS - cells + 1), rng.integers(0, CELLS - cells + 1)
    seen, lesion_seen = visible(coverage, x, y, cells)
    # A view that cuts most of the lesion off still shows its colour, not whether its outline is whole.
    seen[(seen[:, INDEX["asymmetry"]] == 1) & (lesion_seen < 0.85), INDEX["asymmetry"]] = -1
    truth = attribute_truth(seen, lesion_seen, cells / CELLS)
    batch = torch.empty(n, 3, size, size)
    for side in np.unique(cells):
        members = np.flatnonzero(cells == side)
        cut = np.stack(
            [
                images[i, y[i] * _STEP : (y[i] + side) * _STEP, x[i] * _STEP : (x[i] + side) * _STEP]
                for i in members
            ]
        )
        pixels = torch.from_numpy(cut).permute(0, 3, 1, 2).float()
        resized = functional.interpolate(pixels, (size, size), mode="bicubic", antialias=True)
        batch[torch.from_numpy(members)] = resized.clamp(0, 255)
    mirrored = torch.from_numpy(rng.random(n) < 0.5)
    batch[mirrored] = batch[mirrored].flip(3)
    upside_down = torch.from_numpy(rng.random(n) < 0.5)
    batch[upside_down] = batch[upside_down].flip(2)
    return normalise(batch), truth


def normalise(pixels: Float[Tensor, "image 3 height width"]) -> Float[Tensor, "image 3 height width"]:
    """Return pixels in [0, 255] as the image tower expects them."""
    return (pixels / 255 - torch.tensor(_MEAN).view(3, 1, 1)) / torch.tensor(_DEVIATION).view(3, 1, 1)


def multi_positive_loss(
    logits: Float[Tensor, "caption image"], truth: Int8[Tensor, "caption image"]
) -> Float[Tensor, ""]:
    """Return the InfoNCE loss in which every true pair competes with the false pairs of its row, in both
    directions; pairs of unknown truth take no part.
    """
    total = logits.new_zeros(())
    for scores, true in ((logits, truth), (logits.T, truth.T)):
        against = scores.masked_fill(true != 0, -1e4).logsumexp(dim=1, keepdim=True)
        positive = (true == 1).float()
        loss = functional.softplus(against - scores) * positive
        rows = positive.sum(dim=1)
        total = total + (loss.sum(dim=1) / rows.clamp(min=1))[rows > 0].mean()
    return total / 2


def train_clip(
    images: UInt8[np.ndarray, "image height width 3"],
    coverage: UInt8[np.ndarray, "image mask row column"],
    *,
    seed: int = 0,
    steps: int = STEPS,
    report: Callable[[int, nn.Module], None] | None = None,
    report_every: int = 300,
) -> nn.Module:
    """Train the CLIP from nothing; `report` is called with the step and the model now and then."""
    from open_clip import SimpleTokenizer

    torch.manual_seed(seed)
    rng = np.random.default_rng([seed, 9])
    model = new_model()
    model.visual.to(memory_format=torch.channels_last)
    size = json.loads(CONFIG.read_text())["vision_cfg"]["image_size"]
    tokenize = SimpleTokenizer(context_length=32)
    decayed = [p for p in model.parameters() if p.ndim >= 2 and p is not model.token_embedding.weight]
    others = [p for p in model.parameters() if p.ndim < 2]
    tokens_only = torch.optim.SparseAdam([model.token_embedding.weight], lr=1e-3)
    model.token_embedding.sparse = True
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}], lr=1e-3
    )
    warmup, horizon = 150, max(SCHEDULE, steps)
    begin, running = time.perf_counter(), 0.0
    model.train()
    for step in range(steps):
        rate = 1.5e-3 * min((step + 1) / warmup, 0.5 * (1 + np.cos(np.pi * step / horizon)) + 0.01)
        for group in (*optimizer.param_groups, *tokens_only.param_groups):
            group["lr"] = rate
        rows = rng.integers(0, len(images), BATCH)
        batch, attributes = draw_views(rng, images[rows], coverage[rows], size)
        texts, truth = write_captions(rng, attributes, _EXTRA_CAPTIONS)
        image_features = model.encode_image(batch.to(memory_format=torch.channels_last), normalize=True)
        text_features = model.encode_text(tokenize(texts), normalize=True)
        logits = model.logit_scale.exp() * text_features @ image_features.T
        loss = multi_positive_loss(logits, torch.from_numpy(truth))
        optimizer.zero_grad()
        tokens_only.zero_grad()
        loss.backward()
        optimizer.step()
        tokens_only.step()
        with torch.no_grad():
            model.logit_scale.clamp_(0, 4.6)
        running += loss.item()
        if (step + 1) % 50 == 0:
            pace = (time.perf_counter() - begin) / (step + 1)
            logger.info("CLIP step %d of %d: loss %.3f, %.2f s a step", step + 1, steps, running / 50, pace)
            running = 0.0
        if report is not None and ((step + 1) % report_every == 0 or step + 1 == steps):
            model.eval()
            report(step + 1, model)
            model.train()
    return model.eval()
