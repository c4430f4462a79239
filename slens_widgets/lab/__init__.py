"""The embedded lab: a synthetic dermoscopy world with known ground truth, ready to be audited."""

from __future__ import annotations

import hashlib
import os
import shutil
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Int64, UInt8

from slens_widgets.core.progress import bar_of
from slens_widgets.errors import InputError
from slens_widgets.lab.factors import ARTEFACTS, FACTORS, VALID
from slens_widgets.lab.renderer import render
from slens_widgets.lab.world import (
    BIASES,
    CLASS_NAMES,
    GROUP_NAMES,
    HELD_OUT_SPLITS,
    SPLITS,
    groups,
    render_set,
    sample,
    split,
)
from slens_widgets.untrusted import logger_of
from slens_widgets.vocabularies import Vocabulary, register

if TYPE_CHECKING:
    import pandas as pd

    from slens_widgets.audit import Audit, Evaluation
    from slens_widgets.conceptdb import ConceptDB
    from slens_widgets.lab.classifier import Classifier
    from slens_widgets.lab.clip import LabClip

__all__ = [
    "ARTEFACTS",
    "BIASES",
    "CLASS_NAMES",
    "FACTORS",
    "GROUP_NAMES",
    "SPURIOUS_CONCEPTS",
    "VALID",
    "VALID_CONCEPTS",
    "database",
    "evaluation",
    "foundation_model",
    "image_set",
    "is_held_out",
    "metadata",
    "model",
    "open_audit",
    "vocabulary",
    "weights_folder",
]

logger = logger_of(__name__)

VALID_CONCEPTS: tuple[str, ...] = tuple(factor.prompt for factor in FACTORS if factor.valid)
"""What a melanoma classifier should rest on, as the lab's CLIP knows it."""
SPURIOUS_CONCEPTS: tuple[str, ...] = tuple(factor.prompt for factor in FACTORS if not factor.valid)
"""What it should not rest on."""

LAYER = "features.14"
"""The layer of the database: the second-to-last convolution, behind its BatchNorm and ReLU. The last one is
easier to read, but it is too late there to prune."""
CROP_THRESHOLD = 0.2
"""Share of a heatmap's maximum that a crop keeps. On 96-pixel images 1 % keeps nearly the whole image."""
EXAMPLES = 100
"""Examples per component: with a third as many, a channel's extremes hide what it encodes in general."""


def vocabulary() -> Vocabulary:
    """Return the lab's factors, each with the phrases that the lab's CLIP knows for it."""
    from slens_widgets.lab.captions import PHRASES

    phrases = {factor.prompt: PHRASES[factor.name] for factor in FACTORS}
    return Vocabulary(tuple(phrases), phrases)


register("lab", vocabulary)


def foundation_model() -> LabClip:
    """Return the lab's CLIP."""
    from slens_widgets.lab.clip import load_clip

    return load_clip()


def model(seed: int = 0, bias: int = BIASES[-1], cache: str | Path | None = None) -> Classifier:
    """Return one of the classifiers (seeds 0 to 5, each trained at every bias), in evaluation mode.

    Those of seeds 3 to 5 are held out: nothing was ever chosen on them. `slens lab train --held-out` trains
    them into the cache.
    """
    from slens_widgets.lab.classifier import load_classifier

    return load_classifier(seed, weights_folder(seed, cache), bias)


def weights_folder(seed: int, cache: str | Path | None = None) -> Path:
    """Return where the weights of a classifier lie: in the package, or of a held-out one in the cache."""
    from slens_widgets.lab.classifier import WEIGHTS

    return cache_folder(cache) / "weights" if is_held_out(seed) else WEIGHTS


def is_held_out(seed: int) -> bool:
    """Return whether a classifier, with the images it is trained and tested on, is kept for figures only."""
    from slens_widgets.lab.classifier import HELD_OUT_SEEDS

    return seed in HELD_OUT_SEEDS


def image_set(
    name: str, cache: str | Path | None = None, progress: bool = True, *, held_out: bool = False
) -> tuple[
    UInt8[np.ndarray, "image height width 3"], Int64[np.ndarray, " image"], Bool[np.ndarray, "image factor"]
]:
    """Return the images, labels and factors of a split (see `world.SPLITS`), rendered once and then kept.

    Parameters
    ----------
    held_out
        The split drawn anew for the held-out classifiers, see `world.HELD_OUT_SPLITS`.

    Returns
    -------
    Images (memory-mapped), class labels, and which factors each image shows.
    """
    chosen = split(name, held_out)
    labels, present = sample(chosen.population, chosen.size, chosen.seed)
    own = "held_out_" if held_out else ""
    path = cache_folder(cache) / f"{own}{name}-{_renderer_version(held_out)}.npy"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with bar_of(int(chosen.size), f"render {name}", "image", progress) as bar:
            images, _ = render_set(present, chosen.seed, progress=bar.update)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        with partial.open("wb") as file:
            np.save(file, images)
        partial.replace(path)
    return np.load(path, mmap_mode="r"), labels, present


def metadata(name: str = "probe", *, held_out: bool = False) -> pd.DataFrame:
    """Return what is known of a split's images: class, and which of the factors each shows.

    Returns
    -------
    DataFrame with one row per image (its id, in the order of `image_set`) and one column of truth values for
    each factor, by the phrase that the lab's CLIP knows; of splits whose labels mean something, also "class".
    The audit of `open_audit` holds that of the probe images.
    """
    import pandas as pd

    chosen = split(name, held_out)
    labels, present = sample(chosen.population, chosen.size, chosen.seed)
    table = pd.DataFrame(present, columns=[factor.prompt for factor in FACTORS])
    # The probe images' labels mean nothing: what they show is independent of them.
    if chosen.population in ("biased", "unbiased"):
        table.insert(0, "class", np.array(CLASS_NAMES)[labels])
    table.index.name = "image"
    return table


def evaluation(
    name: str = "validation_unbiased",
    cache: str | Path | None = None,
    progress: bool = True,
    *,
    held_out: bool = False,
) -> Evaluation:
    """Return a split as an evaluation set whose groups are the class and the shortcuts in an image."""
    from slens_widgets.audit import Evaluation

    images, labels, present = image_set(name, cache, progress, held_out=held_out)
    names = [GROUP_NAMES[group] for group in groups(labels, present)]
    return Evaluation(images, labels=labels.tolist(), groups=names, class_names=list(CLASS_NAMES))


def database(
    seed: int = 0,
    cache: str | Path | None = None,
    rebuild: bool = False,
    progress: bool = True,
    *,
    bias: int = BIASES[-1],
) -> ConceptDB:
    """Return the concept database of one classifier over the 2,500 probe images; built on first use."""
    from slens_widgets.conceptdb import open_database
    from slens_widgets.lab.classifier import HELD_OUT_SEEDS, SEEDS, weights_name

    if seed not in SEEDS + HELD_OUT_SEEDS:
        raise InputError(
            f"seed={seed!r}", expected=f"one of the trained classifiers, {SEEDS + HELD_OUT_SEEDS}"
        )
    if bias not in BIASES:
        raise InputError(f"bias={bias!r}", expected=f"what the classifiers were trained at, {BIASES}")
    weights = weights_name(seed, bias)
    name = weights.removesuffix(".safetensors")
    version = _database_version(weights_folder(seed, cache) / weights, is_held_out(seed))
    path = cache_folder(cache) / f"{name}-{version}.slens"
    if rebuild and path.exists():
        shutil.rmtree(path)
    if not path.exists():
        probe, _, _ = image_set("probe", cache, progress, held_out=is_held_out(seed))
        build_database(model(seed, bias, cache), probe, path, f"lab:{name}", progress)
    return open_database(path)


def build_database(
    model: Classifier,
    probe: UInt8[np.ndarray, "image height width 3"],
    path: Path,
    name: str,
    progress: bool = True,
) -> None:
    """Build the database of any classifier of the lab over any probe images, with the lab's settings."""
    from slens_widgets.audit.building import build
    from slens_widgets.lab.classifier import transform

    build(
        model,
        probe,
        [LAYER],
        foundation_model(),
        path,
        transform=transform(),
        m=EXAMPLES,
        crop_threshold=CROP_THRESHOLD,
        progress=progress,
        batch_size=32,
        model_name=name,
        overwrite=True,  # what an older version of the package left unfinished
    ).close()


def open_audit(
    seed: int = 0,
    cache: str | Path | None = None,
    rebuild: bool = False,
    progress: bool = True,
    *,
    split: str = "validation_unbiased",
    bias: int = BIASES[-1],
) -> Audit:
    """Open the audit of a nevus/melanoma classifier that was trained with planted shortcuts.

    Its session holds the question: is "melanoma" decided by `VALID_CONCEPTS` or by `SPURIOUS_CONCEPTS`?
    The first call renders the images and builds the database into the cache; later ones only open it.

    Parameters
    ----------
    seed
        Which of the trained classifiers: 0, 1 or 2; 3, 4 or 5 are held out, see `model`.
    cache
        Where images and database are kept; default: the user's cache directory.
    rebuild
        Build the database anew.
    progress
        Show progress bars.
    split
        Evaluation images of the live model. Choices made by clicking are made on the validation split, so
        that "test_unbiased" stays good for a report.
    bias
        How biased the images were that the classifier was trained on: 0, 35 or 70, see `world.sample`.
    """
    from slens_widgets.audit import Audit
    from slens_widgets.lab.captions import QUERY_TEMPLATES
    from slens_widgets.lab.classifier import transform

    if split not in SPLITS:
        raise InputError(f"split={split!r}", expected=f"one of {', '.join(SPLITS)}")
    audit = Audit(
        database(seed, cache, rebuild, progress, bias=bias),
        foundation_model(),
        model(seed, bias, cache),
        evaluation(split, cache, progress, held_out=is_held_out(seed)),
        transform=transform(),
        templates=QUERY_TEMPLATES,
        metadata=metadata(held_out=is_held_out(seed)),
    )
    audit.session.update(
        valid=VALID_CONCEPTS,
        spurious=SPURIOUS_CONCEPTS,
        vocabulary=(*VALID_CONCEPTS, *SPURIOUS_CONCEPTS),
        target="melanoma",
        color_by="alignment",
    )
    return audit


def cache_folder(cache: str | Path | None = None) -> Path:
    """Return where the lab keeps what it rendered and built."""
    if cache is not None:
        return Path(cache).expanduser() / "lab"
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "slens_widgets" / "lab"


@lru_cache
def _renderer_version(held_out: bool = False) -> str:
    """Return a digest of what the renderer draws, so that a change of the world renders and builds anew."""
    digest = hashlib.sha256(repr(HELD_OUT_SPLITS if held_out else SPLITS).encode())
    for index in range(6):
        digest.update(render(np.arange(len(FACTORS)) % 3 == index % 3, 1, index).image.tobytes())
    for population in ("biased", "unbiased", "independent"):
        digest.update(sample(population, 500, 1)[1].tobytes())
    return digest.hexdigest()[:12]


def _database_version(weights: Path, held_out: bool = False) -> str:
    from slens_widgets.conceptdb import FORMAT_VERSION

    settings = f"{FORMAT_VERSION} {_renderer_version(held_out)} {LAYER} {CROP_THRESHOLD} {EXAMPLES}"
    digest = hashlib.sha256(settings.encode())
    for path in (weights, Path(__file__).parent / "weights" / "clip.safetensors"):
        if path.exists():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
