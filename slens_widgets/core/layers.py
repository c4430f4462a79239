"""Which modules of a model have components, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn

from slens_widgets.arguments import names_of
from slens_widgets.core.component_axes import axis_of_components, look_at_axes
from slens_widgets.core.hooks import audited, evaluating, replaced, resolve_layer, tensor_of
from slens_widgets.errors import InputError, ModelError, SlensError

_KINDS = {2: "unit", 3: "token feature", 4: "channel"}


def layers(
    model: nn.Module, *, input_size: int | Sequence[int] = 224, example: Tensor | None = None
) -> pd.DataFrame:
    """List the modules whose components can be audited, in the order in which the model runs them.

    Parameters
    ----------
    input_size
        Side of a square input, (height, width), or (channel, height, width).
    example
        A batch of inputs to use instead.

    Returns
    -------
    pandas.DataFrame
        One row per module: `layer` (its name), `type`, `shape` (of the output for one image), `components`,
        `kind` ("channel", "token feature" or "unit") and `calls` (more than one: it cannot be audited).

    Raises
    ------
    ModelError
        If the model does not run on such an input.
    """
    rows: dict[str, dict[str, Any]] = {}
    handles = []

    def hook_of(name: str) -> Any:
        def hook(module: nn.Module, args: Any, output: Any) -> None:
            try:
                found = tensor_of(output, name)
                axis = axis_of_components(module, found, name)
                replaced(output, found, found)  # what can't be pruned is not listed
            except SlensError:
                return
            if name in rows:
                rows[name]["calls"] += 1
                return
            rows[name] = {
                "layer": name,
                "type": type(module).__name__,
                "shape": tuple(found.shape[1:]),
                "components": found.shape[axis],
                "kind": _KINDS[found.ndim],
                "calls": 1,
            }

        return hook

    model = audited(model)
    with evaluating(model) as model, torch.no_grad():
        inputs = _example(model, input_size) if example is None else example
        look_at_axes(model, inputs)
        try:
            for name, module in model.named_modules():
                if name:
                    handles.append(module.register_forward_hook(hook_of(name)))
            model(inputs)
        except SlensError:
            raise
        except Exception as error:
            raise ModelError(
                f"The model does not run on an input of shape {tuple(inputs.shape)}: {error}",
                next_step="Give input_size=(channel, height, width) or example=a batch of inputs",
            ) from error
        finally:
            for handle in handles:
                handle.remove()
    columns = ["layer", "type", "shape", "components", "kind", "calls"]
    return pd.DataFrame(list(rows.values()), columns=columns)


def _example(model: nn.Module, input_size: int | Sequence[int]) -> Tensor:
    size = (3, input_size, input_size) if isinstance(input_size, int) else tuple(input_size)
    if len(size) == 2:
        size = (3, *size)
    if len(size) != 3 or any(side < 1 for side in size):
        raise InputError(
            f"input_size={input_size!r}", expected="a side, (height, width) or (channel, height, width)"
        )
    parameter = next((p for p in model.parameters() if p.is_floating_point()), torch.zeros(()))
    return torch.zeros(1, *size, device=parameter.device, dtype=parameter.dtype)


def check_layers(model: nn.Module, names: str | Sequence[str]) -> list[str]:
    """Return `names` as a list of distinct layers of `model`.

    Raises
    ------
    UnknownNameError
        If the model has no such module.
    """
    listed = names_of("layers", names)
    if not listed:
        raise InputError("No layers were given", next_step="slens_widgets.layers(model) lists them")
    for name in listed:
        resolve_layer(model, name)
    return list(dict.fromkeys(listed))
