"""Reading autograd's graph: the shapes of its nodes, and an order to visit them in."""

from __future__ import annotations

from typing import Any


def shape_of(node: Any) -> tuple[int, ...]:
    if hasattr(node, "variable"):
        return tuple(node.variable.shape)
    return tuple(node._input_metadata[0].shape)


def axis_of(axis: int, node: Any) -> int:
    signed = axis - 2**64 if axis >= 2**63 else axis  # autograd hands out negative axes as unsigned numbers
    return signed % len(shape_of(node))


def consumers_first(root: Any) -> list[Any]:
    """Return the nodes of autograd's graph, each after all that use its result."""
    users: dict[Any, int] = {root: 0}
    waiting = [root]
    while waiting:
        for target, _ in waiting.pop().next_functions:
            if target is None:
                continue
            if target not in users:
                users[target] = 0
                waiting.append(target)
            users[target] += 1
    order, ready = [], [root]
    while ready:
        node = ready.pop()
        order.append(node)
        for target, _ in node.next_functions:
            if target is not None:
                users[target] -= 1
                if not users[target]:
                    ready.append(target)
    return order
