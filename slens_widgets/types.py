"""The words that every room shares: components, boxes, and the Protocols that join torch to NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import numpy as np
    from jaxtyping import Float, Int
    from PIL.Image import Image

AblationMode = Literal["mean", "zero"]
"""What replaces a pruned component's activation: its mean over the probe images, or zero."""


RelevanceMethod = Literal["crp", "gradient"]
"""How relevance for a class is found: concept relevance propagation, or gradient × activation."""


class Component(NamedTuple):
    """One channel, neuron, head or latent of a model, by its module's name and its index there."""

    layer: str
    index: int  # type: ignore[assignment]  # hides tuple.index, on purpose: it is the field's word

    def __str__(self) -> str:
        return f"{self.layer}:{self.index}"


class Box(NamedTuple):
    """A rectangle in the model's view of an image, as fractions of its width and height in [0, 1]."""

    x0: float
    y0: float
    x1: float
    y1: float


@runtime_checkable
class FoundationModel(Protocol):
    """Maps images and texts into one space; neither output is normalised.

    `fingerprint` identifies the weights: two objects with the same one give the same embeddings.
    """

    name: str
    dim: int
    fingerprint: str

    def encode_images(self, images: Sequence[Image]) -> Float[np.ndarray, "image dim"]: ...

    def encode_texts(self, texts: Sequence[str]) -> Float[np.ndarray, "text dim"]: ...


@runtime_checkable
class ClosedVocabulary(Protocol):
    """A foundation model that knows only some words and can say which of a text's it does not."""

    def unknown_words(self, text: str) -> list[str]: ...


@runtime_checkable
class KnownTexts(Protocol):
    """A foundation model with a closed vocabulary that can list texts that it knows.

    Random ones among them say what alignment is reached by chance; everyday English would say nothing.
    """

    def known_texts(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class CorrectionSettings:
    """How a model is mended; each method reads what concerns it."""

    epochs: int = 5
    """Passes over the training images, for "finetune" and "clean"."""
    learning_rate: float = 1e-3
    """Of AdamW, for the same."""
    penalty: float = 3.0
    """Weight of the share of relevance on the components, for "finetune"."""
    keep: float = 0.5
    """Share of each class that counts as clean, for "clean"."""
    c: float = 0.1
    """Inverse strength of the L2 penalty of the logistic regression, for "head" and "dfr"."""
    seed: int = 0
    """Of the order of images and of the balanced subsets."""


Progress = Callable[[int, int, str], None]
"""Called as `progress(done, total, stage)`; may raise `Cancelled` to stop the work."""


@runtime_checkable
class LiveModel(Protocol):
    """A model with an evaluation set, re-evaluated with components ablated.

    `class_names` are in the order of the logits; `labels` are class indices, `groups` any integers. A model
    whose weights may change has a `revision` too: any value that differs afterwards. One that tells its
    images from others has an `images_digest`, which trails keep. One whose logits stand alone has a `task`
    (`tasks.Task`): "binary", where a single logit z is given as −z and z, or "multilabel", where `labels` are
    rows of 0 and 1.
    """

    class_names: Sequence[str]
    labels: Sequence[Any]
    groups: Sequence[int] | None

    def logits(
        self,
        pruned: Sequence[Component] = (),
        mode: AblationMode = "mean",
        *,
        progress: Progress | None = None,
    ) -> Float[np.ndarray, "image class"]:
        """Logits of the evaluation images with `pruned` ablated; the model itself is not changed."""
        ...

    def class_relevance(
        self, layer: str, target: int, *, progress: Progress | None = None
    ) -> Float[np.ndarray, " component"]:
        """Mean relevance of every component of `layer` for class `target` over images of that class."""
        ...


@runtime_checkable
class SinglePrunings(Protocol):
    """A live model that knows cheaper ways than full passes, and which one it takes for a layer."""

    def engine(self, layers: str | Iterable[str], *, progress: Progress | None = None) -> Any:
        """How the logits are had with components of these layers ablated: its `kind`, and `why`."""
        ...

    def predictions(
        self,
        layer: str,
        indices: Sequence[int],
        mode: AblationMode = "mean",
        *,
        rows: Sequence[int] | None = None,
        progress: Progress | None = None,
    ) -> Int[np.ndarray, "component image *label"] | None:
        """What is decided of each image (of those at `rows`) with each component alone ablated (class, or 0
        and 1 for each label); None: full passes."""
        ...


@runtime_checkable
class Pictured(Protocol):
    """A live model that can show its evaluation images."""

    def picture(self, position: int) -> Image:
        """The image at a position of `labels` and of the logits."""
        ...


@runtime_checkable
class Prunable(Protocol):
    """A live model that can give the model itself with components ablated for good."""

    def pruned_model(self, pruned: Sequence[Component], mode: AblationMode = "mean") -> Any:
        """A copy of the model; the model is not changed."""
        ...


@runtime_checkable
class RelevanceByImage(Protocol):
    """A live model that tells class relevance image by image, so that one can see how it varies."""

    def image_relevance(
        self, layer: str, target: int, *, progress: Progress | None = None
    ) -> Float[np.ndarray, "image component"]:
        """Relevance for class `target` of every component of `layer` in each image of that class."""
        ...


@runtime_checkable
class RelevanceFlow(Protocol):
    """Relevance for a class on its way back from a batch's logits, open for questions."""

    logits: Float[np.ndarray, "image class"]
    targets: list[int]
    method: RelevanceMethod
    order: list[str]

    def relevance(self, layer: str) -> Float[np.ndarray, "image component"]: ...

    def activations(self, layer: str) -> Float[np.ndarray, "image component"]: ...

    def heatmaps(
        self, layer: str, components: Sequence[int]
    ) -> Float[np.ndarray, "component image height width"]: ...

    def feeding(self, layer: str, component: int, below: str) -> Float[np.ndarray, "image component"]: ...


@runtime_checkable
class ExplainingModel(Protocol):
    """A live model that can say why it decides as it does on an image."""

    def picture(self, position: int) -> Image:
        """One of the evaluation images, in the order of `labels`."""
        ...

    def view(self, image: Image) -> Image:
        """The part of an image that the model sees, which heatmaps cover."""
        ...

    def flow(
        self, images: Sequence[Image], layers: Sequence[str], target: int | None, method: RelevanceMethod
    ) -> AbstractContextManager[RelevanceFlow]:
        """Relevance for a class (None: for each image's prediction), while the context lasts."""
        ...


@runtime_checkable
class ActivatingModel(Protocol):
    """A live model that can show how its components answer to images that no database holds."""

    def pooled_activations(
        self,
        images: Sequence[Image],
        layers: Sequence[str],
        pooling: str,
        *,
        progress: Progress | None = None,
    ) -> dict[str, Float[np.ndarray, "image component"]]:
        """Activations by layer, reduced to one number per image and component as the database's are."""
        ...


@runtime_checkable
class CorrectableModel(Protocol):
    """A live model of which mended copies can be made."""

    def training_images(self, images: Any, labels: Any, groups: Any) -> Any:
        """Labelled images to learn from, with the model's preprocessing."""
        ...

    def corrected(
        self,
        method: str,
        components: Sequence[Component],
        training: Any,
        settings: CorrectionSettings,
        mode: AblationMode = "mean",
        *,
        progress: Progress | None = None,
    ) -> tuple[Any, dict[str, Any]]:
        """A mended copy, and what was done; the model itself is not changed."""
        ...

    def logits_of(self, model: Any, *, progress: Progress | None = None) -> Float[np.ndarray, "image class"]:
        """Logits that another model gives of the evaluation images."""
        ...
