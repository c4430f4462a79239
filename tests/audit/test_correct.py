"""Mended copies: the model stays as it was, and each method does what it says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression
from torch import nn

import slens_widgets as sw
from slens_widgets.errors import InputError, ModelError, UnknownNameError
from tests.core.parts import TRANSFORM, small_cnn, state_of, unsettled
from tests.small_database import HashModel


def world(n: int, seed: int, bias: float) -> tuple[list[Image.Image], list[int], list[str]]:
    """Two shapes to be told apart, and a red corner that gives the class away in a share `bias` of images."""
    rng = np.random.default_rng(seed)
    images, labels, groups = [], [], []
    for i in range(n):
        label = i % 2
        marked = bool(label) == (rng.random() < bias)
        array = rng.integers(60, 110, (32, 32, 3))
        y, x = rng.integers(10, 20, 2)
        array[y : y + 8, x : x + 8] += rng.integers(-8, 24) + (24 if label else -16)
        if marked:
            array[:8, :8] = (250, 10, 10)
        images.append(Image.fromarray(array.clip(0, 255).astype(np.uint8)))
        labels.append(label)
        groups.append(f"{label}, {'marked' if marked else 'plain'}")
    return images, labels, groups


@pytest.fixture(scope="module")
def biased(tmp_path_factory):
    """A classifier that was really trained to take the corner for the class, and its audit."""
    images, labels, _ = world(240, 0, 0.99)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = small_cnn(classes=2)
        batch, target = torch.stack([TRANSFORM(image) for image in images]), torch.tensor(labels)
        optimizer = torch.optim.Adam(model.parameters(), 1e-2)
        for _ in range(60):
            loss = nn.functional.cross_entropy(model(batch), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    path = tmp_path_factory.mktemp("biased") / "biased.slens"
    sw.build(model, images[:60], ["6"], HashModel(), path, transform=TRANSFORM, m=5, progress=False).close()
    tests, truth, groups = world(160, 1, 0.5)
    evaluation = sw.Evaluation(tests, labels=truth, groups=groups, class_names=["dark", "bright"])
    audit = sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu")
    # The components that fire for the corner: by how much more with than without it.
    with torch.no_grad():
        marked = torch.tensor(["marked" in group for group in groups])
        maps = model.eval()[:7](torch.stack([TRANSFORM(image) for image in tests])).amax((2, 3))
        gap = (maps[marked].mean(0) - maps[~marked].mean(0)) / (maps.std(0) + 1e-6)
    return audit, model, [("6", int(k)) for k in gap.topk(4).indices]


def training(bias: float = 0.8) -> sw.Evaluation:
    images, labels, groups = world(200, 2, bias)
    return sw.Evaluation(images, labels=labels, groups=groups)


@pytest.mark.parametrize("method", ["prune", "head", "dfr", "finetune", "clean"])
def test_every_method_returns_a_new_model_and_leaves_the_given_one_alone(biased, method) -> None:
    audit, model, components = biased
    unsettled(model)
    before = state_of(model)
    found = audit.correct(components, method, None if method == "prune" else training(), epochs=2)
    assert state_of(model) == before
    assert found.model is not model
    assert not found.model.training
    batch = torch.stack([TRANSFORM(image) for image in world(160, 1, 0.5)[0]])
    with torch.no_grad():
        right = found.model(batch).argmax(1).numpy() == world(160, 1, 0.5)[1]
    assert found.after.accuracy == pytest.approx(right.mean())
    assert found.before == audit.prune([]).before
    assert method in repr(found)
    assert list(found.table["of"][:2]) == ["accuracy", "worst group"]


def test_pruning_is_what_prune_does(biased) -> None:
    audit, _, components = biased
    found, pruned = audit.correct(components), audit.prune(components)
    assert found.after == pruned.after
    assert found.flips.equals(pruned.flips)


def test_the_refitted_head_is_a_regression_on_the_pruned_features(biased) -> None:
    audit, _, components = biased
    images, labels, _ = world(200, 2, 0.8)
    found = audit.correct(components, "head", training(), c=0.5)
    batch = torch.stack([TRANSFORM(image) for image in images])
    with torch.no_grad():
        features = audit.pruned_model(components, "mean")[:12](batch).double().numpy()
        logits = found.model(batch).numpy()
    centred = (features - features.mean(0)) / np.where(features.std(0) > 0, features.std(0), 1)
    slow = LogisticRegression(C=0.5, class_weight="balanced", max_iter=2000).fit(centred, labels)
    np.testing.assert_allclose(logits[:, 1] - logits[:, 0], slow.decision_function(centred), atol=1e-3)


def test_reweighting_mends_what_a_refitted_head_does_not(biased) -> None:
    audit, _, components = biased
    head, dfr = (audit.correct(components, each, training(0.9)) for each in ("head", "dfr"))
    assert dfr.details["regressions"] == 10
    assert dfr.after.worst_group > head.before.worst_group
    assert dfr.details["images"] < 200


def test_fine_tuning_takes_relevance_from_the_components_and_touches_only_what_follows(biased) -> None:
    audit, model, components = biased
    found = audit.correct(components, "finetune", training(), epochs=6, penalty=5.0, learning_rate=5e-3)
    first, last = found.details["relevance_held"]
    assert last < 0.7 * first
    state, mended = model.state_dict(), found.model.state_dict()
    changed = {name for name in state if not torch.equal(state[name], mended[name])}
    assert changed == {"7.weight", "7.bias", "12.weight", "12.bias"}
    assert found.after.worst_group > found.before.worst_group


def test_cleaning_removes_the_images_that_carry_the_shortcut(biased) -> None:
    audit, _, components = biased
    _images, _labels, groups = world(200, 2, 0.8)
    found = audit.correct(components, "clean", training(), keep=0.6, epochs=1)
    assert len(found.details["removed"]) == 80
    removed = {int(name.split()[-1]) for name in found.details["removed"]}
    carrying = {i for i, group in enumerate(groups) if group == "1, marked"}
    rest = {i for i, group in enumerate(groups) if group == "1, plain"}
    assert len(removed & carrying) / len(carrying) > len(removed & rest) / len(rest)


def test_bad_requests_say_what_is_expected(biased, audit) -> None:
    live, _, components = biased
    with pytest.raises(InputError, match="none are given"):
        live.correct(components, "head")
    with pytest.raises(UnknownNameError, match="finetune"):
        live.correct(components, "finetun")
    with pytest.raises(UnknownNameError, match="epochs"):
        live.correct(components, "finetune", training(), epoch=2)
    images, labels, _ = world(20, 2, 0.8)
    with pytest.raises(InputError, match="groups="):
        live.correct(components, "dfr", sw.Evaluation(images, labels=labels))
    with pytest.raises(InputError, match="No component"):
        live.correct([], "prune")
    with pytest.raises(InputError, match="can't make mended copies"):
        audit.correct(("features.3", 0))


def test_a_model_without_a_linear_head_says_so(tmp_path) -> None:
    images, labels, groups = world(24, 0, 0.5)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Conv2d(4, 2, 1), nn.Flatten()
        )
    sw.build(
        model, images, ["1"], HashModel(), tmp_path / "x.slens", transform=TRANSFORM, m=3, progress=False
    ).close()
    audit = sw.Audit(
        tmp_path / "x.slens",
        HashModel(),
        model,
        sw.Evaluation(images, labels=labels),
        transform=TRANSFORM,
        device="cpu",
    )
    with pytest.raises(ModelError, match="linear"):
        audit.correct(("1", 0), "head", sw.Evaluation(images, labels=labels, groups=groups))
