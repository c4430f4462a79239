"""Mend a classifier: refit or reweight its head, fine-tune it against components, retrain on clean images."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn
from torch.nn import functional

from slens_widgets.core.activations import Transform, batches
from slens_widgets.core.hooks import component_axis, evaluating, resolve_layer, tensor_of
from slens_widgets.core.images import ImageSet
from slens_widgets.core.pruned import pruned_copy
from slens_widgets.errors import InputError, ModelError
from slens_widgets.types import CorrectionSettings, Progress

_BATCH = 64


@dataclass(frozen=True)
class TrainingImages:
    """Labelled images to learn from, the readable ones."""

    images: ImageSet
    ids: Sequence[int]
    labels: Int[np.ndarray, " image"]
    groups: Int[np.ndarray, " image"] | None
    transform: Transform

    def batches(
        self, rows: Sequence[int], device: torch.device, size: int = _BATCH
    ) -> Iterator[tuple[Int[np.ndarray, " image"], Tensor]]:
        """Yield the rows' places and inputs, in the order given."""
        ids = [self.ids[row] for row in rows]
        done = 0
        for found, inputs in batches(self.images, ids, self.transform, size, device):
            yield np.asarray(rows[done : done + len(found)]), inputs
            done += len(found)

    def balanced(self) -> Float[np.ndarray, " image"]:
        """Return each image's chance to be drawn, so that all groups (or else classes) are equally likely."""
        kinds = self.labels if self.groups is None else self.groups
        _, place, counts = np.unique(kinds, return_inverse=True, return_counts=True)
        weight = 1.0 / counts[place]
        return weight / weight.sum()


def refit_head(
    model: nn.Module,
    data: TrainingImages,
    settings: CorrectionSettings,
    device: torch.device,
    *,
    by_group: bool,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Replace the weights of the last linear layer by a logistic regression on its own inputs.

    With `by_group`: the mean over ten regressions, each on as many images of every group as the smallest
    has. Otherwise on all images, the classes weighted equally.

    Source: deep feature reweighting, Kirichenko et al. (arXiv 2204.02937).
    """
    with evaluating(model, device):
        head = last_linear(model, data, device)
        features = _features(model, head, data, device, progress)
    scaler = StandardScaler().fit(features)
    scaled = scaler.transform(features)
    rng = np.random.default_rng(settings.seed)
    if by_group and data.groups is None:
        raise InputError(
            'method="dfr" needs the group of each training image', expected="sw.Evaluation(…, groups=…)"
        )
    if by_group:
        assert data.groups is not None
        kinds, counts = np.unique(data.groups, return_counts=True)
        draws = [
            np.concatenate(
                [rng.choice(np.flatnonzero(data.groups == g), counts.min(), replace=False) for g in kinds]
            )
            for _ in range(10)
        ]
    else:
        draws = [np.arange(len(scaled))]
    weights, biases = zip(
        *(_regression(scaled[rows], data.labels[rows], head.out_features, settings) for rows in draws),
        strict=True,
    )
    weight = np.mean(weights, axis=0) / scaler.scale_
    bias = np.mean(biases, axis=0) - weight @ scaler.mean_
    with torch.no_grad():
        head.weight.copy_(torch.as_tensor(weight, dtype=head.weight.dtype))
        if head.bias is None:
            head.bias = nn.Parameter(torch.zeros(head.out_features, device=head.weight.device))
        head.bias.copy_(torch.as_tensor(bias, dtype=head.weight.dtype))
    return {"images": len(draws[0]), "regressions": len(draws)}


def fine_tune(
    model: nn.Module,
    data: TrainingImages,
    indices: Mapping[str, Sequence[int]],
    settings: CorrectionSettings,
    device: torch.device,
    *,
    rows: Int[np.ndarray, " image"] | None = None,
    penalise: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train what follows the components, with a penalty on the share of relevance that they hold.

    What comes before them stays as it is: else the model would build the shortcut anew in other components.
    Relevance is gradient × activation for the image's own class. Groups, or else classes, are drawn equally
    often. Normalisation layers keep their statistics.

    Source: right for the right reasons, Ross et al. (arXiv 1703.03717), on components in place of pixels.
    """
    chosen = np.arange(len(data.ids)) if rows is None else rows
    chance = data.balanced()[chosen]
    chance = chance / chance.sum()
    rng = np.random.default_rng(settings.seed)
    labels = torch.as_tensor(data.labels, device=device)
    model.eval().to(device)
    trained = _after(model, list(indices), data, device)
    optimizer = torch.optim.AdamW(trained, lr=settings.learning_rate, weight_decay=1e-4)
    held: list[float] = []
    for epoch in range(settings.epochs):
        order = rng.choice(chosen, len(chosen), p=chance)
        for places, inputs in data.batches(order.tolist(), device):
            if progress is not None:
                progress(epoch, settings.epochs, "fine-tune")
            target = labels[torch.as_tensor(places, device=device)]
            with torch.enable_grad():
                logits, outputs = _run(model, inputs, list(indices))
                loss = functional.cross_entropy(logits, target)
                if penalise and indices:
                    share = _share(logits, outputs, indices, target)
                    held.append(float(share.detach()))
                    loss = loss + settings.penalty * share
                optimizer.zero_grad()
                loss.backward()
            optimizer.step()
    for parameter in model.parameters():
        parameter.requires_grad_(True)
        parameter.grad = None
    steps = max(1, len(held) // settings.epochs)
    said: dict[str, Any] = {"images": len(chosen)}
    if held:
        said["relevance_held"] = (float(np.mean(held[:steps])), float(np.mean(held[-steps:])))
    return said


def tainted(
    model: nn.Module,
    data: TrainingImages,
    indices: Mapping[str, Sequence[int]],
    device: torch.device,
    progress: Progress | None = None,
) -> Float[np.ndarray, " image"]:
    """Return how far each image's own class rests on the components: their gradient × activation, summed."""
    found = np.zeros(len(data.ids))
    with evaluating(model, device):
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        for places, inputs in data.batches(range(len(data.ids)), device):
            if progress is not None:
                progress(int(places[0]), len(data.ids), "tainted images")
            target = torch.as_tensor(data.labels[places], device=device)
            with torch.enable_grad():
                logits, outputs = _run(model, inputs.requires_grad_(True), list(indices))
                margin = _margin(logits, target)
                signals = torch.autograd.grad(margin.sum(), list(outputs.values()))
            for (layer, output), signal in zip(outputs.items(), signals, strict=True):
                found[places] += (
                    _per_component(signal * output, layer)[:, list(indices[layer])].sum(1).numpy(force=True)
                )
    return found


def clean_rows(
    taint: Float[np.ndarray, " image"], labels: Int[np.ndarray, " image"], keep: float
) -> Int[np.ndarray, " image"]:
    """Return the places of the share `keep` of each class that is least tainted."""
    rows = []
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        rows.append(
            of_class[np.argsort(taint[of_class], kind="stable")[: max(1, round(keep * len(of_class)))]]
        )
    return np.sort(np.concatenate(rows))


def corrected(
    model: nn.Module,
    method: str,
    indices: Mapping[str, Sequence[int]],
    values: Mapping[str, np.ndarray] | None,
    data: TrainingImages | None,
    settings: CorrectionSettings,
    device: torch.device,
    progress: Progress | None = None,
) -> tuple[nn.Module, dict[str, Any]]:
    """Return a mended copy of `model`, in evaluation mode, and what was done; `model` is not changed.

    Parameters
    ----------
    method
        "prune", "head", "dfr", "finetune" or "clean"; see `Audit.correct`.
    values
        What ablated components give, by layer; None: zero.
    """
    if method == "prune":
        return pruned_copy(model, indices, values), {}
    if data is None:
        raise InputError(f"method={method!r} without training images", expected="training=sw.Evaluation(…)")
    if method == "finetune":
        copy = pruned_copy(model, {}, None)
        return copy.eval(), fine_tune(copy, data, indices, settings, device, progress=progress)
    copy = pruned_copy(model, indices, values)
    if method == "clean":
        taint = tainted(model, data, indices, device, progress)
        rows = clean_rows(taint, data.labels, settings.keep)
        said = fine_tune(copy, data, indices, settings, device, rows=rows, penalise=False, progress=progress)
        removed = np.setdiff1d(np.arange(len(data.ids)), rows)
        return copy.eval(), said | {"removed": [data.images.name(data.ids[row]) for row in removed]}
    by_group = method == "dfr"
    return copy.eval(), refit_head(copy, data, settings, device, by_group=by_group, progress=progress)


def last_linear(model: nn.Module, data: TrainingImages, device: torch.device) -> nn.Linear:
    """Return the linear layer whose output the logits are.

    Raises
    ------
    ModelError
        There is none.
    """
    seen: list[tuple[nn.Linear, Tensor]] = []

    def hook(module: Any, args: Any, output: Any) -> None:
        seen.append((module, output))

    handles = [each.register_forward_hook(hook) for each in model.modules() if isinstance(each, nn.Linear)]
    try:
        with torch.no_grad():
            _, inputs = next(data.batches([0], device, 1))
            logits = tensor_of(model(inputs), "output")
    finally:
        for handle in handles:
            handle.remove()
    for module, output in reversed(seen):
        if output.shape == logits.shape and torch.equal(output, logits):
            return module
    raise ModelError(
        "The model does not end in a linear layer, so there is no head to refit",
        expected="nn.Linear before the logits",
        next_step='Choose method="finetune"',
    )


def _features(
    model: nn.Module, head: nn.Linear, data: TrainingImages, device: torch.device, progress: Progress | None
) -> Float[np.ndarray, "image feature"]:
    kept: list[np.ndarray] = []
    handle = head.register_forward_pre_hook(lambda _, args: kept.append(args[0].float().numpy(force=True)))
    try:
        with torch.no_grad():
            for places, inputs in data.batches(range(len(data.ids)), device):
                if progress is not None:
                    progress(int(places[0]), len(data.ids), "features")
                model(inputs)
    finally:
        handle.remove()
    return np.concatenate(kept).astype(np.float64)


def _regression(
    features: np.ndarray, labels: np.ndarray, n_classes: int, settings: CorrectionSettings
) -> tuple[np.ndarray, np.ndarray]:
    present = np.unique(labels)
    if len(present) < 2:
        raise InputError("The training images are of one class only", expected="images of every class")
    fitted = LogisticRegression(C=settings.c, class_weight="balanced", max_iter=2000).fit(features, labels)
    weight, bias = np.zeros((n_classes, features.shape[1])), np.full(n_classes, -20.0)
    if len(present) == 2:  # one row stands for both classes
        half, offset = fitted.coef_[0] / 2, fitted.intercept_[0] / 2
        weight[present], bias[present] = np.stack([-half, half]), [-offset, offset]
    else:
        weight[present], bias[present] = fitted.coef_, fitted.intercept_
    return weight, bias


def _after(
    model: nn.Module, layers: Sequence[str], data: TrainingImages, device: torch.device
) -> list[nn.Parameter]:
    """Freeze what is called up to the last of `layers`; return the parameters that remain to be trained."""
    called: list[nn.Module] = []

    def hook_of(module: nn.Module) -> Callable[..., None]:
        return lambda *_: called.append(module)

    handles = [each.register_forward_hook(hook_of(each)) for each in model.modules()]
    try:
        with torch.no_grad():
            model(next(data.batches([0], device, 1))[1])
    finally:
        for handle in handles:
            handle.remove()
    ends = [called.index(resolve_layer(model, layer)) for layer in layers]
    frozen = {id(p) for module in called[: max(ends) + 1] for p in module.parameters()} if ends else set()
    trained = [p for p in model.parameters() if id(p) not in frozen]
    for parameter in model.parameters():
        parameter.requires_grad_(id(parameter) not in frozen)
    if not trained:
        raise ModelError(f"Nothing that can be trained follows layer {layers[0]!r}")
    return trained


def _run(model: nn.Module, inputs: Tensor, layers: Sequence[str]) -> tuple[Tensor, dict[str, Tensor]]:
    """Return logits and the outputs of `layers`, which are made leaves where nothing before them learns."""
    outputs: dict[str, Tensor] = {}

    def hook_of(layer: str) -> Callable[..., Any]:
        def hook(module: nn.Module, args: Any, output: Any) -> Any:
            found = tensor_of(output, layer)
            if not found.requires_grad:
                found = found.detach().requires_grad_(True)
            outputs[layer] = found
            return found.clone() if isinstance(output, Tensor) else None

        return hook

    handles = [resolve_layer(model, layer).register_forward_hook(hook_of(layer)) for layer in layers]
    try:
        return tensor_of(model(inputs), "output"), outputs
    finally:
        for handle in handles:
            handle.remove()


def _margin(logits: Tensor, target: Tensor) -> Tensor:
    rows = torch.arange(len(logits), device=logits.device)
    others = logits.clone()
    others[rows, target] = -torch.inf
    return logits[rows, target] - others.amax(1)


def _share(
    logits: Tensor, outputs: Mapping[str, Tensor], indices: Mapping[str, Sequence[int]], target: Tensor
) -> Tensor:
    signals = torch.autograd.grad(_margin(logits, target).sum(), list(outputs.values()), create_graph=True)
    parts = []
    for (layer, output), signal in zip(outputs.items(), signals, strict=True):
        size = _per_component(signal * output, layer).abs()
        parts.append(size[:, list(indices[layer])].sum(1) / size.sum(1).clamp(min=1e-12))
    return torch.stack(parts).mean()


def _per_component(values: Tensor, layer: str) -> Tensor:
    values = values.movedim(component_axis(values, layer), 1)
    return values.flatten(2).sum(2) if values.ndim > 2 else values
