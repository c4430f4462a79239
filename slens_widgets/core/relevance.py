"""Where in an image a component finds what it responds to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from slens_widgets.core.activation_maps import activation_rounds, check_components
from slens_widgets.core.backward_pass import BackwardPass
from slens_widgets.core.backward_program import Unsupported
from slens_widgets.core.component_axes import look_at_axes
from slens_widgets.core.composites import Crp, Registered, register
from slens_widgets.core.crp_heatmaps import crp_rounds, unreachable
from slens_widgets.core.gradient_heatmaps import METHODS, without_convolution
from slens_widgets.core.hooks import run_to
from slens_widgets.core.layout import suit
from slens_widgets.errors import InputError, ModelError, nearest_names
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

Relevance = Literal["crp", "gradient", "integrated", "smoothgrad", "gradcam", "activation"] | Crp | None
"""Heatmap method: CRP (with "activation" where it can't reach), one made of gradients (see
`gradient_heatmaps`), the activation map, or None for the whole image."""
_NAMES = ("crp", *METHODS, "activation")

Resolution = Literal["pixel", "block"]
"""Where CRP's relevance is read off: at the pixels, or where maps first have an eighth of their sides."""

BLOCK = 8
AGREEMENT = 0.01
"""How far, relative to its maximum, a heatmap of the shared way back may be from autograd's in float32."""

Heatmaps = Iterator[tuple[list[int], list[int], Float[Tensor, "row height width"]]]


def check_resolution(resolution: Any) -> Resolution:
    """Return `resolution` if there is such a one."""
    if resolution not in ("pixel", "block"):
        raise InputError(f"resolution={resolution!r}", expected='"pixel" or "block"')
    return resolution


def check_relevance(relevance: Any) -> Relevance:
    """Return `relevance` if there is such a method."""
    if relevance is not None and not isinstance(relevance, Crp) and relevance not in _NAMES:
        raise InputError(
            f"relevance={relevance!r}",
            expected=f"{', '.join(map(repr, _NAMES))}, None or Crp(…)",
            nearest=nearest_names(str(relevance), _NAMES),
        )
    return relevance


@dataclass
class Attribution:
    """A model prepared for heatmaps: which method serves which layer, and the heatmaps themselves."""

    model: nn.Module
    methods: dict[str, str] = field(default_factory=dict)
    """What each layer is served by: a name in `Relevance`, or "none"."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a layer has another method than was asked for."""
    registered: Registered | None = None
    """Composite and canonizers, where a layer is served by CRP."""
    layout: torch.memory_format = torch.contiguous_format
    """Memory layout of the model's inputs."""
    engines: dict[str, str] = field(default_factory=dict)
    """Of each layer that CRP serves: "shared" (`BackwardPass`) or "autograd"."""
    resolutions: dict[str, Resolution] = field(default_factory=dict)
    """Of each layer that CRP serves."""
    notes: dict[str, list[str]] = field(default_factory=dict)
    """Why a layer has another engine or resolution than it could have."""
    _cache: dict[Any, Any] = field(default_factory=dict, repr=False)

    def heatmaps(
        self,
        layer: str,
        inputs: Float[Tensor, "image channel height width"],
        asked: Sequence[Sequence[int]],
    ) -> Heatmaps:
        """Yield heatmaps of several components of each image, from one forward pass.

        Parameters
        ----------
        asked
            For each image, its components.

        Yields
        ------
        Some rows at a time: their images' places in `inputs`, their components' places in what was asked of
        the image, and their heatmaps.
        """
        inputs = inputs.contiguous(memory_format=self.layout)
        if self.engines.get(layer) == "shared":
            try:
                way = self._way_back(layer, inputs)
            except Unsupported as unsupported:
                # These inputs took another path than the example. The next ones may take that one again: what
                # serves a batch depends on nothing but the batch.
                self._note(layer, f"some inputs lead through {unsupported}, and ran under autograd")
            else:
                yield from _shared_rows(way, layer, asked)
                return
        rounds = {"crp": crp_rounds, "activation": activation_rounds, **METHODS}[self.methods[layer]]
        for number, (images, maps) in enumerate(rounds(self.model, layer, inputs, asked)):
            yield images, [number] * len(images), maps

    def _way_back(self, layer: str, inputs: Tensor) -> BackwardPass:
        leaf = inputs.detach().clone().requires_grad_(True)
        with torch.enable_grad():
            output = run_to(self.model, layer, leaf)
        stop = None
        if self.resolutions.get(layer) == "block":
            stop = (-(-inputs.shape[-2] // BLOCK), -(-inputs.shape[-1] // BLOCK))
            if output.ndim == 4 and output.shape[-2] >= stop[0] and output.shape[-1] >= stop[1]:
                self._use_pixels(layer, "its own maps are as large as that")
                stop = None
        return BackwardPass(output, leaf, self._cache, stop)

    def choose_engine(self, layer: str, example: Float[Tensor, "one channel height width"]) -> None:
        """Take the shared way back where it holds and agrees with autograd on an example; note why not."""
        twice = example[:1].expand(2, -1, -1, -1).contiguous(memory_format=self.layout)
        self.engines[layer] = "shared"
        with torch.no_grad():
            activations = run_to(self.model, layer, example[:1])[0]
        component = int(activations.abs().reshape(len(activations), -1).amax(1).argmax())
        wanted, self.resolutions[layer] = self.resolutions[layer], "pixel"
        try:
            way = self._way_back(layer, twice)
        except Unsupported as unsupported:
            self.resolutions[layer] = wanted
            self._use_autograd(layer, f"there is no shared way back through {unsupported}")
            return
        self.resolutions[layer] = wanted
        ours = way.heatmaps(1, [component])
        ((_, theirs),) = crp_rounds(self.model, layer, twice[:1], [[component]])
        apart = float((ours - theirs).abs().max() / theirs.abs().max().clamp(min=1e-30))
        if not apart <= AGREEMENT:
            self._use_autograd(layer, f"the shared way back differs by {apart:.0%}")

    def _use_autograd(self, layer: str, why: str) -> None:
        self.engines[layer] = "autograd"
        self._note(layer, f"CRP runs under autograd: {why}")
        if self.resolutions[layer] == "block":
            self._use_pixels(layer, "that needs the shared way back")

    def _use_pixels(self, layer: str, why: str) -> None:
        self.resolutions[layer] = "pixel"
        self._note(layer, f'resolution="block" is not used: {why}')

    def _note(self, layer: str, note: str) -> None:
        if note not in self.notes.setdefault(layer, []):
            self.notes[layer].append(note)
            logger.info("Layer %r: %s.", layer, note)

    def report(self) -> dict[str, Any]:
        """Return what was done and why, for the provenance."""
        report: dict[str, Any] = {"methods": dict(self.methods)}
        if self.reasons:
            report["reasons"] = dict(self.reasons)
        if self.registered is not None:
            report["crp"] = asdict(self.registered)
            report["engines"] = dict(self.engines)
            report["resolutions"] = dict(self.resolutions)
            if self.notes:
                report["notes"] = {layer: list(notes) for layer, notes in self.notes.items()}
            report["warnings"] = self.registered.warnings
        return report


@contextmanager
def attributing(
    model: nn.Module,
    layers: Sequence[str],
    relevance: Relevance,
    example: Float[Tensor, "image channel height width"],
    resolution: Resolution = "pixel",
) -> Iterator[Attribution]:
    """Prepare `model` for heatmaps of `layers`; composite and canonizers are registered once for all of them.

    `model` must be in evaluation mode, as the twin is that `hooks.evaluating` gives; it is written to.

    Raises
    ------
    ModelError
        If `relevance` is a `Crp` and a layer cannot be reached by it.
    """
    check_relevance(relevance)
    check_resolution(resolution)
    look_at_axes(model, example[:1])
    attribution = Attribution(model, layout=suit(model, example[:1]))
    if relevance is None or relevance == "activation":
        attribution.methods = dict.fromkeys(layers, relevance or "none")
        yield attribution
        return
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    if isinstance(relevance, str) and relevance in METHODS:
        attribution.methods = dict.fromkeys(layers, relevance)
        for layer in layers if relevance == "gradcam" else ():
            reason = without_convolution(model, layer, example)
            if reason is not None:
                attribution.methods[layer], attribution.reasons[layer] = "activation", reason
                logger.warning("Layer %r gets activation maps instead of Grad-CAM: %s.", layer, reason)
        yield attribution
        return
    explicit = isinstance(relevance, Crp)
    for layer in layers:
        reason = None if explicit else unreachable(model, layer, example)
        attribution.methods[layer] = "crp" if reason is None else "activation"
        if reason is not None:
            attribution.reasons[layer] = reason
    composite = None
    if "crp" in attribution.methods.values():
        composite, attribution.registered = register(
            model, relevance if isinstance(relevance, Crp) else Crp(), example[:1]
        )
    try:
        for layer in [layer for layer, method in attribution.methods.items() if method == "crp"]:
            try:
                next(crp_rounds(model, layer, example[:1], [[0]]))
            except Exception as error:
                if explicit:
                    raise ModelError(f"CRP does not reach layer {layer!r}: {error}") from error
                attribution.methods[layer] = "activation"
                attribution.reasons[layer] = f"CRP fails there: {type(error).__name__}: {error}"
            else:
                attribution.resolutions[layer] = resolution
                attribution.choose_engine(layer, example)
        for layer, reason in attribution.reasons.items():
            logger.warning("Layer %r gets activation maps instead of CRP heatmaps: %s.", layer, reason)
        yield attribution
    finally:
        if composite is not None:
            composite.remove()


def _shared_rows(way: BackwardPass, layer: str, asked: Sequence[Sequence[int]]) -> Heatmaps:
    for image, components in enumerate(asked):
        check_components(components, way.components, layer)
        for start in range(0, len(components), way.rows):
            some = components[start : start + way.rows]
            yield [image] * len(some), list(range(start, start + len(some))), way.heatmaps(image, some)
