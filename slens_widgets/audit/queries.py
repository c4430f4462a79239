"""Texts and images as directions in the space of θ."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from slens_widgets.analyses.search import cosine, image_query, norms, text_queries
from slens_widgets.arguments import given, names_of
from slens_widgets.concept import Concept
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import InputError
from slens_widgets.process import new_lock
from slens_widgets.query import QueryImage
from slens_widgets.types import ClosedVocabulary, FoundationModel, Progress
from slens_widgets.untrusted import logger_of
from slens_widgets.vocabularies import Vocabulary

logger = logger_of(__name__)

_REMEMBERED = 512
_WARNED = 20
_AT_A_TIME = 512
"""Texts of a vocabulary between two reports of progress."""
_VOCABULARIES = 4
"""Vocabularies whose embeddings are remembered; one of 25,000 labels takes 50 MB at 512 dimensions."""

OWN: Final = ("the audit's own templates",)
"""Stands for the templates that the audit was opened with."""


class Queries:
    """Embeds queries, remembers those of texts, and compares them with every component.

    Parameters
    ----------
    templates
        Prompts used where a query brings none of its own.
    """

    def __init__(
        self, db: ConceptDB, foundation_model: FoundationModel | None, templates: Sequence[str] | None
    ) -> None:
        if foundation_model is not None:
            db.check_foundation_model(foundation_model)
        self._db = db
        self._foundation_model = foundation_model
        self.templates = check_templates(templates)
        self._remembered: OrderedDict[tuple[str, tuple[str, ...]], np.ndarray] = OrderedDict()
        self._norms: dict[str, np.ndarray] | None = None
        self._vocabularies: dict[Any, np.ndarray] = {}
        self._lock = new_lock()

    def cosines(
        self, queries: Sequence[Any], templates: Sequence[str] | None = OWN
    ) -> Float[np.ndarray, "query component"]:
        """Return the cosine of each text, image or list of images with every component of the database."""
        return self.with_theta(self.embed(queries, templates))

    def with_theta(self, directions: Float[np.ndarray, "query dim"]) -> Float[np.ndarray, "query component"]:
        """Return the cosine of each direction with the θ of every component of the database."""
        if self._norms is None:
            self._norms = {layer: norms(self._db.theta(layer)) for layer in self._db.layers}
        found = [cosine(directions, self._db.theta(layer), self._norms[layer]) for layer in self._db.layers]
        return np.concatenate(found, axis=1)

    def embed(
        self, queries: Sequence[Any], templates: Sequence[str] | None = OWN
    ) -> Float[np.ndarray, "query dim"]:
        """Return each text, image or list of images as a direction in the space of θ."""
        if not queries:
            raise InputError("The query is empty", expected="a text, a PIL image, or a list of either")
        return self._embed(queries, self.templates if templates is OWN else check_templates(templates))

    def vocabulary(
        self,
        vocabulary: Vocabulary,
        templates: tuple[str, ...],
        *,
        subtract_empty: bool,
        progress: Progress | None = None,
    ) -> Float[np.ndarray, "label dim"]:
        """Embed a vocabulary's labels, each as the mean over its phrases; the last few are remembered."""
        key = (vocabulary.labels, tuple(vocabulary.phrases.values()), templates, subtract_empty)
        with self._lock:
            if key not in self._vocabularies:
                model = self._needed()
                texts = [text for label in vocabulary.labels for text in vocabulary.phrases_of(label)]
                parts = []
                for start in range(0, len(texts), _AT_A_TIME):
                    if progress is not None:
                        progress(start, len(texts), "Embedding the vocabulary")
                    some = texts[start : start + _AT_A_TIME]
                    parts.append(text_queries(model, some, templates, subtract_empty=subtract_empty))
                embedded = np.concatenate(parts)
                sizes = [len(vocabulary.phrases_of(label)) for label in vocabulary.labels]
                starts = np.cumsum([0, *sizes[:-1]])
                means = np.add.reduceat(embedded, starts, axis=0) / np.array(sizes, np.float32)[:, None]
                self._vocabularies[key] = means
                if len(self._vocabularies) > _VOCABULARIES:
                    del self._vocabularies[next(iter(self._vocabularies))]
            return self._vocabularies[key]

    def unknown_words(self, text: str) -> list[str]:
        """Return the words of `text` that the foundation model cannot know."""
        if not isinstance(text, str):
            raise InputError(f"text={given(text)}", expected="a word or a phrase")
        if isinstance(self._foundation_model, ClosedVocabulary):
            return list(self._foundation_model.unknown_words(text))
        return []

    def unknown(self, texts: Iterable[Any]) -> dict[str, list[str]]:
        """Return the unknown words of every text that has any, and warn of them."""
        found = {text: self.unknown_words(text) for text in texts if isinstance(text, str)}
        found = {text: words for text, words in found.items() if words}
        for text, words in list(found.items())[:_WARNED]:
            logger.warning("the foundation model cannot know %s in %r", ", ".join(map(repr, words)), text)
        if len(found) > _WARNED:
            logger.warning("… and words of %d further texts", len(found) - _WARNED)
        return found

    def _needed(self) -> FoundationModel:
        if self._foundation_model is None:
            name = self._db.foundation_model["name"]
            raise InputError(
                "Queries need the foundation model that embedded the database, and this audit has none",
                expected=f"foundation_model=… with {name!r}, for example sw.OpenClip(…)",
            )
        return self._foundation_model

    def _embed(self, queries: Sequence[Any], templates: tuple[str, ...]) -> Float[np.ndarray, "query dim"]:
        model = self._needed()
        checked = [_check(query) for query in queries]
        texts = list(dict.fromkeys(query for query in checked if isinstance(query, str)))
        with self._lock:
            new = [text for text in texts if (text, templates) not in self._remembered]
            if new:
                for text, vector in zip(new, text_queries(model, new, templates), strict=True):
                    self._remembered[text, templates] = vector
            by_text = {text: self._remembered[text, templates] for text in texts}
            for text in texts:
                self._remembered.move_to_end((text, templates))
            rows = [
                by_text[query] if isinstance(query, str) else self._embed_image(model, query)
                for query in checked
            ]
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return np.stack(rows)

    def _embed_image(
        self, model: FoundationModel, query: QueryImage | list[Any]
    ) -> Float[np.ndarray, " dim"]:
        if not isinstance(query, QueryImage):
            return image_query(model, query)
        key = (query.digest, ("a query image",))
        if key not in self._remembered:
            self._remembered[key] = image_query(model, [query.picture])
        self._remembered.move_to_end(key)
        return self._remembered[key]


def check_templates(templates: Sequence[str] | None) -> tuple[str, ...]:
    """Return templates as a tuple; one given as a bare text counts as one."""
    if templates is None:
        return ()
    return tuple(names_of("templates", templates))


def query_name(query: Any, position: int) -> str:
    """Return what a table calls a query: its text, its name, or "image" and its position in the list."""
    if isinstance(query, QueryImage | Concept):
        return query.name
    return query if isinstance(query, str) else f"image {position}"


def _check(query: Any) -> Any:
    """Return a text or a stored image as it is, and an image or a list of images as a list of images."""
    from PIL.Image import Image

    if isinstance(query, str | QueryImage):
        return query
    images = [query] if isinstance(query, Image) else query
    if not isinstance(images, list | tuple) or not images or not all(isinstance(i, Image) for i in images):
        raise InputError(
            f"A query of type {type(query).__name__} can't be searched",
            expected="a text, a PIL image, or a list of either",
        )
    return list(images)
