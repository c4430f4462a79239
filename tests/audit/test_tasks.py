"""Heads whose logits stand alone: several labels an image, and one logit for two classes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

import slens_widgets as sw
from slens_widgets.errors import InputError, ModelError, UnknownNameError
from tests.core.parts import TRANSFORM, HashModel, pictures, small_cnn

FINDINGS = ["edema", "mass", "nodule"]
IMAGES = pictures(24, seed=1)
RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 2, (24, 3))
INPUTS = torch.stack([TRANSFORM(image) for image in IMAGES])


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[str, nn.Module]]:
    """Return a database and its network by the number of its logits."""
    made = {}
    for logits in (1, 3):
        model = small_cnn(classes=logits).eval()
        with torch.no_grad():  # logits on both sides of 0
            model[12].bias -= model(INPUTS).quantile(0.5, 0)
        path = tmp_path_factory.mktemp("tasks") / f"{logits}.slens"
        sw.build(
            model, pictures(12), ["2", "7"], HashModel(), path, transform=TRANSFORM, m=3, progress=False
        ).close()
        made[logits] = path, model
    return made


def opened(databases, logits: int, labels, **given) -> sw.Audit:
    path, model = databases[logits]
    evaluation = sw.Evaluation(IMAGES, labels, **given)
    return sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu")


def by_hand(model: nn.Module, layer: str = "", component: int = 0) -> np.ndarray:
    def hook(module, args, output):
        output = output.clone()
        output[:, component] = 0
        return output

    handle = model.get_submodule(layer).register_forward_hook(hook) if layer else None
    with torch.no_grad():
        found = model(INPUTS).numpy()
    if handle is not None:
        handle.remove()
    return found


def area(scores: np.ndarray, shows: np.ndarray) -> float:
    pairs = scores[shows][:, None] - scores[~shows][None]
    return float(((pairs > 0) + 0.5 * (pairs == 0)).mean())


@pytest.mark.parametrize("layer", ["2", "7"])
def test_several_labels_are_pruned_and_judged_each_on_its_own(databases, layer: str) -> None:
    audit = opened(databases, 3, TRUTH, task="multilabel", class_names=FINDINGS, groups=["a", "b"] * 12)
    result = audit.prune([(layer, 4)], "zero")
    before, after = by_hand(databases[3][1]), by_hand(databases[3][1], layer, 4)
    np.testing.assert_allclose(audit.live.logits([(layer, 4)], "zero"), after, atol=1e-4)
    for metrics, logits in ((result.before, before), (result.after, after)):
        right = (logits > 0) == TRUTH
        assert metrics.accuracy == pytest.approx(right.mean())
        assert metrics.per_class == pytest.approx(dict(zip(FINDINGS, right.mean(0), strict=True)))
        assert metrics.worst_group == pytest.approx(min(right[::2].mean(), right[1::2].mean()))
        assert metrics.auroc == pytest.approx(
            {name: area(logits[:, c], TRUTH[:, c] == 1) for c, name in enumerate(FINDINGS)}
        )
    changed = (before > 0) != (after > 0)
    assert changed.any()
    assert len(result.flips) == changed.sum()
    image, label = (int(place) for place in np.argwhere(changed)[0])
    first = result.flips.iloc[0]
    name = FINDINGS[label]
    assert first["image"] == image
    assert first["label"] == (name if TRUTH[image, label] else f"not {name}")
    assert first["after"] == (name if after[image, label] > 0 else f"not {name}")
    rows = set(result.table["of"])
    assert {
        "accuracy",
        "worst group",
        *(f"class {n}" for n in FINDINGS),
        *(f"AUROC {n}" for n in FINDINGS),
    } <= rows
    assert "AUROC edema" in repr(result)


@pytest.mark.parametrize("layer", ["2", "7"])
def test_effects_and_class_relevance_of_several_labels(databases, layer: str) -> None:
    audit = opened(databases, 3, TRUTH, task="multilabel", class_names=FINDINGS)
    found = audit.effects(layer=layer, mode="zero", target="mass").set_index("component").loc[4]
    before, after = (
        (each > 0) == TRUTH for each in (by_hand(databases[3][1]), by_hand(databases[3][1], layer, 4))
    )
    assert found["accuracy"] == pytest.approx(100 * (after.mean() - before.mean()))
    assert found["target"] == pytest.approx(100 * (after[:, 1].mean() - before[:, 1].mean()))
    assert found["fixed"] == (after & ~before).sum()
    assert found["broken"] == (before & ~after).sum()
    assert found["low"] < found["accuracy"] < found["high"]
    # Relevance is over the images that have the label.
    alone = np.stack([audit.live.image_relevance(layer, 1)])[0]
    assert len(alone) == TRUTH[:, 1].sum()
    np.testing.assert_allclose(audit.relevance("mass", layer=layer)["relevance"], alone.mean(0), rtol=1e-4)


def test_an_image_with_several_labels_is_explained_in_words(databases) -> None:
    audit = opened(databases, 3, TRUTH, task="multilabel", class_names=FINDINGS)
    logits = by_hand(databases[3][1])
    image = int(np.argmax((logits > 0).sum(1)))
    found = audit.explain(image, "mass")
    assert found.prediction == ", ".join(n for n, z in zip(FINDINGS, logits[image], strict=True) if z > 0)
    assert found.probability == pytest.approx(1 / (1 + np.exp(-logits[image, 1])), rel=1e-4)
    assert found.label == (
        ", ".join(n for n, t in zip(FINDINGS, TRUTH[image], strict=True) if t) or "none of the labels"
    )


def test_one_logit_speaks_for_two_classes(databases) -> None:
    truth = TRUTH[:, 0]
    names = ["benign", "malignant"]
    audit = opened(databases, 1, truth, class_names=names)
    before, after = by_hand(databases[1][1])[:, 0], by_hand(databases[1][1], "2", 4)[:, 0]
    result = audit.prune([("2", 4)], "zero")
    assert audit.class_names == tuple(names)
    for metrics, logit in ((result.before, before), (result.after, after)):
        assert metrics.accuracy == pytest.approx(((logit > 0) == truth).mean())
        assert metrics.per_class["malignant"] == pytest.approx((logit[truth == 1] > 0).mean())
        assert metrics.auroc == pytest.approx({"malignant": area(logit, truth == 1)})
    assert audit.explain(0, "benign").probability == pytest.approx(1 / (1 + np.exp(before[0])), rel=1e-4)
    found = audit.effects(layer="2", mode="zero").set_index("component").loc[4]
    assert found["accuracy"] == pytest.approx(100 * (result.after.accuracy - result.before.accuracy))


@pytest.mark.parametrize("method", ["crp", "gradient"])
def test_relevance_for_the_negative_class_is_that_of_the_negated_logit(databases, method: str) -> None:
    audit = opened(databases, 1, TRUTH[:, 0], class_names=["benign", "malignant"])
    image = IMAGES[0]
    against, for_it = (
        audit.explain(image, name, k=12, layer="7", method=method).table.set_index("component")["relevance"]
        for name in ("benign", "malignant")
    )
    np.testing.assert_allclose(against.sort_index(), -for_it.sort_index(), rtol=1e-4, atol=1e-6)
    # By hand: the layer's outputs, pooled, times their weights, times the sign of the class.
    _, model = databases[1]
    with torch.no_grad():
        maps = model[:8](INPUTS[:1])
        slow = (torch.relu(maps).mean((2, 3)) * model[12].weight)[0].numpy()
    if method == "gradient":
        np.testing.assert_allclose(for_it.sort_index(), slow, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("method", ["head", "dfr", "finetune", "clean"])
@pytest.mark.parametrize("logits", [1, 3])
def test_heads_whose_logits_stand_alone_are_mended(databases, logits: int, method: str) -> None:
    if logits == 1:
        labels, given = TRUTH[:, 0], {"class_names": ["benign", "malignant"]}
    else:
        labels, given = TRUTH, {"class_names": FINDINGS, "task": "multilabel"}
    audit = opened(databases, logits, labels, **given)
    training = sw.Evaluation(IMAGES, labels, groups=["a", "b"] * 12)
    found = audit.correct(
        [("7", 4)], method, training, **({} if method in ("head", "dfr") else {"epochs": 2})
    )
    with torch.no_grad():
        mended = found.model(INPUTS).numpy()
    assert found.after.accuracy == pytest.approx(((mended > 0) == labels.reshape(mended.shape)).mean())
    if method == "head":  # it learned from these very images
        assert found.after.accuracy > found.before.accuracy


def test_a_table_of_labels_is_put_in_the_order_of_the_logits(databases) -> None:
    table = pd.DataFrame(TRUTH[:, [2, 0, 1]], columns=["nodule", "edema", "mass"]).sample(
        frac=1, random_state=0
    )
    order = table.index.to_numpy()
    audit = opened(databases, 3, table, task="multilabel", class_names=FINDINGS)
    np.testing.assert_array_equal(audit.live.labels, TRUTH[order])
    listed = [{name for name, yes in zip(FINDINGS, row, strict=True) if yes} for row in TRUTH]
    audit = opened(databases, 3, listed, task="multilabel", class_names=FINDINGS)
    np.testing.assert_array_equal(audit.live.labels, TRUTH)


@pytest.mark.parametrize(
    ("logits", "labels", "given", "error", "said"),
    [
        (1, [0, 1] * 12, {}, ModelError, 'task="binary"'),
        (1, [0] * 24, {}, ModelError, "one logit"),
        (1, [0, 1] * 12, {"task": "multiclass"}, ModelError, "task='multiclass'"),
        (1, [0, 2] * 12, {"task": "binary"}, InputError, "row 1"),
        (3, TRUTH, {}, InputError, 'task="multilabel"'),
        (3, [0, 1, 2] * 8, {"task": "multilabel"}, InputError, "row 0"),
        (3, TRUTH[:, :2], {"task": "multilabel"}, InputError, "2 labels for 3 logits"),
        (3, np.where(TRUTH == 1, 0.5, 0), {"task": "multilabel"}, InputError, "0.5"),
        (3, [["edma"]] * 24, {"task": "multilabel", "class_names": FINDINGS}, UnknownNameError, "'edema'"),
        (3, [0, 1, 2] * 8, {"task": "binary"}, ModelError, "task='binary'"),
        (3, [0, 1, 2] * 8, {"task": "sigmoid"}, InputError, "task='sigmoid'"),
        (3, [1, 2, 3] * 8, {}, InputError, "subtract 1"),
        (3, TRUTH, {"task": "multilabel", "class_names": FINDINGS[:2]}, InputError, "2 class names"),
    ],
)
def test_what_the_logits_decide_is_never_guessed(databases, logits, labels, given, error, said) -> None:
    with pytest.raises(error) as raised:
        opened(databases, logits, labels, **given)
    assert said in str(raised.value)


def test_a_class_without_images_is_named_where_figures_are(databases) -> None:
    audit = opened(databases, 3, [0, 1] * 12, class_names=FINDINGS)
    result = audit.prune([("7", 4)])
    assert result.before.without_images == ("nodule",)
    assert "no evaluation image is of: nodule" in repr(result)


class Both(nn.Module):
    """Features and logits, as a tuple or by name."""

    def __init__(self, net: nn.Module, kind: str) -> None:
        super().__init__()
        self.net, self.kind = net, kind

    def forward(self, x):
        features = self.net[:12](x)
        logits = self.net[12](features)
        return {
            "tuple": (features, logits),
            "logits": {"features": features, "logits": logits},
            "scores": {"features": features, "scores": logits},
            "one": [logits],
        }[self.kind]


@pytest.mark.parametrize(
    ("kind", "output"),
    [("tuple", 1), ("logits", None), ("logits", "logits"), ("scores", "scores"), ("one", None)],
)
def test_the_logits_are_the_output_that_is_named(tmp_path, kind: str, output) -> None:
    model = Both(small_cnn(), kind).eval()
    path = tmp_path / "a.slens"
    sw.build(
        model,
        pictures(8),
        ["net.7"],
        HashModel(),
        path,
        transform=TRANSFORM,
        m=2,
        progress=False,
        output=output,
    ).close()
    evaluation = sw.Evaluation(IMAGES, [0, 1, 2, 3] * 6)
    audit = sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu")
    with torch.no_grad():
        true = model.net(INPUTS).numpy()
    np.testing.assert_allclose(audit.live.logits(), true, atol=1e-4)
    assert len(audit.relevance(1)) == 12
    assert audit.pruned_model([("net.7", 1)]) is not None
    again = sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu", output=output)
    np.testing.assert_allclose(again.live.logits(), true, atol=1e-4)


@pytest.mark.parametrize(
    ("kind", "output", "said"),
    [
        ("tuple", None, "several outputs: 0 (1, 12), 1 (1, 4)"),
        ("scores", None, "'features' (1, 12), 'scores' (1, 4)"),
        ("scores", "score", "'scores'"),
        ("tuple", 2, "no output 2"),
        ("tuple", True, "output=True"),
    ],
)
def test_which_output_holds_the_logits_is_never_guessed(tmp_path, kind: str, output, said: str) -> None:
    model = Both(small_cnn(), kind).eval()
    path = tmp_path / "a.slens"
    sw.build(
        model, pictures(8), ["net.7"], HashModel(), path, transform=TRANSFORM, m=2, progress=False
    ).close()
    evaluation = sw.Evaluation(IMAGES, [0, 1, 2, 3] * 6)
    with pytest.raises((InputError, ModelError, UnknownNameError)) as raised:
        sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu", output=output)
    assert said in str(raised.value)
    if output is not None:
        with pytest.raises((InputError, UnknownNameError)) as raised:
            sw.build(
                model, pictures(8), ["net.7"], HashModel(), tmp_path / "b.slens",
                transform=TRANSFORM, m=2, progress=False, output=output,
            )  # fmt: skip
        assert said in str(raised.value)


def test_without_images_of_a_kind_an_area_is_unknown_and_says_why(databases, tmp_path) -> None:
    from slens_widgets.widgets import pruning_answers

    never = TRUTH * [1, 1, 0]
    audit = opened(databases, 3, never, task="multilabel", class_names=FINDINGS)
    result = audit.prune([("2", 4)], "zero")
    assert np.isnan(result.before.auroc["nodule"])
    why = "needs images that show it and images that do not"
    assert f"nodule unknown ({why})" in repr(result.before)
    assert f"unknown: it {why}" in result._repr_html_()
    told = pruning_answers.summary(result)["after"]
    assert told["auroc"]["nodule"] is None
    assert told["no_auroc"] == why
    audit.session.update(valid=["a cat"], pruned=[("2", 4)], mode="zero")
    page = audit.report(tmp_path / "report.html", target="mass").read_text()
    assert page.count(f"unknown: it {why}") == 2


def test_the_panel_and_the_report_tell_what_each_label_gets(databases, tmp_path) -> None:
    from slens_widgets.widgets import pruning_answers

    audit = opened(databases, 3, TRUTH, task="multilabel", class_names=FINDINGS)
    result = audit.prune([("2", 4)], "zero")
    told = pruning_answers.summary(result)
    assert told["several"]
    assert set(told["before"]["auroc"]) == set(FINDINGS)
    cells = pruning_answers.confusion(audit, result).body["changes"]
    right = (by_hand(databases[3][1]) > 0) == TRUTH
    missed = {(f["label"], f["predicted"]): f["before"] for f in cells}
    for (label, predicted), count in missed.items():
        name = label.removeprefix("not ")
        rows = right[:, FINDINGS.index(name)][TRUTH[:, FINDINGS.index(name)] == (label == name)]
        assert count == (rows == (label == predicted)).sum()
    image = int(result.flips["image"].iloc[0])
    shown = pruning_answers.image(audit, result, image).body
    assert shown["before"] == audit.explain(image).prediction
    audit.session.valid = ["a cat"]
    page = audit.report(tmp_path / "report.html", target="mass").read_text()
    assert "AUROC of “mass”" in page
