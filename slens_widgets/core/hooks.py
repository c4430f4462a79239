"""Every hook of the project, as context managers, and the twin of the user's model that they are put on."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from slens_widgets.arguments import given
from slens_widgets.core.component_axes import axis_of_components, own, pass_on_axes, usual
from slens_widgets.core.twins import twin_of
from slens_widgets.errors import InputError, ModelError, SlensError, UnknownNameError


def audited(model: Any) -> nn.Module:
    """Return the module to be audited: what `torch.compile` or a data-parallel wrapper wraps, else itself.

    The wrappers share its parameters; hooks on what was compiled may never be called, and layers have
    their own names only inside.

    Raises
    ------
    InputError
        It is no module.
    ModelError
        It has no values yet.
    """
    while isinstance(model, nn.Module):
        scripted = isinstance(model, torch.jit.ScriptModule)  # its modules can't be looked up by name
        inner = None if scripted else model._modules.get("_orig_mod")
        if isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            inner = model.module
        if inner is None:
            break
        model = inner
    else:
        raise InputError(f"A model of type {type(model).__name__}", expected="a torch.nn.Module")
    exported = isinstance(model, torch.fx.GraphModule) and "train" in vars(model)
    if isinstance(model, torch.jit.ScriptModule) or exported:
        raise ModelError(
            "The model is scripted, traced or exported, and its modules can't be hooked",
            expected="the torch.nn.Module that it was made of",
        )
    _check_lazy(model)
    if any(tensor.device.type == "meta" for tensor in (*model.parameters(), *model.buffers())):
        raise ModelError(
            "The model is on the meta device, where parameters have no values",
            next_step="Give it some: model.to_empty(device=…), then load_state_dict(…)",
        )
    return model


def _check_lazy(model: nn.Module) -> None:
    tensors = (*model.parameters(), *model.buffers())
    if any(nn.parameter.is_lazy(tensor) for tensor in tensors):
        raise ModelError(
            "The model has uninitialised (lazy) parameters", next_step="Run it on one batch first"
        )


def resolve_layer(model: nn.Module, layer: str) -> nn.Module:
    """Return the module called `layer`.

    Raises
    ------
    UnknownNameError
        If `model` has no module of that name; the nearest names are given.
    """
    modules = {name: module for name, module in model.named_modules() if name}
    if layer not in modules:
        raise UnknownNameError.of("layer", layer, modules, next_step="slens_widgets.layers(model) lists them")
    return modules[layer]


def tensor_of(output: Any, layer: str) -> Tensor:
    """Return the tensor that holds the components: the output itself, or the first tensor in it."""
    if isinstance(output, Tensor):
        return output
    values = output.values() if isinstance(output, Mapping) else output
    if isinstance(values, (tuple, list)) or isinstance(output, Mapping):
        for value in values:
            if isinstance(value, Tensor):
                return value
    raise ModelError(
        f"Layer {layer!r} gives a {type(output).__name__}", expected="a tensor, or a tuple that holds one"
    )


class _Stop(Exception):
    """Ends a forward pass whose remainder nobody needs."""


@contextmanager
def capture(
    model: nn.Module,
    layers: Sequence[str],
    reduce: Callable[[str, Tensor], Any] = lambda layer, output: output,
) -> Iterator[dict[str, Any]]:
    """Record `reduce(layer, output)` of every forward pass, before anything downstream changes it in place.

    Outputs have their components on the usual axis.

    The mapping that is given out fills during a pass; whoever runs the passes clears it between them.

    Raises
    ------
    ModelError
        In the pass, if a module is called a second time: what its components are would be ambiguous.
    """
    outputs: dict[str, Any] = {}

    def hook_of(layer: str) -> Callable[..., None]:
        def hook(module: nn.Module, args: Any, output: Any) -> None:
            if layer in outputs:
                raise ModelError(
                    f"Layer {layer!r} is called more than once in a forward pass: its components are unclear",
                    expected="a module that is called once",
                    next_step="Choose the module around it or before it (slens_widgets.layers(model))",
                )
            outputs[layer] = reduce(layer, usual(module, tensor_of(output, layer), layer))

        return hook

    with ExitStack() as stack:
        for layer in layers:
            handle = resolve_layer(model, layer).register_forward_hook(hook_of(layer))
            stack.callback(handle.remove)
        yield outputs


def run_to(model: nn.Module, layer: str, inputs: Tensor) -> Tensor:
    """Return the output of `layer` for `inputs`, its components on the usual axis; the rest is not run."""
    kept: list[Tensor] = []

    def hook(module: nn.Module, args: Any, output: Any) -> None:
        kept.append(usual(module, tensor_of(output, layer), layer))
        raise _Stop

    handle = resolve_layer(model, layer).register_forward_hook(hook)
    try:
        model(inputs)
    except _Stop:
        return kept[0]
    finally:
        handle.remove()
    raise ModelError(f"Layer {layer!r} is not reached in a forward pass")


def kept(module: nn.Module, output: Any, layer: str, *, leaf: bool = False) -> tuple[Tensor, Any]:
    """Return a layer's output to be kept, its components on the usual axis, and what goes on in its place.

    Downstream works on a copy, so that no in-place operation there touches what is kept.

    Parameters
    ----------
    leaf
        Make what is kept a leaf of the graph where nothing before it learns.
    """
    old = tensor_of(output, layer)
    found = usual(module, old, layer)
    if leaf and not found.requires_grad:
        found = found.detach().requires_grad_(True)
    return found, replaced(output, old, own(module, found, layer).clone())


def with_values(old: Tensor, axis: int, index: Tensor, values: Tensor) -> Tensor:
    """Return a copy with the slices at `index` along `axis` filled with one value each."""
    shape = [1] * old.ndim
    shape[axis] = len(index)
    sizes = list(old.shape)
    sizes[axis] = len(index)
    return old.index_copy(axis, index, values.reshape(shape).expand(sizes).contiguous())


def ablated(
    output: Any,
    layer: str,
    chosen: Sequence[int],
    values: Float[np.ndarray, " component"] | None,
    module: nn.Module,
) -> Any:
    """Return a layer's output with the chosen components set to their `values`, or to zero without any.

    The output itself is not changed; where it is a tuple or mapping, its first tensor is replaced.
    """
    old = tensor_of(output, layer)
    axis = axis_of_components(module, old, layer)
    if max(chosen) >= old.shape[axis] or min(chosen) < 0:
        raise UnknownNameError(
            f"There is no component {max(chosen)} in layer {layer!r}",
            expected=f"an index from 0 to {old.shape[axis] - 1}",
        )
    index = torch.as_tensor(list(chosen), device=old.device)
    given = np.zeros(len(chosen)) if values is None else np.asarray(values)[list(chosen)]
    new = with_values(old, axis, index, torch.as_tensor(given, dtype=old.dtype, device=old.device))
    return replaced(output, old, new)


@contextmanager
def ablate(
    model: nn.Module, indices: Mapping[str, Sequence[int]], values: Mapping[str, np.ndarray] | None
) -> Iterator[None]:
    """Replace the output of the given components by `values[layer][index]`, or by zero without `values`.

    Parameters
    ----------
    indices
        Component indices by layer.
    values
        One value for every component of each layer.
    """

    def hook_of(layer: str, chosen: list[int]) -> Callable[..., Any]:
        def hook(module: nn.Module, args: Any, output: Any) -> Any:
            return ablated(output, layer, chosen, None if values is None else values[layer], module)

        return hook

    with ExitStack() as stack:
        for layer, chosen in indices.items():
            if not len(chosen):
                continue
            if values is not None and layer not in values:
                raise InputError(
                    f"No mean activations of layer {layer!r}", expected=f"one of {sorted(values)}"
                )
            hook = hook_of(layer, sorted({int(index) for index in chosen}))
            stack.callback(resolve_layer(model, layer).register_forward_hook(hook).remove)
        yield


def replaced(output: Any, old: Tensor, new: Tensor) -> Any:
    """Return a copy of an output with one tensor in it exchanged for another, wherever it is.

    Raises
    ------
    ModelError
        It is of a kind that can't be made anew.
    """
    if output is old:
        return new
    try:
        if isinstance(output, Mapping):
            changed: Any = copy.copy(output)
            for key, value in output.items():
                if _holds(value, old):
                    changed[key] = replaced(value, old, new)
        elif isinstance(output, (tuple, list)):
            values = [replaced(value, old, new) if _holds(value, old) else value for value in output]
            changed = type(output)(*values) if hasattr(output, "_fields") else type(output)(values)
        else:
            raise TypeError("it is no mapping and no tuple")
    except SlensError:
        raise
    except Exception as error:
        raise ModelError(
            f"An output of type {type(output).__name__} can't be changed ({error})",
            expected="a tensor, a tuple or a mapping",
        ) from error
    return changed


def _holds(output: Any, tensor: Tensor) -> bool:
    if isinstance(output, Mapping):
        output = tuple(output.values())
    if isinstance(output, (tuple, list)):
        return any(_holds(value, tensor) for value in output)
    return output is tensor


def default_device(device: str | torch.device | None) -> torch.device:
    """Return `device`, or CUDA where there is one, else the CPU."""
    if device is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        found = torch.device(device)
        torch.empty(0, device=found)
    except Exception as error:
        said = (str(error).splitlines() or [""])[0]
        raise InputError(
            f"device={given(device)} can't be used ({type(error).__name__}: {said})",
            expected='"cpu", or a device of this machine such as "cuda" or "cuda:1"',
        ) from error
    if found.type == "meta":
        raise InputError("device='meta' computes nothing", expected='"cpu" or "cuda"')
    return found


@contextmanager
def evaluating(model: nn.Module, device: torch.device | None = None) -> Iterator[nn.Module]:
    """Give out a twin of `model` in evaluation mode, and on `device` where one is given.

    Whatever is done to the twin, and whatever its passes write into themselves, the model stays as it is:
    there is nothing to restore, wherever an error or an interrupt falls, and nothing that a user changes
    meanwhile is undone. Any number of threads may run twins of one model side by side.
    """
    _check_lazy(model)
    twin = twin_of(model).eval()
    pass_on_axes(model, twin)
    recording = torch.is_grad_enabled()
    try:
        yield twin if device is None else twin.to(device)
    except BaseException:
        # An interrupt inside `torch.no_grad`'s own end would leave the thread without gradients.
        torch.set_grad_enabled(recording)
        raise
