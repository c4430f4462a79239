"""What can be said about an image of the lab: attributes, their phrases, and the grammar of captions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Int8

from slens_widgets.lab.factors import NAMES

PHRASES: dict[str, tuple[str, ...]] = {
    "asymmetry": ("asymmetric lesion", "asymmetry", "lopsided mole", "asymmetric shape", "uneven halves"),
    "irregular_border": (
        "irregular border",
        "jagged edge",
        "ragged border",
        "notched outline",
        "irregular edge",
    ),
    "multicolour": (
        "multiple colours",
        "many colors",
        "multicoloured lesion",
        "variegated colour",
        "colour patches",
    ),
    "blue_white_veil": (
        "blue white veil",
        "bluish veil",
        "blue-white area",
        "blue haze",
        "whitish blue patch",
    ),
    "large": ("large lesion", "big mole", "large diameter", "wide lesion", "big diameter"),
    "network": ("pigment network", "dark mesh", "honeycomb pattern", "reticular network", "grid of lines"),
    "milia": ("milia", "white dots", "bright cysts", "milia-like cysts", "small white spots"),
    "vessels": (
        "blood vessels",
        "red branches",
        "vascular structures",
        "branching vessels",
        "thin red vessels",
    ),
    "ruler": ("ruler", "measuring scale", "scale bar", "millimetre ruler", "measurement marks"),
    "bandaid": ("band-aid", "plaster", "adhesive bandage", "coloured bandage", "sticking plaster"),
    "ink": ("ink marking", "pen mark", "surgical marker", "purple ink", "drawn marks"),
    "hair": ("hair", "dark hairs", "hair strands", "long hairs", "body hair"),
    "vignette": ("vignette", "black corners", "dark frame", "round black frame", "dermoscope ring"),
    "red_skin": ("red skin", "inflamed skin", "skin redness", "reddish background", "irritated skin"),
    "watermark": ("watermark", "printed text", "letters", "written word", "text overlay"),
    "symmetric": ("symmetric lesion", "round shape", "round mole", "symmetric shape"),
    "smooth_border": ("smooth border", "regular edge", "sharp smooth outline", "regular border"),
    "small": ("small lesion", "small mole", "small diameter", "tiny lesion"),
}
"""Training phrases of every attribute: the fifteen factors, and the opposites of three of them."""

HELD_OUT: dict[str, tuple[str, ...]] = {
    "asymmetry": ("lopsided lesion", "asymmetric mole"),
    "irregular_border": ("jagged border", "ragged edge"),
    "multicolour": ("multicoloured mole", "many colours"),
    "blue_white_veil": ("blue veil", "bluish white area"),
    "large": ("big lesion", "large mole"),
    "network": ("honeycomb network", "reticular mesh"),
    "milia": ("milia spots", "small bright cysts"),
    "vessels": ("red vessels", "branching blood vessels"),
    "ruler": ("ruler marks", "millimetre scale"),
    "bandaid": ("adhesive plaster", "bandage"),
    "ink": ("marker ink", "surgical pen marks"),
    "hair": ("long dark hair", "hairs"),
    "vignette": ("round vignette", "black frame"),
    "red_skin": ("reddish skin", "skin irritated and red"),
    "watermark": ("text watermark", "printed letters"),
}
"""Phrases made of known words that no training caption contains: for evaluation only."""

ATTRIBUTES: tuple[str, ...] = tuple(PHRASES)
_OPPOSITES = {"symmetric": "asymmetry", "smooth_border": "irregular_border", "small": "large"}

TEMPLATES: tuple[str, ...] = (
    "{}",
    "a dermoscopy image of {}",
    "a photo of {}",
    "a close-up of {}",
    "skin with {}",
    "a picture showing {}",
)
"""The frames of training captions; the first four also average a query (each less its empty frame)."""
QUERY_TEMPLATES: tuple[str, ...] = TEMPLATES[:4]
_JOINTS = (", ", " and ", " with ")


def attribute_truth(
    seen: Int8[np.ndarray, "image factor"], lesion_seen: np.ndarray, side: np.ndarray
) -> Int8[np.ndarray, "image attribute"]:
    """Return which attributes hold in each view: 1 true, 0 false, -1 cannot be told.

    Parameters
    ----------
    seen
        Per factor: 1 visible in the view, 0 absent from it, -1 present but too little of it is seen.
    lesion_seen
        Fraction of the lesion inside the view.
    side
        Side of the view as a fraction of the image: a zoomed view does not tell a lesion's size.
    """
    column = {name: k for k, name in enumerate(NAMES)}
    truth = np.full((len(seen), len(ATTRIBUTES)), -1, dtype=np.int8)
    truth[:, : len(NAMES)] = seen
    shape, size = column["asymmetry"], column["large"]
    partial = (lesion_seen < 0.85) & (lesion_seen > 0.02)
    truth[partial, shape] = -1
    truth[(side < 0.75) & (lesion_seen > 0.02), size] = -1
    for opposite, name in _OPPOSITES.items():
        known = truth[:, column[name]]
        value = np.where(known < 0, -1, np.where(known == 1, 0, np.where(lesion_seen > 0.3, 1, -1)))
        truth[:, ATTRIBUTES.index(opposite)] = np.where(lesion_seen <= 0.02, 0, value)
    return truth


def write_captions(
    rng: np.random.Generator, truth: Int8[np.ndarray, "image attribute"], extra: int
) -> tuple[list[str], Int8[np.ndarray, "caption image"]]:
    """Write one caption per image and `extra` ones of a single attribute, with their truth for every image.

    Returns
    -------
    The captions, and for each caption and image: 1 true, 0 false, -1 cannot be told.
    """
    texts: list[str] = []
    rows = []
    everything = np.ones(len(truth), dtype=np.int8)
    for row in truth:
        true = np.flatnonzero(row == 1)
        count = min(len(true), int(rng.choice([1, 1, 2, 3])))
        weight = np.where(true < len(NAMES), 1.0, 0.35)
        chosen: Any = rng.choice(true, count, replace=False, p=weight / weight.sum()) if count else []
        texts.append(_phrase_caption(rng, [ATTRIBUTES[k] for k in chosen]))
        rows.append(_all_of(truth[:, chosen]) if count else everything)
    for k in rng.integers(len(ATTRIBUTES), size=extra):
        texts.append(_phrase_caption(rng, [ATTRIBUTES[k]]))
        rows.append(truth[:, k])
    return texts, np.stack(rows)


def _phrase_caption(rng: np.random.Generator, attributes: Sequence[str]) -> str:
    phrases = []
    for name in attributes:
        phrase = PHRASES[name][int(rng.integers(len(PHRASES[name])))]
        phrases.append(f"a {phrase}" if rng.random() < 0.25 else phrase)
    joint = _JOINTS[int(rng.integers(len(_JOINTS)))]
    return TEMPLATES[int(rng.integers(len(TEMPLATES)))].format(joint.join(phrases)).strip()


def _all_of(truth: Int8[np.ndarray, "image attribute"]) -> Int8[np.ndarray, " image"]:
    false, unknown = (truth == 0).any(axis=1), (truth < 0).any(axis=1)
    return np.where(false, 0, np.where(unknown, -1, 1)).astype(np.int8)


def words(text: str) -> list[str]:
    """Return the words of a text, lower-cased, as the vocabulary counts them."""
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower())


def vocabulary() -> frozenset[str]:
    """Return every word that a training caption can contain."""
    texts = [phrase for phrases in PHRASES.values() for phrase in phrases]
    return frozenset(word for text in [*texts, *TEMPLATES, *_JOINTS] for word in words(text))
