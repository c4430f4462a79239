"""A model as a graph of operations: it can be run up to a layer, and from there on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor, fx, nn

from slens_widgets.core.hooks import resolve_layer
from slens_widgets.core.logits import Logits
from slens_widgets.core.twins import twin_of
from slens_widgets.errors import ModelError
from slens_widgets.process import new_lock

Change = Callable[[str, Any], Any]
"""Given a layer's name and output, what the layers after it get instead."""

TRACING = new_lock()
"""Held while torch.fx traces: it changes `nn.Module.__call__` for the whole process, and two traces at once
would leave each other's change behind."""


def layer_output(value: Any) -> Any:
    """Mark in the graph where a layer's output leaves it; users inside the layer get the value itself."""
    return value


class _OneInput(nn.Module):
    """Calls the model as an evaluation does, so that its other arguments take their defaults."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor) -> Any:
        return self.model(inputs)


class _LayerTracer(fx.Tracer):
    def __init__(self, layers: Iterable[str]) -> None:
        super().__init__()
        self.found: dict[str, list[fx.Node]] = {layer: [] for layer in layers}
        self._thread = 0

    def trace_apart(self, root: nn.Module) -> fx.Graph:
        """Trace in a thread of its own, where no interrupt can leave the process changed."""

        def trace() -> fx.Graph:
            self._thread = threading.get_ident()
            with TRACING:
                return self.trace(root)

        with ThreadPoolExecutor(1, thread_name_prefix="slens-tracing") as pool:
            return pool.submit(trace).result()

    # Tracing redirects every module's call in the process: other threads' models are none of its business.
    def call_module(
        self, m: nn.Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if threading.get_ident() != self._thread:
            return forward(*args, **kwargs)
        result = super().call_module(m, forward, args, kwargs)
        layer = self.path_of_module(m).removeprefix("model.")
        if layer in self.found:
            result = self.create_proxy("call_function", layer_output, (result,), {})
            self.found[layer].append(result.node)
        return result

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        if threading.get_ident() != self._thread:
            return attr_val
        return super().getattr(attr, attr_val, parameter_proxy_cache)


class LayerGraph:
    """The operations of a model, in the order in which they run.

    Parameters
    ----------
    model
        It is not touched: what is traced and run is a twin that shares its weights, or has its own where the
        model is on another device.
    layers
        Names of the layers whose outputs may be changed.
    reading
        Where in the model's output the logits are.

    Raises
    ------
    ModelError
        The model has hooks or can't be copied or traced; the message says why.
    """

    def __init__(
        self, model: nn.Module, layers: Iterable[str], device: torch.device, reading: Logits
    ) -> None:
        if any(_has_hooks(module) for module in model.modules()):
            raise ModelError("the model has hooks, which a graph would leave out")
        self._reading = reading
        self.layers = {layer: resolve_layer(model, layer) for layer in layers}
        """The layers' modules, in the model itself."""
        try:
            self._root = _OneInput(twin_of(model).to(device)).eval()
            tracer = _LayerTracer(self.layers)
            self._graph = tracer.trace_apart(self._root)
        except Exception as error:
            said = " ".join(str(error).split())
            said = said if len(said) <= 160 else f"{said[:160]}…"
            raise ModelError(f"the model can't be traced ({type(error).__name__}: {said})") from error
        self.nodes = list(self._graph.nodes)
        self.place = {node: place for place, node in enumerate(self.nodes)}
        self._found = tracer.found
        self._layers = {node: layer for layer, nodes in self._found.items() for node in nodes}
        self._steps = fx.Interpreter(self._root, graph=self._graph)

    def output_of(self, layer: str) -> fx.Node:
        """Return the node that gives a layer's output.

        Raises
        ------
        ModelError
            The layer is not called exactly once.
        """
        found = self._found.get(layer, [])
        if len(found) != 1:
            raise ModelError(f"layer {layer!r} is called {len(found)} times in a forward pass")
        return found[0]

    def layer_of(self, node: fx.Node) -> str:
        """Return the name of the layer whose output a node gives."""
        return self._layers[node]

    def module_of(self, node: fx.Node) -> nn.Module | None:
        """Return the module that a node calls, if it calls one."""
        return self._root.get_submodule(str(node.target)) if node.op == "call_module" else None

    def crossing(self, cut: fx.Node) -> list[fx.Node]:
        """Return the nodes up to `cut` whose values the nodes after it need, weights apart."""
        last = self.place[cut]
        return [
            node
            for node in self.nodes[: last + 1]
            if node.op != "get_attr" and any(self.place[user] > last for user in node.users)
        ]

    def start(self, inputs: Tensor) -> dict[fx.Node, Any]:
        """Return the values from which a whole pass over `inputs` starts."""
        return {node: inputs for node in self.nodes if node.op == "placeholder"}

    def run(
        self,
        values: Mapping[fx.Node, Any],
        after: fx.Node | None = None,
        until: fx.Node | None = None,
        change: Change | None = None,
        keep: Iterable[fx.Node] = (),
    ) -> dict[fx.Node, Any]:
        """Run the nodes behind `after` up to `until` and return what then is known.

        Values that nobody needs any more are let go, those of `keep` and of the last node are not.
        """
        kept = {*keep, self.nodes[-1]}
        first = 0 if after is None else self.place[after] + 1
        last = len(self.nodes) - 1 if until is None else self.place[until]
        steps = self._steps
        steps.env = env = dict(values)
        try:
            for node in self.nodes[:first]:
                if node.op == "get_attr":
                    env[node] = steps.run_node(node)
            for node in self.nodes[first : last + 1]:
                if node not in env:
                    env[node] = steps.run_node(node)
                    if change is not None and node in self._layers:
                        env[node] = change(self._layers[node], env[node])
                for used in steps.user_to_last_uses.get(node, ()):
                    if used not in kept:
                        env.pop(used, None)
        finally:
            steps.env = {}
        return env

    def logits(self, env: Mapping[fx.Node, Any]) -> Tensor:
        """Return the logits after a run to the end."""
        return self._reading.of(env[self.nodes[-1]])


def _has_hooks(module: nn.Module) -> bool:
    kinds = ("_forward_hooks", "_forward_pre_hooks")
    return any(len(vars(module).get(kind) or ()) for kind in kinds)
