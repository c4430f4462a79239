"""What a shortcut decides is known from the renderer, and `explain` says so."""

from __future__ import annotations

import numpy as np

from slens_widgets import lab
from slens_widgets.lab.classifier import predict
from slens_widgets.lab.factors import INDEX
from slens_widgets.lab.renderer import render
from slens_widgets.lab.shortcuts import decided_by
from slens_widgets.lab.world import sample


def test_leaving_the_shortcut_out_changes_the_class_and_explain_names_it(lab_audit) -> None:
    model = lab.model(0)
    _, present = sample("unbiased", 60, 77)
    images = np.stack([render(row, 77, i).image for i, row in enumerate(present)])
    decided = decided_by(model, images, present, 77, "ruler")
    assert len(decided)
    assert present[decided, INDEX["ruler"]].all()
    for i in decided[:2]:
        without = present[i].copy()
        without[INDEX["ruler"]] = False
        pair = np.stack([images[i], render(without, 77, int(i)).image])
        assert len(set(predict(model, pair).argmax(1))) == 2
    undecided = np.setdiff1d(np.flatnonzero(present[:, INDEX["ruler"]]), decided)
    assert len(undecided)
    from PIL import Image

    named = [
        "ruler" in lab_audit.explain(Image.fromarray(images[i]), k=3).table["label"].tolist() for i in decided
    ]
    assert np.mean(named) >= 0.85
