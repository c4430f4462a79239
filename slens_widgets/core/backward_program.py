"""The linear steps that relevance takes on its way back, and the memory they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from jaxtyping import Float
from torch import Tensor


class Unsupported(Exception):
    """Something on the way back that only autograd knows how to pass."""


@dataclass(frozen=True)
class Share:
    """Relevance that arrives at a tensor: the content of a slot, times what depends on the image alone."""

    slot: int
    factor: Tensor | float | None = None
    along: int | None = None
    """The slot is meant to be repeated along this new axis, which the factor has already."""

    def times(self, factor: Tensor | float | None) -> Share:
        if factor is None:
            return self
        if isinstance(factor, Tensor) and self.along is not None and factor.ndim < 5:
            raise Unsupported("a sum over an axis of its own")
        return replace(self, factor=factor if self.factor is None else self.factor * factor)


@dataclass
class _Step:
    out: int
    slots: list[int]
    run: Callable[..., Tensor]
    view: bool = False
    """The result shares memory with what it is made of."""
    combines: bool = False
    overwrite: tuple[bool, ...] = ()
    """Of each slot: nobody needs it afterwards."""


class BackwardProgram:
    """A straight line of linear steps between slots, run for one image and many rows of relevance at a time.

    Parameters
    ----------
    images
        In the batch that the factors are of.
    """

    def __init__(self, images: int) -> None:
        self.images = images
        self._steps: list[_Step] = []
        self._slots = 1

    def run(self, start: Float[Tensor, "row ..."], image: int, ends: Sequence[Share]) -> Iterator[Tensor]:
        """Yield what arrives at the ends from `start`, which lies in slot 0 and is overwritten."""
        slots: list[Tensor | None] = [None] * self._slots
        slots[0] = start
        for step in self._steps:
            given = [slots[slot] for slot in step.slots]
            if step.combines:
                slots[step.out] = step.run(image, step.overwrite, *given)
            else:
                slots[step.out] = step.run(image, *given)
            for slot, free in zip(step.slots, step.overwrite, strict=True):
                if free:
                    slots[slot] = None
        for share in ends:
            held = slots[share.slot]
            assert held is not None
            factor = self._of(share.factor, image)
            yield held if factor is None else held * factor

    def _of(self, factor: Tensor | float | None, image: int) -> Tensor | float | None:
        if not isinstance(factor, Tensor) or len(factor) == 1:
            return factor
        return factor[image : image + 1]

    def single(self, shares: list[Share]) -> int:
        """Return a slot that holds all shares, multiplied and added up."""
        if len(shares) == 1 and shares[0].factor is None and shares[0].along is None:
            return shares[0].slot
        return self.combine(shares)

    def combine(self, shares: list[Share]) -> int:
        if any(share.along is not None for share in shares):
            raise Unsupported("a sum over an axis of its own")
        factors = [share.factor for share in shares]

        def combined(image: int, overwrite: Sequence[bool], *tensors: Tensor) -> Tensor:
            total: Tensor | None = None
            order = sorted(range(len(tensors)), key=lambda number: not overwrite[number])
            for number in order:
                tensor, factor = tensors[number], self._of(factors[number], image)
                if total is None:
                    if overwrite[number] and _same_shape(tensor, factor):
                        total = tensor if factor is None else tensor.mul_(factor)
                    else:
                        total = tensor * (1.0 if factor is None else factor)
                elif factor is None:
                    total += tensor
                elif isinstance(factor, Tensor):
                    total.addcmul_(tensor, factor)
                else:
                    total.add_(tensor, alpha=factor)
            assert total is not None
            return total

        return self.add_step([share.slot for share in shares], combined, combines=True)

    def apply(self, operation: Callable[..., Tensor], shares: list[Share]) -> int:
        return self.add_step([self.single(shares)], operation, view=True)

    def add_step(
        self, slots: list[int], run: Callable[..., Tensor], *, view: bool = False, combines: bool = False
    ) -> int:
        self._steps.append(_Step(self._slots, slots, run, view, combines))
        self._slots += 1
        return self._slots - 1

    def plan_memory(self, kept: Sequence[int]) -> None:
        """Find the last use of every slot, so that its memory can be written over."""
        base = list(range(self._slots))
        for step in self._steps:
            if step.view:
                base[step.out] = base[step.slots[0]]
        needed = {base[slot] for slot in kept}
        for step in reversed(self._steps):
            last = [base[slot] not in needed for slot in step.slots]
            # The same slot twice in a step, or as a view of another of them: nothing is overwritten.
            bases = [base[slot] for slot in step.slots]
            free = [
                is_last and bases.count(base[slot]) == 1
                for is_last, slot in zip(last, step.slots, strict=True)
            ]
            step.overwrite = tuple(free)
            needed.update(bases)


def _same_shape(tensor: Tensor, factor: Tensor | float | None) -> bool:
    # A broadcast view (an even spread) can't be written to.
    if any(stride == 0 and size > 1 for stride, size in zip(tensor.stride(), tensor.shape, strict=True)):
        return False
    return not isinstance(factor, Tensor) or factor.shape[1:] == tensor.shape[1:] or factor[0].numel() == 1
