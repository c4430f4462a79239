"""What each component of a layer contributes to a class, against zennit-crp and worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from crp.attribution import CondAttribution
from crp.concepts import ChannelConcept
from zennit.canonizers import SequentialMergeBatchNorm
from zennit.composites import EpsilonPlusFlat

from slens_widgets.core.class_relevance import class_relevance
from slens_widgets.errors import InputError, UnknownNameError
from tests.core.parts import small_cnn, state_of, unsettled


def test_class_relevance_equals_zennit_crp(device: str) -> None:
    model = unsettled(small_cnn().double())
    before = state_of(model)
    inputs = torch.randn(6, 3, 16, 16, dtype=torch.float64)
    ours = class_relevance(model, [inputs[:4], inputs[4:]], "4", 2, device=device)
    assert state_of(model) == before
    plain = small_cnn().double().eval()
    attribution = CondAttribution(plain)
    composite = EpsilonPlusFlat([SequentialMergeBatchNorm()])
    result = attribution(
        inputs.requires_grad_(True), [{"y": [2]}], composite, record_layer=["4"], mask_map=ChannelConcept.mask
    )
    theirs = result.relevances["4"].sum((2, 3)).mean(0)
    assert np.allclose(ours, theirs.numpy(), rtol=1e-5, atol=1e-9)


def test_class_relevance_of_the_last_features_is_weight_times_activation() -> None:
    model = small_cnn().eval()
    model[12].bias.data.zero_()
    inputs = torch.randn(5, 3, 16, 16)
    with torch.no_grad():
        features = model[:11](inputs).mean(0)
    expected = features * model[12].weight[3]
    assert np.allclose(
        class_relevance(model, inputs, "10", 3, device="cpu"), expected.detach().numpy(), atol=1e-4
    )
    gradient = class_relevance(model, inputs, "10", 3, relevance="activation", device="cpu")
    assert np.allclose(gradient, expected.detach().numpy(), atol=1e-6)


def test_class_relevance_refuses_what_is_not_there() -> None:
    model, inputs = small_cnn(), torch.randn(1, 3, 16, 16)
    with pytest.raises(UnknownNameError, match="no class 9"):
        class_relevance(model, inputs, "4", 9, device="cpu")
    with pytest.raises(UnknownNameError, match="no layer"):
        class_relevance(model, inputs, "nope", 0, device="cpu")
    with pytest.raises(InputError, match="at least one image"):
        class_relevance(model, inputs[:0], "4", 0, device="cpu")
