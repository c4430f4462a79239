"""Audit vision models by point and click: search, label, compare and prune their components."""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

from slens_widgets.process import importing

__version__ = "0.1.0"

if TYPE_CHECKING:
    from slens_widgets import lab as lab
    from slens_widgets.audit import Audit as Audit
    from slens_widgets.audit import Evaluation as Evaluation
    from slens_widgets.audit import compare as compare
    from slens_widgets.audit import leaderboard as leaderboard
    from slens_widgets.audit.building import build as build
    from slens_widgets.concept import Concept as Concept
    from slens_widgets.conceptdb import ConceptDB as ConceptDB
    from slens_widgets.conceptdb import open_database as open  # noqa: F401
    from slens_widgets.core.embedding import OpenClip as OpenClip
    from slens_widgets.core.image_encoder import ImageEncoder as ImageEncoder
    from slens_widgets.core.images import ImageSet as ImageSet
    from slens_widgets.core.layers import layers as layers
    from slens_widgets.core.relevance import Crp as Crp
    from slens_widgets.errors import SlensError as SlensError
    from slens_widgets.types import Box as Box
    from slens_widgets.types import Component as Component
    from slens_widgets.widgets.alignment import AlignmentPlot as AlignmentPlot
    from slens_widgets.widgets.compare import CompareView as CompareView
    from slens_widgets.widgets.dashboard import Dashboard as Dashboard
    from slens_widgets.widgets.gallery import NeuronGallery as NeuronGallery
    from slens_widgets.widgets.map import ConceptMap as ConceptMap
    from slens_widgets.widgets.pruning import PruningPanel as PruningPanel
    from slens_widgets.widgets.roles import RolesView as RolesView
    from slens_widgets.widgets.scores import ScoresView as ScoresView
    from slens_widgets.widgets.scores_figure import plot_scores as plot_scores

# Names are imported on first use, so that `import slens_widgets` costs neither torch nor numba.
_PUBLIC = {
    "AlignmentPlot": ("widgets.alignment", "AlignmentPlot"),
    "Audit": ("audit", "Audit"),
    "Box": ("types", "Box"),
    "CompareView": ("widgets.compare", "CompareView"),
    "Component": ("types", "Component"),
    "Concept": ("concept", "Concept"),
    "ConceptDB": ("conceptdb", "ConceptDB"),
    "ConceptMap": ("widgets.map", "ConceptMap"),
    "Crp": ("core.relevance", "Crp"),
    "Dashboard": ("widgets.dashboard", "Dashboard"),
    "Evaluation": ("audit", "Evaluation"),
    "ImageEncoder": ("core.image_encoder", "ImageEncoder"),
    "ImageSet": ("core.images", "ImageSet"),
    "NeuronGallery": ("widgets.gallery", "NeuronGallery"),
    "OpenClip": ("core.embedding", "OpenClip"),
    "PruningPanel": ("widgets.pruning", "PruningPanel"),
    "RolesView": ("widgets.roles", "RolesView"),
    "ScoresView": ("widgets.scores", "ScoresView"),
    "SlensError": ("errors", "SlensError"),
    "build": ("audit.building", "build"),
    "compare": ("audit", "compare"),
    "lab": ("lab", None),
    "leaderboard": ("audit", "leaderboard"),
    "plot_scores": ("widgets.scores_figure", "plot_scores"),
    "layers": ("core.layers", "layers"),
    "open": ("conceptdb", "open_database"),
}

__all__ = sorted(_PUBLIC)

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        from slens_widgets.errors import nearest_names

        hint = nearest_names(name, _PUBLIC)
        raise AttributeError(
            f"slens_widgets has no {name!r}." + (f" Nearest: {', '.join(hint)}." if hint else "")
        )
    module_name, attribute = _PUBLIC[name]
    with importing():
        module = importlib.import_module(f"{__name__}.{module_name}")
    value = module if attribute is None else getattr(module, attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
