"""A copy of a model in which components are ablated for good."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from slens_widgets.core.component_axes import axis_of_components, unusual_axis
from slens_widgets.core.hooks import replaced, resolve_layer, tensor_of, with_values
from slens_widgets.errors import ModelError

_OWN = ("ablated_components", "ablated_values")


class Ablated(nn.Module):
    """A layer some of whose components always give one value.

    Its state dict has the names of the layer itself, and two buffers besides, so that the original's weights
    load into it. Attributes that it lacks are the layer's.

    Parameters
    ----------
    layer
        The module to wrap.
    components
        Indices along the axis of the components.
    values
        What each of them gives.
    axis
        The axis of the components; None: the usual one.
    """

    ablated_components: Tensor
    ablated_values: Tensor

    def __init__(
        self,
        layer: nn.Module,
        components: Sequence[int],
        values: Sequence[float],
        axis: int | None = None,
    ) -> None:
        super().__init__()
        self.layer = layer
        self.axis = axis
        self.register_buffer("ablated_components", torch.tensor(list(components), dtype=torch.int64))
        self.register_buffer("ablated_values", torch.tensor(list(values), dtype=torch.float32))
        self.register_state_dict_post_hook(_drop_prefix)
        self.register_load_state_dict_pre_hook(_add_prefix)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Run the layer and set the components."""
        output = self.layer(*args, **kwargs)
        old = tensor_of(output, "ablated")
        axis = axis_of_components(None, old, "ablated") if self.axis is None else self.axis
        values = self.ablated_values.to(old.dtype)
        return replaced(output, old, with_values(old, axis, self.ablated_components, values))

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name == "layer":
                raise
            return getattr(super().__getattr__("layer"), name)

    def extra_repr(self) -> str:
        """Return which components are ablated."""
        return f"components={self.ablated_components.tolist()}"


def _drop_prefix(module: nn.Module, state: dict[str, Any], prefix: str, metadata: Any) -> None:
    for key in [key for key in state if key.startswith(f"{prefix}layer.")]:
        state[prefix + key.removeprefix(f"{prefix}layer.")] = state.pop(key)


def _add_prefix(module: nn.Module, state: dict[str, Any], prefix: str, *rest: Any) -> None:
    own = {f"{prefix}{name}" for name in _OWN}
    for key in [key for key in state if key.startswith(prefix) and key not in own]:
        state[f"{prefix}layer.{key.removeprefix(prefix)}"] = state.pop(key)
    for name in _OWN:
        # The original's weights say nothing of it: what is ablated stays so.
        state.setdefault(f"{prefix}{name}", getattr(module, name))


def pruned_copy(
    model: nn.Module,
    indices: Mapping[str, Sequence[int]],
    values: Mapping[str, np.ndarray] | None,
) -> nn.Module:
    """Return a copy of `model`, in evaluation mode, with components set to `values`, or to zero without any.

    Raises
    ------
    ModelError
        The model can't be copied.
    """
    try:
        pruned = copy.deepcopy(model).eval()
    except Exception as error:
        raise ModelError(
            f"The model can't be copied ({type(error).__name__}: {error})",
            next_step="Make a second one and load the weights, then wrap its layers with Ablated",
        ) from error
    for layer, chosen in {name: resolve_layer(pruned, name) for name in indices}.items():
        components = sorted({int(index) for index in indices[layer]})
        given = np.zeros(len(components)) if values is None else np.asarray(values[layer])[components]
        wrapped = Ablated(chosen, components, given.tolist(), unusual_axis(resolve_layer(model, layer)))
        parameter = next((each for each in chosen.parameters()), next(iter(pruned.parameters()), None))
        if parameter is not None:
            wrapped.to(parameter.device)
        for parent in list(pruned.modules()):
            # named_children() would leave out the second name of a shared module.
            names = [name for name, child in parent._modules.items() if child is chosen]
            for name in names if parent is not wrapped else ():
                setattr(parent, name, wrapped)
    return pruned.eval()
