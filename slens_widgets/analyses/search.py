"""Which components encode what is asked for: cosine of a text or an image with θ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.errors import InputError
from slens_widgets.types import FoundationModel

if TYPE_CHECKING:
    from PIL.Image import Image


def text_queries(
    foundation_model: FoundationModel,
    texts: Sequence[str],
    templates: Sequence[str] | None = None,
    *,
    subtract_empty: bool = True,
) -> Float[np.ndarray, "query dim"]:
    """Embed each text as one query, un-normalised.

    With templates, q = mean over templates t of [F(t(text)) − F(t(""))]; without any, q = F(text).

    Parameters
    ----------
    templates
        Texts with one ``{}`` each, for example "a photo of {}".
    subtract_empty
        Take F(t("")) away, as SemanticLens does; without it q is the mean of F(t(text)).

    Raises
    ------
    InputError
        No text, an empty one, or a template without ``{}``.

    Source: SemanticLens (arXiv 2501.05398), search and describe.
    """
    texts = list(texts)
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise InputError(f"The query {texts!r} holds no text", expected="a word or a phrase")
    if not templates:
        return _encode_texts(foundation_model, texts)
    for template in templates:
        if template.count("{}") != 1:
            raise InputError(f"The template {template!r} has no place for the query", expected="one {}")
    filled = [template.replace("{}", text) for text in texts for template in templates]
    if not subtract_empty:
        return _encode_texts(foundation_model, filled).reshape(len(texts), len(templates), -1).mean(axis=1)
    empty = [template.replace("{}", "") for template in templates]
    encoded = _encode_texts(foundation_model, filled + empty)
    by_query = encoded[: len(filled)].reshape(len(texts), len(templates), -1)
    return (by_query - encoded[len(filled) :]).mean(axis=1)


def image_query(foundation_model: FoundationModel, images: Sequence[Image]) -> Float[np.ndarray, " dim"]:
    """Embed images as one query: q = mean of F(images), un-normalised.

    Source: SemanticLens (arXiv 2501.05398), search and describe.
    """
    if not images:
        raise InputError("The query holds no image", expected="at least one")
    return np.asarray(foundation_model.encode_images(list(images)), np.float32).mean(axis=0)


def norms(vectors: Float[np.ndarray, "row dim"]) -> Float[np.ndarray, " row"]:
    """Return the length of every row as float32."""
    return np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float32))


def cosine(
    queries: Float[np.ndarray, "query dim"],
    theta: Float[np.ndarray, "component dim"],
    theta_norms: Float[np.ndarray, " component"] | None = None,
) -> Float[np.ndarray, "query component"]:
    """Return the cosine of every query with every θ as float32; 0 where either is the null vector.

    Parameters
    ----------
    theta_norms
        `norms(theta)`, where they are known: a search costs half without them.

    Source: SemanticLens (arXiv 2501.05398), search: cos(q, θ_k).
    """
    queries = np.asarray(queries, np.float32)
    theta = np.asarray(theta, np.float32)
    if queries.ndim != 2 or theta.ndim != 2 or queries.shape[1] != theta.shape[1]:
        raise InputError(
            f"Queries of shape {queries.shape} can't be compared with θ of shape {theta.shape}",
            expected="(query, dim) and (component, dim)",
        )
    lengths = norms(theta) if theta_norms is None else theta_norms
    return _inverse(norms(queries))[:, None] * (queries @ theta.T) * _inverse(lengths)


def match(
    wanted: Float[np.ndarray, "wanted component"], unwanted: Float[np.ndarray, "unwanted component"]
) -> Float[np.ndarray, " component"]:
    """Score components by the best of the wanted queries, less what they match of an unwanted one.

    score_k = max_p cos(p, θ_k) − max_n max(0, cos(n, θ_k) − median_j cos(n, θ_j)). A component that matches
    the unwanted query no more than the median component keeps its score; without any wanted query the score
    is −max_n cos(n, θ_k).

    Subtracting embeddings or whole cosines (the same ranking for two queries of one length) also rewards
    what is merely far from the unwanted query: over all 306 pairs of the lab's concepts the five best then
    hold rank 14 of 96 for the wanted query on average, against 4 here, while both keep out what the unwanted
    query finds (2 % of the five in its best tenth; 12 % without the minus).

    Parameters
    ----------
    wanted, unwanted
        Cosines of the queries with every component; either may have no row, not both.
    """
    if not len(wanted) and not len(unwanted):
        raise InputError("The query is empty", expected="a text or an image")
    if not len(wanted):
        return -np.max(unwanted, axis=0)
    score = np.max(wanted, axis=0)
    if not len(unwanted):
        return score
    excess = unwanted - np.median(unwanted, axis=1, keepdims=True)
    return score - np.maximum(excess, 0).max(axis=0)


def best(scores: Float[np.ndarray, " component"], k: int) -> Int[np.ndarray, " rank"]:
    """Return the positions of the `k` highest scores, the highest first, ties by position."""
    k = min(k, len(scores))
    if k <= 0:
        return np.empty(0, np.int64)
    threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
    candidates = np.flatnonzero(scores >= threshold)
    return candidates[np.argsort(-scores[candidates], kind="stable")][:k]


def _inverse(lengths: Float[np.ndarray, " row"]) -> Float[np.ndarray, " row"]:
    return np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)


def _encode_texts(foundation_model: FoundationModel, texts: list[str]) -> Float[np.ndarray, "text dim"]:
    unique = list(dict.fromkeys(texts))
    encoded = np.asarray(foundation_model.encode_texts(unique), np.float32)
    place = {text: i for i, text in enumerate(unique)}
    return encoded[[place[text] for text in texts]]
