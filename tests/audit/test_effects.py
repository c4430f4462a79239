from __future__ import annotations

import json

import numpy as np
import pytest
import torch

import slens_widgets as sw
from slens_widgets.analyses.effects import effects
from slens_widgets.errors import Cancelled, InputError, UnknownNameError
from tests import reference
from tests.audit.test_audit_torch import audit_of, built  # noqa: F401
from tests.core.parts import TRANSFORM, pictures
from tests.small_database import HashModel


def test_effects_are_those_of_the_slow_loop() -> None:
    rng = np.random.default_rng(0)
    labels, before = rng.integers(0, 3, 50), rng.integers(0, 3, 50)
    after, groups = rng.integers(0, 3, (7, 50)), rng.integers(0, 4, 50)
    found = effects(before, after, labels, groups, 1)
    for i, row in enumerate(after):
        expected = reference.effect(before, row, labels, groups, 1)
        got = (found.accuracy[i], found.worst_group[i], found.target[i], found.fixed[i], found.broken[i])
        assert got == pytest.approx(expected)
    plain = effects(before, after, labels)
    assert np.isnan(plain.worst_group).all()
    assert np.isnan(plain.target).all()
    with pytest.raises(InputError, match="at least one image"):
        effects(before[:0], after[:, :0], labels[:0])


@pytest.mark.parametrize("layer", ["4", "7"])
def test_each_effect_is_that_of_pruning_it(built, layer) -> None:  # noqa: F811
    audit = audit_of(built, groups=["even", "odd"] * 10)
    for mode in ("mean", "zero"):
        table = audit.effects(layer=layer, mode=mode, target="birch")
        assert table.attrs == {"mode": mode, "target": "birch", "images": 20}
        assert len(table) == len(audit.db[layer])
        for row in table.iloc[::4].itertuples():
            result = audit.prune([(row.layer, row.component)], mode)
            counts = result.flips["change"].value_counts()
            assert row.fixed == counts.get("fixed", 0)
            assert row.broken == counts.get("broken", 0)
            points = result.table.set_index("of")["points"]
            assert row.accuracy == pytest.approx(points["accuracy"])
            assert row.worst_group == pytest.approx(points["worst group"])
            assert row.target == pytest.approx(points["class birch"])
            assert (row.low, row.high) == pytest.approx(result.intervals["accuracy"])
            assert row.within_noise == (row.low <= 0 <= row.high)
            for name, of in (("worst_group", "worst group"), ("target", "class birch")):
                ends = getattr(row, f"{name}_low"), getattr(row, f"{name}_high")
                assert ends == pytest.approx(result.intervals[of], nan_ok=True)


def test_what_takes_too_long_is_refused_with_an_estimate(built) -> None:  # noqa: F811
    audit = audit_of(built)
    with pytest.raises(InputError, match=r"10 components of layer '4' would .* \(suffix: .*seconds="):
        audit.effects(layer="4", seconds=1e-9)
    few = audit.effects(components=[("4", 3), ("7", 1)], images=5, seconds=60)
    assert list(few["component"]) == [3, 1]
    assert few.attrs["images"] == 5
    assert few["worst_group"].isna().all()
    assert few["low"].isna().all()
    assert few["within_noise"].all()
    with pytest.raises(InputError, match="images is 0"):
        audit.effects(layer="4", images=0)
    with pytest.raises(UnknownNameError, match="elm"):
        audit.effects(layer="4", target="elm")
    with pytest.raises(Cancelled):
        audit.effects(layer="4", mode="zero", progress=_cancel)
    with pytest.raises(InputError, match="needs the audited model"):
        sw.Audit(built[0], HashModel()).effects()


def _cancel(done: int, total: int, stage: str) -> None:
    if done:
        raise Cancelled("A newer choice was made")


def test_changed_weights_change_the_effects(built) -> None:  # noqa: F811
    audit = audit_of(built)
    before = audit.effects(layer="7", mode="zero")
    head = built[1][-1]
    saved = head.weight.detach().clone()
    with torch.no_grad():
        head.weight.copy_(5 * torch.randn(saved.shape, generator=torch.Generator().manual_seed(0)))
    try:
        after = audit.effects(layer="7", mode="zero")
        fresh = audit_of(built).effects(layer="7", mode="zero")
    finally:
        with torch.no_grad():
            head.weight.copy_(saved)
    assert after.equals(fresh)
    assert not after.equals(before)


def test_a_pruned_set_is_saved_loaded_and_checked(built, tmp_path) -> None:  # noqa: F811
    audit = audit_of(built)
    audit.session.update(pruned=[("7", 2), ("4", 1), ("7", 5)], mode="zero")
    path = audit.save_pruned(tmp_path / "pruned.json")
    value = json.loads(path.read_text())
    assert value["components"] == {"7": [2, 5], "4": [1]}
    other = audit_of(built)
    assert set(other.load_pruned(path)) == set(audit.session.pruned)
    assert other.session.mode == "zero"
    other.session.undo()
    assert other.session.pruned == ()
    assert other.load_pruned(value) == other.session.pruned
    for change, said in [
        ({"model": {"weights_sha256": "0"}}, "other weights"),
        ({"format": "x"}, "no pruned set"),
        ({"components": {"7": ["2"]}}, "can't be read"),
        ({"components": [1]}, "can't be read"),
        ({"components": {"7": [99]}}, "99"),
        ({"mode": "median"}, "median"),
    ]:
        with pytest.raises((InputError, UnknownNameError), match=said):
            other.load_pruned({**value, **change})
    assert other.load_pruned({**value, "model": {}}, other_model=True)
    for text in ("[1]", "{", "\x00"):
        path.write_text(text)
        with pytest.raises(InputError):
            other.load_pruned(path)
    with pytest.raises(InputError, match="can't be read"):
        other.load_pruned(tmp_path / "none.json")


def test_the_session_s_pruned_model(built) -> None:  # noqa: F811
    audit = audit_of(built)
    audit.session.update(pruned=[("4", 1), ("7", 5)], mode="zero")
    model = audit.pruned_model()
    batch = torch.stack([TRANSFORM(image) for image in pictures(20, seed=1)])
    with torch.no_grad():
        logits = model(batch).numpy()
    np.testing.assert_allclose(logits, audit.live.logits(audit.session.pruned, "zero"), atol=1e-4)
    np.testing.assert_allclose(
        audit.pruned_model([])(batch).detach().numpy(), audit.live.logits(), rtol=0, atol=1e-4
    )
