"""A model's twin: modules of its own over the same weights, so that nothing done to it reaches the model."""

from __future__ import annotations

import copy
import functools
import gc
import logging
import types
import weakref
from collections import deque
from collections.abc import Callable, Container
from typing import Any

import torch
from torch import Tensor, fx, nn

from slens_widgets.errors import ModelError

_PLAIN = (
    type(None), bool, int, float, complex, str, bytes, type, types.ModuleType, types.CodeType, logging.Logger,
    torch.dtype, torch.device, torch.Size, torch.layout, torch.memory_format, fx.Graph,
)  # fmt: skip
"""What is shared without a look: it doesn't change, or is nobody's own."""
_LOOKED_AT = 20_000
"""Objects that are looked through for modules behind one attribute; what is larger is shared as it is."""


def twin_of(model: nn.Module) -> nn.Module:
    """Return a model of the same modules that shares the weights of `model` and nothing else that changes.

    Modules, hooks, buffers and containers are its own, and so are its parameters, which hold the same values
    in the same memory: flags, hooks, modules and values that are set on the twin, and what its passes write
    into buffers and attributes, never reach the model; nor does the twin see what is set on the model later.
    Methods and closures that lead to a module of the model lead to the twin's. What was compiled inside runs
    as it is written, because hooks that come after compilation may not be called else.

    Raises
    ------
    ModelError
        A module can't be made anew.
    """
    # Not under somebody's inference mode: its tensors could never be part of a graph.
    with torch.inference_mode(False), torch.no_grad():
        twin = _Twins().of(model)
    assert isinstance(twin, nn.Module)
    return twin


class _Twins:
    """What stands for each object of a model in its twin."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}
        self._held: list[Any] = []  # an id is the object's as long as that lives
        self._leading: dict[int, bool] = {}

    def of(self, value: Any) -> Any:
        # By the type itself, here and below: what an object says of its class may be anything.
        if issubclass(type(value), _PLAIN):
            return value
        if id(value) not in self._made:
            self._held.append(value)
            found = self._make(value)
            self._made[id(value)] = found
        return self._made[id(value)]

    def _make(self, value: Any) -> Any:
        kind = type(value)
        if issubclass(kind, nn.Module):
            return self._module(value)
        if issubclass(kind, Tensor):
            return _parameter(value) if isinstance(value, nn.Parameter) else value.detach().clone()
        if kind is torch.Generator:
            return value.clone_state()
        if issubclass(kind, dict):
            return self._mapping(value)
        if issubclass(kind, list):
            listed = self._keep(value, copy.copy(value))
            list.__setitem__(listed, slice(None), [self.of(each) for each in list(value)])
            return listed
        if kind in (set, frozenset):
            return kind(self.of(each) for each in list(value))
        if kind is deque:
            return deque([self.of(each) for each in list(value)], value.maxlen)
        if kind is tuple or (issubclass(kind, tuple) and hasattr(kind, "_make")):
            items = [self.of(each) for each in value]
            if all(new is old for new, old in zip(items, value, strict=True)):
                return value
            return tuple(items) if kind is tuple else kind._make(items)
        if issubclass(kind, weakref.ref) or kind in weakref.ProxyTypes:
            return self._weak(value)
        return self._leading_elsewhere(value) if self._leads_to_modules(value) else value

    def _keep(self, value: Any, twin: Any) -> Any:
        """Remember a twin before it is filled: what is in it may lead back to it."""
        self._made[id(value)] = twin
        return twin

    def _mapping(self, value: dict[Any, Any]) -> dict[Any, Any]:
        mapping = self._keep(value, copy.copy(value))
        for key, each in list(value.items()):
            new = self.of(key)
            if new is not key:
                dict.__delitem__(mapping, key)
            dict.__setitem__(mapping, new, self.of(each))
        return mapping

    def _weak(self, value: Any) -> Any:
        found = _referent(value)
        if not issubclass(type(found), (nn.Module, Tensor)):
            return value
        return (weakref.ref if issubclass(type(value), weakref.ref) else weakref.proxy)(self.of(found))

    def _module(self, module: nn.Module) -> nn.Module:
        if isinstance(module, torch.jit.ScriptModule):
            try:
                return copy.deepcopy(module)
            except Exception as error:
                raise ModelError(
                    f"A scripted module inside the model can't be copied ({type(error).__name__}: {error})",
                    next_step="Put the torch.nn.Module that it was made of in its place",
                ) from error
        twin: nn.Module = self._keep(module, _bare(module))
        written = getattr(getattr(type(module), "forward", None), "_torchdynamo_orig_callable", None)
        if written is not None:
            vars(twin)["forward"] = types.MethodType(written, twin)
        compiled = {"dynamo_ctx", "forward"} if "dynamo_ctx" in vars(module) else set()
        self._fill(module, twin, without={"_compiled_call_impl", *compiled})
        if compiled:
            vars(twin)["forward"] = twin._modules["_orig_mod"]
        return twin

    def _fill(self, value: Any, twin: Any, without: Container[str] = ()) -> None:
        """Give a bare twin what the object has."""
        for key, each in list(getattr(value, "__dict__", {}).items()):
            if key not in without:
                vars(twin)[key] = self.of(each)
        for name in _slots(value):
            object.__setattr__(twin, name, self.of(getattr(value, name)))

    def _leading_elsewhere(self, value: Any) -> Any:
        """Return an object like `value` that leads to the twins of the modules to which it leads."""
        kind = type(value)
        if kind is types.MethodType:
            return types.MethodType(self.of(value.__func__), self.of(value.__self__))
        if kind is types.FunctionType:
            return self._function(value)
        if kind is types.CellType:
            cell = self._keep(value, types.CellType())
            cell.cell_contents = self.of(value.cell_contents)
            return cell
        if kind is functools.partial:
            arguments = {key: self.of(each) for key, each in value.keywords.items()}
            partial = functools.partial(self.of(value.func), *map(self.of, value.args), **arguments)
            vars(partial).update((key, self.of(each)) for key, each in vars(value).items())
            return partial
        plain = all(getattr(kind, name) is getattr(object, name) for name in ("__reduce__", "__reduce_ex__"))
        if not plain or not (hasattr(value, "__dict__") or _slots(value)):
            return value
        twin = self._keep(value, _bare(value))
        self._fill(value, twin)
        return twin

    def _function(self, value: types.FunctionType) -> types.FunctionType:
        cells = None if value.__closure__ is None else tuple(map(self.of, value.__closure__))
        if id(value) in self._made:  # it is in its own closure
            return self._made[id(value)]
        function = types.FunctionType(value.__code__, value.__globals__, value.__name__, None, cells)
        self._keep(value, function)
        function.__defaults__ = self.of(value.__defaults__)
        function.__kwdefaults__ = self.of(value.__kwdefaults__)
        vars(function).update((key, self.of(each)) for key, each in vars(value).items())
        return function

    def _leads_to_modules(self, value: Any) -> bool:
        """Whether an object, or what it refers to, is a module or leads to one."""
        seen: dict[int, Any] = {}
        left = [value]
        while left:
            each = left.pop()
            if issubclass(type(each), (*_PLAIN, Tensor)) or id(each) in seen:
                continue
            known = True if issubclass(type(each), nn.Module) else self._leading.get(id(each))
            if known:
                self._leading[id(value)] = True
                return True
            if known is None:
                seen[id(each)] = each
                left.extend(_referred(each))
            if len(seen) > _LOOKED_AT:
                self._leading[id(value)] = False
                return False
        self._leading.update(dict.fromkeys(seen, False))
        self._held.extend(seen.values())
        return False


def _referred(value: Any) -> list[Any]:
    """Return what an object refers to; of a function not its globals, through which all can be reached."""
    kind = type(value)
    if kind is types.FunctionType:
        return [value.__closure__, value.__defaults__, value.__kwdefaults__, vars(value)]
    if issubclass(kind, weakref.ref) or kind in weakref.ProxyTypes:
        return [found for found in [_referent(value)] if issubclass(type(found), nn.Module)]
    if kind in (types.FrameType, types.TracebackType, types.GeneratorType):
        return []
    return gc.get_referents(value)


def _referent(value: Any) -> Any:
    """Return what a weak reference or proxy stands for, None when that is gone."""
    if issubclass(type(value), weakref.ref):
        return value()
    try:
        return value.__repr__.__self__
    except ReferenceError:
        return None


def _bare(value: Any) -> Any:
    kind: Any = type(value)
    try:
        return object.__new__(kind)
    except TypeError:  # what derives from a built-in type besides
        return kind.__new__(kind)


def _slots(value: Any) -> list[str]:
    found: list[str] = []
    for kind in type(value).__mro__:
        names = vars(kind).get("__slots__", ())
        found.extend([names] if isinstance(names, str) else names)
    return [
        name
        for name in found
        if name not in ("__dict__", "__weakref__") and not name.startswith("__") and hasattr(value, name)
    ]


def _parameter(parameter: nn.Parameter) -> Tensor:
    """Return a parameter of its own with the same values in the same memory."""
    kind, data = type(parameter), parameter.data
    if data.is_inference():  # it could be part of no graph
        data = data.clone()
    if kind is nn.Parameter or not issubclass(kind, nn.Parameter):
        twin: Tensor = nn.Parameter(data, requires_grad=parameter.requires_grad)
    else:
        make: Callable[..., Tensor] = torch.Tensor._make_subclass
        twin = make(kind, data, parameter.requires_grad)
    vars(twin).update(vars(parameter))
    return twin
