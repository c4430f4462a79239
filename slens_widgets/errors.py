"""Every error of the package: what was given, what is expected, the nearest valid names, the next step."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from slens_widgets.untrusted import shown


def nearest_names(name: str, choices: Iterable[str], n: int = 3) -> list[str]:
    """Return up to `n` of `choices` that resemble `name`, the best first, ignoring case."""
    by_lower = {choice.lower(): choice for choice in choices}
    found = difflib.get_close_matches(str(name).lower(), list(by_lower), n=n, cutoff=0.4)
    return [by_lower[lower] for lower in found]


class SlensError(Exception):
    """An error a person can act on.

    Parameters
    ----------
    given
        What was given, as a clause ("layer 'features.99'").
    expected
        What is expected instead.
    nearest
        Valid names close to the given one, best first.
    next_step
        What to do about it.
    """

    def __init__(
        self, given: str, *, expected: str = "", nearest: Sequence[str] = (), next_step: str = ""
    ) -> None:
        self.given, self.expected, self.next_step = (
            shown(text, keep="\n\t") for text in (given, expected, next_step)
        )
        self.nearest = [shown(name) for name in nearest]
        parts = [self.given.rstrip(".") + "."]
        if expected:
            parts.append(f"Expected: {self.expected.rstrip('.')}.")
        if self.nearest:
            parts.append("Nearest: " + ", ".join(repr(name) for name in self.nearest) + ".")
        if next_step:
            parts.append(self.next_step.rstrip(".") + ".")
        super().__init__(" ".join(parts))

    def __str__(self) -> str:
        return str(self.args[0])


class InputError(SlensError, ValueError):
    """An argument has a value, type or shape that cannot be used."""


class UnreadableImageError(InputError):
    """A file or entry is not an image that can be decoded."""


class ReadingError(SlensError):
    """Images can't be read for a reason that is not theirs: memory, a disk, the network."""


class SourceGoneError(ReadingError):
    """The folder that images are read from has vanished while they were."""


class UnknownNameError(SlensError, KeyError):
    """A layer, component, class or other name does not exist.

    Use `UnknownNameError.of("layer", "layer9", model_layers)` to have the nearest names filled in.
    """

    @classmethod
    def of(cls, kind: str, name: object, choices: Iterable[str], *, next_step: str = "") -> UnknownNameError:
        names = list(choices)
        shown = ", ".join(repr(choice) for choice in names[:8]) + (" …" if len(names) > 8 else "")
        return cls(
            f"There is no {kind} {name!r}",
            expected=f"one of {shown}" if names else f"a {kind} (there are none)",
            nearest=nearest_names(str(name), names),
            next_step=next_step,
        )


class DatabaseError(SlensError):
    """A concept database is missing, damaged, of another format, or busy."""


class FingerprintMismatchError(DatabaseError):
    """A query model is not the foundation model that the database was embedded with."""


class WeightsUnavailableError(SlensError):
    """Weights of a model can be neither found on disk nor downloaded."""


class ModelError(SlensError):
    """The user's model cannot be run, hooked or attributed as asked."""


class Cancelled(SlensError):
    """The work was cancelled because a newer request replaced it."""
