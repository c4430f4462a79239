"""Vocabularies by name: what components can be called, with synonyms where there are some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from slens_widgets.arguments import as_texts
from slens_widgets.concept import Concept, named, texts_and_concepts
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.process import importing

SIZE: Final = 25_000
_FREQUENT: Final = 200_000
"""Words of the frequency list, the most frequent first, among which nouns and adjectives are looked for."""


@dataclass(frozen=True)
class Vocabulary:
    """Labels to choose from."""

    labels: tuple[str, ...]
    """Each once."""
    phrases: Mapping[str, tuple[str, ...]]
    """What is embedded for a label; its mean stands for the label. One that is missing stands for itself."""
    shown: Mapping[str, Concept] = field(default_factory=dict)
    """Labels that are shown by images, and not embedded."""

    @property
    def worded(self) -> Vocabulary:
        """The labels that are texts, without those that are shown."""
        texts = tuple(label for label in self.labels if label not in self.shown)
        return Vocabulary(texts, self.phrases) if self.shown else self

    def phrases_of(self, label: str) -> tuple[str, ...]:
        """Return the texts that stand for a label."""
        return self.phrases.get(label, (label,))


_LOADERS: dict[str, Callable[[], Vocabulary]] = {}


def register(name: str, load: Callable[[], Vocabulary]) -> None:
    """Make a vocabulary known under a name; it is loaded when it is first asked for."""
    _LOADERS[name] = load


def names() -> list[str]:
    """Return the names of the vocabularies that are known."""
    return list(_LOADERS)


def vocabulary_of(given: Any) -> Vocabulary:
    """Return a vocabulary given by name, as texts and shown concepts, or as a mapping of synonyms by label.

    A list with the name of a vocabulary and nothing else is that vocabulary, too: a session holds a list.
    """
    if isinstance(given, str) and given.strip() and given.strip() not in _LOADERS:
        raise UnknownNameError.of("vocabulary", given, _LOADERS, next_step=f"For a single text: [{given!r}]")
    if isinstance(given, Vocabulary):
        return given
    if isinstance(given, Mapping):
        phrases = {label: as_texts((label, *as_texts(synonyms))) for label, synonyms in given.items()}
        return _checked(Vocabulary(tuple(phrases), phrases))
    labels = texts_and_concepts(given)
    if len(labels) == 1 and isinstance(labels[0], str) and labels[0] in _LOADERS:
        return _LOADERS[labels[0]]()
    shown = {each.name: each for each in labels if isinstance(each, Concept)}
    return _checked(Vocabulary(tuple(map(named, labels)), {}, shown))


@lru_cache(maxsize=1)
def english() -> Vocabulary:
    """Return the 25,000 most frequent English nouns and adjectives in their base form.

    Frequencies come from wordfreq (data under CC BY-SA 4.0), word classes from LemmInflect (MIT, after the
    SPECIALIST Lexicon of the US National Library of Medicine). Both packages carry their data.
    """
    try:
        from lemminflect import getAllLemmas
        from wordfreq import top_n_list
    except ImportError as error:
        raise InputError(
            f"The vocabulary 'english' needs the package {error.name!r}",
            next_step='pip install "slens-widgets[words]", or give your own list of texts',
        ) from error
    with importing():
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    found: list[str] = []
    for word in top_n_list("en", _FREQUENT):
        if len(word) < 3 or not (word.isascii() and word.isalpha()) or word in ENGLISH_STOP_WORDS:
            continue
        lemmas = getAllLemmas(word)
        if any(word in lemmas.get(kind, ()) for kind in ("NOUN", "ADJ")):
            found.append(word)
            if len(found) == SIZE:
                break
    return Vocabulary(tuple(found), {})


register("english", english)


def _checked(vocabulary: Vocabulary) -> Vocabulary:
    if not vocabulary.labels:
        raise InputError(
            "The vocabulary is empty",
            expected=f"at least one text, or one of the names {', '.join(_LOADERS)}",
        )
    return vocabulary
