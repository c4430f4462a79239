"""Where a build computes: in this process, or on the machines of a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Literal, Protocol, get_args

import torch

from slens_widgets.arguments import given
from slens_widgets.errors import InputError, nearest_names

Executor = Literal["local", "ray"]
"""This process, or Ray, which is started on this machine where no cluster is connected."""


class Job(Protocol):
    """A stage of a build, cut loose: a dataclass that can be pickled and sent to another machine."""

    def opened(self) -> AbstractContextManager[Callable[[Any], Any]]:
        """Prepare for any number of shards; gives what computes one, from plain values to plain values."""
        ...


Spread = Callable[[Job, Sequence[Any]], Iterator[Any]]
"""Yields what a job makes of each shard, in the order of the shards, wherever they are computed."""


def check_executor(executor: Any) -> Executor:
    """Return `executor` if there is such a one."""
    if not isinstance(executor, str) or executor not in get_args(Executor):
        raise InputError(
            f"executor={given(executor)}",
            expected='"local" or "ray"',
            nearest=nearest_names(str(executor), get_args(Executor)),
        )
    return executor  # type: ignore[return-value]


@contextmanager
def executing(executor: Executor, device: torch.device, **sent: Any) -> Iterator[Spread | None]:
    """Have an executor at hand: what spreads jobs, or None where this process does them itself.

    `sent` names what the jobs will be made of, so that what can't be sent is told before any work.
    """
    if executor == "local":
        yield None
        return
    from slens_widgets.core import on_ray

    with on_ray.connected(device, sent) as spread:
        yield spread
