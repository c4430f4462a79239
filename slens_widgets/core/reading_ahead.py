"""Work ahead of who waits for it: results of several threads, in the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_order(
    ids: Iterable[int], task: Callable[[int], T], *, threads: int, ahead: int
) -> Generator[tuple[int, T], None, None]:
    """Yield `(id, task(id))` in the order of `ids`; at most `ahead` results are held at a time."""
    queue: list[tuple[int, Future[T]]] = []
    pending = iter(ids)
    with ThreadPoolExecutor(threads, thread_name_prefix="slens-images") as pool:
        try:
            while True:
                queue.extend((id, pool.submit(task, id)) for id in islice(pending, ahead - len(queue)))
                if not queue:
                    return
                id, future = queue.pop(0)
                yield id, future.result()
        finally:
            for _, future in queue:
                future.cancel()
