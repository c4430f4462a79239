"""The lab's trained models: that they load, and know what they should."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from slens_widgets import lab
from slens_widgets.errors import InputError, WeightsUnavailableError
from slens_widgets.lab import measure
from slens_widgets.lab.captions import HELD_OUT, PHRASES, vocabulary, words, write_captions
from slens_widgets.lab.classifier import SEEDS, WEIGHTS, load_classifier, predict, to_batch, transform
from slens_widgets.lab.clip import LabClip, load_clip, zero_shot
from slens_widgets.lab.clip_training import draw_views, multi_positive_loss, new_model
from slens_widgets.lab.factors import FACTORS, INDEX, NAMES
from slens_widgets.lab.world import BIASES, render_set, sample
from slens_widgets.types import ClosedVocabulary, FoundationModel


@pytest.fixture(scope="module")
def clip() -> LabClip:
    return load_clip()


@pytest.mark.parametrize("seed", SEEDS)
def test_classifiers_load_and_follow_the_shortcut(seed: int) -> None:
    model = load_classifier(seed)
    assert 0.18e6 < sum(p.numel() for p in model.parameters()) < 0.22e6
    assert model.features[12].out_channels == 96
    labels, present = sample("biased", 200, 424)
    images, _ = render_set(present, 424)
    assert (predict(model, images).argmax(axis=1) == labels).mean() > 0.88


@pytest.mark.parametrize("seed", SEEDS)
def test_the_less_biased_the_training_the_less_a_contrary_shortcut_misleads(seed: int) -> None:
    labels, present = sample("unbiased", 240, 425)
    present[:, INDEX["ruler"]], present[:, INDEX["bandaid"]] = labels == 0, labels == 1
    images, _ = render_set(present, 425)
    right = [
        (predict(load_classifier(seed, bias=bias), images).argmax(axis=1) == labels).mean() for bias in BIASES
    ]
    assert right[0] > right[1] > right[2]


def test_an_untrained_bias_is_an_error() -> None:
    with pytest.raises(WeightsUnavailableError, match=r"\(0, 35, 70\)"):
        load_classifier(0, bias=50)
    with pytest.raises(InputError, match=r"\(0, 35, 70\)"):
        lab.database(0, bias=50)


def test_the_transform_equals_the_batched_one() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (1, 96, 96, 3), dtype=np.uint8)
    assert torch.allclose(transform()(Image.fromarray(pixels[0])), to_batch(pixels)[0], atol=1e-5)


def test_the_clip_is_a_foundation_model_with_a_closed_vocabulary(clip: LabClip) -> None:
    assert isinstance(clip, FoundationModel)
    assert isinstance(clip, ClosedVocabulary)
    assert clip.dim == 128
    assert clip.unknown_words("a ruler on a zebra") == ["on", "zebra"]
    assert clip.unknown_words("rulers, hair and a band-aid") == []
    assert (WEIGHTS / "clip.safetensors").stat().st_size < 7_000_000


def test_the_clip_recognises_every_factor(clip: LabClip) -> None:
    _, present = sample("independent", 300, 909)
    images, _ = render_set(present, 909)
    embedded = clip.encode_images([Image.fromarray(image) for image in images])
    for column, factor in enumerate(FACTORS):
        scores = zero_shot(clip, embedded, factor.prompt)
        assert measure.auroc(present[:, [column]], scores[:, None])[0, 0] > 0.8, factor.name


def test_held_out_phrases_are_new_and_made_of_known_words() -> None:
    for name in NAMES:
        for phrase in HELD_OUT[name]:
            assert phrase not in PHRASES[name]
            known = {word.removesuffix("s") for word in vocabulary()} | vocabulary()
            assert all(word in known or word.removesuffix("s") in known for word in words(phrase)), phrase


def test_captions_are_true_of_their_own_image() -> None:
    rng = np.random.default_rng(0)
    _, present = sample("independent", 24, 31)
    images, cells = render_set(present, 31, with_coverage=True)
    assert cells is not None
    views, truth = draw_views(rng, images, cells, 80)
    texts, pairs = write_captions(rng, truth, extra=8)
    assert views.shape == (24, 3, 80, 80)
    assert pairs.shape == (32, 24)
    assert (np.diag(pairs[:24]) == 1).all()
    assert len(texts) == 32


def test_the_loss_ignores_pairs_of_unknown_truth() -> None:
    logits = torch.randn(5, 4, dtype=torch.float64)
    truth = torch.eye(5, 4, dtype=torch.int8)
    truth[0, 1] = -1
    changed = logits.clone()
    changed[0, 1] += 100
    assert torch.allclose(multi_positive_loss(logits, truth), multi_positive_loss(changed, truth))


def test_the_configuration_builds_the_model_that_the_weights_are_of(clip: LabClip) -> None:
    assert {k: v.shape for k, v in new_model().state_dict().items()} == {
        k: v.shape for k, v in clip.model.state_dict().items()
    }


def test_auroc_equals_its_definition() -> None:
    rng = np.random.default_rng(1)
    truth, scores = rng.random(60) < 0.4, rng.integers(0, 9, 60).astype(float)
    above, below = scores[truth][:, None], scores[~truth][None]
    expected = ((above > below) + 0.5 * (above == below)).mean()
    assert measure.auroc(truth[:, None], scores[:, None])[0, 0] == pytest.approx(expected)


def test_an_untrained_seed_is_an_error() -> None:
    with pytest.raises(InputError, match=r"\(0, 1, 2, 3, 4, 5\)"):
        lab.open_audit(7)
