"""How search, labels, certificates and the audit depend on the foundation model, on the lab's ground truth.

    python benchmarks/foundation_models.py [--clip NAME=WEIGHTS …] [--seeds 0 1 2] [--draws 5] [--cache DIR]

Every model embeds the same crops of the same database (`ConceptDB.embed_with`, the crops cut from the probe
images) and is asked through `Audit.use`. Compared are the lab's CLIP, further states of it where you have
some (weights in the lab's own format), and the same architecture with random weights, drawn several times,
which is what chance looks like. The figures are medians over seeds and draws, on the test splits, with the
lowest and the highest; an AUROC of certificates needs five right and five wrong labels.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from results import write_section

import slens_widgets as sw
from slens_widgets import lab
from slens_widgets.lab import measure
from slens_widgets.lab.clip import CONFIG, LabClip, load_clip, random_clip, read_weights
from slens_widgets.lab.factors import FACTORS
from slens_widgets.lab.verify_labels import label_figures
from slens_widgets.lab.verify_seed import alignment_of

LABELS = {
    "labels_plain": "labels",
    "labels_csp": "labels, CSP",
    "labels_dissect": "labels, CLIP-Dissect",
    "labels_certificates": "certificates",
    "labels_trusted_right": "right trusted",
    "labels_trusted_wrong": "wrong trusted",
}


def main() -> None:
    arguments = parse()
    rows = []
    for seed in arguments.seeds:
        images, _, present = lab.image_set("channel_test", arguments.cache)
        area = measure.auroc(present, measure.activations(lab.model(seed), images, lab.LAYER))
        probe, _, _ = lab.image_set("probe", arguments.cache)
        shipped = lab.open_audit(seed, arguments.cache)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "copy.slens"
            shutil.copytree(shipped.db.path, path)
            first = sw.Audit(path, load_clip(), templates=shipped.templates)
            rows.append({"model": "the lab's CLIP", **figures(first, area)})
            for name, model in others(arguments.clip, arguments.draws):
                first.db.embed_with(model, views=lambda id, probe=probe: Image.fromarray(probe[id])).close()
                rows.append({"model": name, **figures(first.use(model), area)})
    table = pd.DataFrame(rows).groupby("model", sort=False).agg(spread)
    said = (
        f"Each embeds the same crops of the lab's classifier; seeds: {', '.join(map(str, arguments.seeds))}."
    )
    lines = [["", *table.columns], ["---"] * (1 + len(table.columns)), *table.itertuples()]
    text = "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
    print(text)
    write_section("foundation models", "Foundation models", f"{said}\n\n{text}")


def figures(audit: sw.Audit, area: np.ndarray) -> dict[str, float]:
    scores = np.stack([audit.search_scores(factor.prompt) for factor in FACTORS])
    truth = measure.artefact_selective(area)
    found = label_figures(audit, area)
    return {
        "search p@1": measure.search_precision(scores, area, 1),
        "search p@3": measure.search_precision(scores, area, 3),
        "audit AUROC": float(measure.auroc(truth[:, None], alignment_of(audit)[["lean"]].to_numpy())[0, 0]),
        **{name: found[key].value for key, name in LABELS.items()},
    }


def spread(values: pd.Series) -> str:
    """Return the median of several values, with the lowest and the highest."""
    known = values.dropna()
    if len(known) == 0:
        return "unknown"
    several = f" [{known.min():.3f}, {known.max():.3f}]" if len(known) > 1 else ""
    return f"{known.median():.3f}{several}"


def others(given: list[str], draws: int) -> list[tuple[str, LabClip]]:
    weights = dict(entry.split("=", 1) for entry in given)
    models = [
        (name, LabClip.from_config(CONFIG, read_weights(Path(path)), name=name))
        for name, path in weights.items()
    ]
    models += [(f"random weights, {draws} draws", random_clip(draw)) for draw in range(draws)]
    return models


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clip", nargs="*", default=[], metavar="NAME=WEIGHTS")
    parser.add_argument("--seeds", nargs="*", type=int, default=[0], choices=(0, 1, 2))
    parser.add_argument("--draws", type=int, default=5, help="of the random weights")
    parser.add_argument("--cache", default=None)
    return parser.parse_args()


if __name__ == "__main__":
    main()
