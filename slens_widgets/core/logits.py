"""The logits in what a model gives, one for each class, and where relevance for a class begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from slens_widgets.arguments import given
from slens_widgets.errors import InputError, ModelError, UnknownNameError
from slens_widgets.tasks import Task


def check_output(output: Any) -> str | int | None:
    """Return `output` if it can name one of a model's outputs."""
    if output is None or isinstance(output, str) or (type(output) is int and output >= 0):
        return output
    raise InputError(f"output={given(output)}", expected="an output's name, its place in a tuple, or None")


@dataclass(frozen=True)
class Logits:
    """How a model's output is read as logits."""

    output: str | int | None = None
    """Name of the output that holds them, or its place in a tuple; None: the only one, or `logits`."""
    task: Task = "multiclass"
    """What they decide."""

    def raw(self, output: Any) -> Float[Tensor, "image logit"]:
        """Return the logits as the model gives them.

        Raises
        ------
        ModelError
            There are several outputs, and it is not clear which one holds the logits.
        UnknownNameError
            There is no output of the name that was given.
        """
        found = self._tensor(output)
        if found.ndim == 1:
            found = found[:, None]
        if found.ndim != 2:
            raise ModelError(f"The model gives {tuple(found.shape)}", expected="logits (image, class)")
        return found

    def of(self, output: Any) -> Float[Tensor, "image class"]:
        """Return a logit for each class: a single one z stands for two classes, −z and z."""
        raw = self.raw(output)
        return torch.cat([-raw, raw], 1) if self.task == "binary" else raw

    def start(
        self, logits: Float[Tensor, "image class"], targets: Sequence[int], *, gradient: bool
    ) -> Float[Tensor, "image class"]:
        """Return what goes back from the logits of `of`: each target's value, or 1 for a gradient."""
        start = torch.zeros_like(logits)
        rows = torch.arange(len(targets), device=logits.device)
        if self.task == "binary" and not gradient:
            # On its way through −z relevance must not change its sign, as a gradient does.
            start[:, 1] = logits.detach()[rows, list(targets)]
        else:
            start[rows, list(targets)] = 1.0 if gradient else logits.detach()[rows, list(targets)]
        return start

    def _tensor(self, output: Any) -> Tensor:
        if isinstance(output, Tensor):
            if self.output is not None:
                raise UnknownNameError(
                    f"There is no output {self.output!r}", expected="output=None: the model gives one tensor"
                )
            return output
        named = _outputs(output)
        if not named:
            raise ModelError(f"The model gives a {type(output).__name__}", expected="logits (image, class)")
        if self.output is not None:
            if self.output not in named:
                raise UnknownNameError.of("output", self.output, [repr(name) for name in named])
            return named[self.output]
        if isinstance(named.get("logits"), Tensor):
            return named["logits"]
        if len(named) == 1:
            return next(iter(named.values()))
        listed = ", ".join(f"{name!r} {tuple(tensor.shape)}" for name, tensor in named.items())
        raise ModelError(
            f"The model gives several outputs: {listed}",
            expected="one output, or one that is named 'logits'",
            next_step=f"Say which one holds the logits: output={next(reversed(named))!r}, for example",
        )


USUAL = Logits()
"""A class for each logit of the only output."""


def _outputs(output: Any) -> dict[str | int, Tensor]:
    """Return the tensors in a model's output by name, or by place in a tuple."""
    pairs: list[tuple[Any, Any]]
    if isinstance(output, Mapping):
        pairs = [(key if isinstance(key, int) else str(key), value) for key, value in output.items()]
    elif hasattr(output, "_fields"):
        pairs = list(zip(output._fields, output, strict=True))
    elif is_dataclass(output):
        pairs = [(field.name, getattr(output, field.name)) for field in fields(output)]
    elif isinstance(output, (tuple, list)):
        pairs = list(enumerate(output))
    else:
        pairs = [("logits", getattr(output, "logits", None))]
    return {name: value for name, value in pairs if isinstance(value, Tensor)}
