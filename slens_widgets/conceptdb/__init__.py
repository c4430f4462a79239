"""The concept database: one folder that can be explored where neither images nor model exist.

`NAME.slens/` holds `concepts.sqlite` (components, examples, boxes, heatmaps, pictures, strips, statistics,
provenance, cached analyses) and safetensors files, memory-mapped: per layer and foundation model the
embeddings in float16 and θ in float32; per layer the activations and per foundation model the embeddings of
the probe images, in float16. Nothing in it is ever executed: no pickle.
"""

from __future__ import annotations

from slens_widgets.conceptdb.probe import ProbeImages
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
    "ProbeImages",
    "open_database",
]
