"""Components are described by the classes of the probe images that they fire on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import fisher_exact

import slens_widgets as sw
from slens_widgets.audit.fires_on import said_of_classes
from slens_widgets.conceptdb import ConceptDB, ImageRecord
from tests.small_database import HashModel, examples, jpeg, provenance

N, M, COMPONENTS = 120, 12, 3
NAMES = ["hound", "<b>terrier", "cat", "crane"]


def database(path, labels, probe: bool = True) -> sw.Audit:
    """Component 0 fires on the first 12 images, component 1 here and there, component 2 on the last 12."""
    ids = np.stack([np.arange(M), np.arange(0, N, N // M) + np.arange(M) % 2, np.arange(N - M, N)])
    with ConceptDB.create(path) as writer:
        records = [ImageRecord(i, f"{i}.png", 8, 8, labels[i], f"digest {i}") for i in np.unique(ids)]
        writer.add_images(records, [jpeg(shade=int(i)) for i in np.unique(ids)])
        made = examples("layer", COMPONENTS, M)
        writer.add_layer(
            "layer",
            activations=made["activations"],
            image_ids=ids,
            boxes=made["boxes"],
            statistics={
                name: np.zeros(COMPONENTS, np.float32)
                for name in ("mean", "pooled_mean", "pooled_max", "pooled_active")
            },
            relevance="crp",
        )
        writer.add_heatmaps("layer", made["heatmaps"])
        writer.add_strips("layer", 0, [jpeg(72 * M, 72) for _ in range(COMPONENTS)])
        writer.add_embeddings("layer", "hash", made["embeddings"])
        if probe:
            rng = np.random.default_rng(0)
            writer.add_probe(
                [(i, f"{i}.png", labels[i]) for i in range(N)],
                {"layer": rng.standard_normal((N, COMPONENTS)).astype(np.float32)},
                {"hash": rng.standard_normal((N, 16)).astype(np.float32)},
            )
        writer.finish(provenance(images={"count": N, "fingerprint": "f", "class_names": NAMES}))
    return sw.Audit(path, HashModel())


def test_classes_that_are_over_represented_are_named(tmp_path) -> None:
    labels = [0 if i < 8 else 1 if i < 20 else 2 + i % 2 for i in range(N)]
    audit = database(tmp_path / "kinds.slens", labels)
    table = audit.fires_on([("layer", k) for k in range(COMPONENTS)])
    first = table[table["component"] == 0]
    assert first["class"].tolist() == ["hound"], "4 of 12 terriers are within chance, after correction"
    p = fisher_exact([[8, 4], [0, 108]], alternative="greater").pvalue * len(NAMES) * COMPONENTS
    assert first["p"].item() == pytest.approx(p)
    assert (first["images"].item(), first["expected"].item()) == (8, pytest.approx(12 * 8 / 120))
    assert set(table["component"]) == {0}
    assert said_of_classes(audit, [("layer", 1), ("layer", 0)]) == ["", "fires on: hound"]


def test_of_classes_too_rare_to_test_the_strongest_examples_are_named(tmp_path) -> None:
    audit = database(tmp_path / "rare.slens", list(range(N)))
    table = audit.fires_on(("layer", 2))
    assert table["class"].tolist() == ["108", "109", "110"]
    assert table["p"].isna().all()
    assert said_of_classes(audit, ("layer", 0)) == ["strongest on: hound, <b>terrier, cat"]


def test_without_classes_or_without_a_background_nothing_is_tested(tmp_path) -> None:
    assert database(tmp_path / "none.slens", [None] * N).fires_on(("layer", 0)).empty
    bare = database(tmp_path / "bare.slens", [0] * N, probe=False)
    assert bare.fires_on(("layer", 0))["p"].isna().all()
    assert said_of_classes(bare, ("layer", 0)) == ["strongest on: hound"]
