"""The concept database: one folder that can be explored where neither images nor model exist.

`NAME.slens/` holds `concepts.sqlite` (components, examples, boxes, heatmaps, pictures, strips, statistics,
provenance, cached analyses) and one safetensors file per layer and foundation model (embeddings in float16
and θ in float32, memory-mapped). Nothing in it is ever executed: no pickle.
"""

from __future__ import annotations

from slens_widgets.conceptdb.reader import ConceptDB, LayerView, open_database
from slens_widgets.conceptdb.schema import FORMAT_VERSION, HEATMAP_SIDE, TILE, ImageRecord
from slens_widgets.conceptdb.writer import ConceptDBWriter

__all__ = [
    "FORMAT_VERSION",
    "HEATMAP_SIDE",
    "TILE",
    "ConceptDB",
    "ConceptDBWriter",
    "ImageRecord",
    "LayerView",
    "open_database",
]
