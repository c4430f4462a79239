from __future__ import annotations

import io
import json
import time
from asyncio import CancelledError

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.types import Component
from slens_widgets.widgets.pictures import MUTED
from tests.small_database import LAYERS

A, B = Component("features.3", 0), Component("features.3", 1)


@pytest.fixture
def page(audit, page_of):
    found = page_of(sw.PruningPanel(audit))
    assert found.widget.wait(20)
    return found


def known_effects(page, ids: list[int], **more) -> np.ndarray:
    page.ask("effects", ids=ids, anyway=True, **more)
    assert page.widget.wait(20)
    _, [listed, values, _] = page.ask("effects", ids=ids, anyway=False)
    assert np.frombuffer(listed, np.uint32).tolist() == ids
    return np.frombuffer(values, np.float32).reshape(len(ids), 3)


def test_two_sets_are_kept_and_flipped(audit, page) -> None:
    audit.session.pruned = [B]
    assert page.widget.wait(20)
    body, _ = page.ask("flip")
    assert audit.session.pruned == ()
    assert body["active"] == "A"
    audit.session.update(pruned=[A], mode="zero")
    assert page.widget.wait(20)
    body, _ = page.ask("panel")
    assert [body["kept"][name]["pruned"] for name in "AB"] == [1, 1]
    assert [body["kept"][name]["mode"] for name in "AB"] == ["zero", "mean"]
    for name, (pruned, mode) in {"A": (A, "zero"), "B": (B, "mean")}.items():
        figures = body["kept"][name]["result"]
        assert figures["accuracy"] == audit.prune([pruned], mode).after.accuracy
    page.ask("flip")
    assert (audit.session.pruned, audit.session.mode) == ((B,), "mean")
    body, _ = page.ask("undo")
    assert audit.session.pruned == (A,)
    assert body["active"] == "A"
    assert body["kept"]["B"]["pruned"] == 1
    page.ask("copy")
    audit.session.pruned = []
    body, _ = page.ask("flip")
    assert audit.session.pruned == (A,)
    assert body["kept"]["A"]["pruned"] == 0


def test_a_slow_message_of_an_evaluation_s_begin_is_not_told_after_its_result(audit, page) -> None:
    def send_slowly(content, buffers=None) -> None:
        if content.get("evaluating"):
            time.sleep(0.3)
        page._hear(content, buffers)

    page.widget.send = send_slowly
    audit.session.pruned = [B]
    assert page.widget.wait(20)
    last = page.events("panel")[-1]
    assert (last["evaluating"], last["result"]["pruned"]) == (False, 1)


def test_each_component_s_own_effect_is_told(audit, page) -> None:
    audit.session.target = "melanoma"
    values = known_effects(page, [20, 21, 3])
    table = audit.effects(components=[A, B, ("features.0", 3)])
    np.testing.assert_allclose(values, table[["accuracy", "worst_group", "target"]].to_numpy(np.float32))
    assert np.abs(values).max() > 1
    ends = np.frombuffer(page.ask("effects", ids=[20, 21, 3], anyway=False)[1][2], np.float32).reshape(3, 6)
    columns = ["low", "high", "worst_group_low", "worst_group_high", "target_low", "target_high"]
    np.testing.assert_allclose(ends, table[columns].to_numpy(np.float32))
    audit.session.mode = "zero"
    _, [_, values, _] = page.ask("effects", ids=[20], anyway=False)
    assert np.isnan(np.frombuffer(values, np.float32)).all()
    assert "at most" in page.ask("effects", ids=[0] * 501, anyway=False)[0]["message"]


def test_effects_that_take_long_wait_for_a_word(audit, live, page, monkeypatch) -> None:
    from slens_widgets.widgets import pruning_effects

    monkeypatch.setattr(pruning_effects, "PATIENCE", 0.6)
    live.before_each = lambda: time.sleep(0.07)
    page.ask("effects", ids=list(range(20)), anyway=False)
    assert page.widget.wait(20)
    assert page.events("effects")[-1]["seconds"] > 1
    live.before_each = lambda: None
    assert not np.isnan(known_effects(page, list(range(20)))[:, 0]).any()


def test_an_evaluation_waits_for_no_slow_request(audit, page, monkeypatch) -> None:
    import threading

    from slens_widgets.widgets import pruning_answers

    began, go_on = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        began.set()
        assert go_on.wait(20)

    monkeypatch.setattr(pruning_answers, "quadrant_counts", slow)
    page.tell({"op": "quadrants", "id": 98, "generation": 0}, [])
    assert began.wait(5)
    try:
        audit.session.pruned = [B]
        assert page.widget._evaluations.wait(10)
        assert page.widget.result.components == (B,)
    finally:
        go_on.set()


def test_effects_wait_for_an_evaluation(audit, live, page) -> None:
    import threading

    began, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        if live.calls[-1][0] == (("features.3", 2),):
            began.set()
            go_on.wait(5)

    live.before_each = hold
    live.calls.clear()
    page.tell({"op": "effects", "id": 99, "generation": 0, "ids": list(range(20, 32)), "anyway": True}, [])
    assert began.wait(5)
    audit.session.pruned = [A, B]
    go_on.set()
    assert page.widget.wait(20)
    asked = [pruned for pruned, _ in live.calls]
    # The one that ran is finished, then comes the evaluation, then the others.
    assert asked.index((A, B)) == asked.index((Component("features.3", 2),)) + 1
    assert asked[-1] == (Component("features.3", 11),)
    assert not np.isnan(known_effects(page, list(range(20, 32)))[:, 0]).any()


def test_confusions_are_counted(audit, page) -> None:
    audit.session.pruned = [B]
    assert page.widget.wait(20)
    body, _ = page.ask("confusion")
    labels = np.asarray(audit.live.labels)
    for when, pruned in (("before", ()), ("after", (B,))):
        predicted = audit.live.logits(pruned).argmax(1)
        expected = [[int(((labels == i) & (predicted == j)).sum()) for j in range(2)] for i in range(2)]
        assert body["matrix"][when] == expected
    assert {(c["label"], c["predicted"]): c["after"] - c["before"] for c in body["changes"]} == {
        (audit.class_names[i], audit.class_names[j]): after - before
        for i, row in enumerate(body["matrix"]["after"])
        for j, after in enumerate(row)
        if (before := body["matrix"]["before"][i][j]) != after
    }


def test_flipped_images_come_in_pages(audit, page) -> None:
    audit.session.pruned = [B]
    assert page.widget.wait(20)
    table = audit.prune([B]).flips
    assert len(table) > 24
    seen = []
    for start in range(0, len(table), 24):
        body, pictures = page.ask("flips", change="all", start=start)
        assert body["total"] == len(table)
        assert pictures == [b""] * len(body["rows"])  # this live model shows no images
        seen += [(row["image"], row["change"]) for row in body["rows"]]
    assert seen == list(zip(table["image"], table["change"], strict=True))
    fixed, _ = page.ask("flips", change="fixed", start=0)
    assert fixed["total"] == (table["change"] == "fixed").sum()
    assert fixed["rows"][0]["group"] in audit.live.group_names
    assert "kind of flip" in page.ask("flips", change="odd", start=0)[0]["message"]
    body, _ = page.ask("image", image=int(table["image"][0]))
    after = audit.live.logits((B,))[table["image"][0]]
    assert {row["name"]: row["after"] for row in body["logits"]} == pytest.approx(
        dict(zip(audit.class_names, after, strict=True))
    )
    assert "from 0 to 119" in page.ask("image", image=120)[0]["message"]


def test_a_quadrant_is_pruned(audit, page) -> None:
    assert page.ask("quadrants")[0]["counts"] is None
    audit.session.update(valid=["milia"], spurious=["ruler"], thresholds=(0.1, 0.1))
    counts = page.ask("quadrants")[0]["counts"]
    table = audit.align(["milia"], ["ruler"], thresholds=(0.1, 0.1))
    assert counts == {name: int((table["quadrant"] == name).sum()) for name in counts}
    assert sum(counts.values()) == sum(LAYERS.values())
    audit.session.pruned = [B]
    page.ask("prune_quadrant", name="spurious")
    chosen = table[table["quadrant"] == "spurious"]
    named = {(row.layer, row.component) for row in chosen.itertuples()}
    assert set(audit.session.pruned) == named | {B}
    assert "quadrant" in page.ask("prune_quadrant", name="evil")[0]["message"]


def test_the_pruned_set_goes_out_and_comes_in(audit, page, tmp_path) -> None:
    audit.session.update(pruned=[B, ("features.0", 7)], mode="zero")
    value = page.ask("export")[0]["value"]
    assert json.loads(page.widget.to_json(tmp_path / "pruned.json").read_text()) == value
    audit.session.update(pruned=[], mode="mean")
    assert page.ask("import", value=value)[0]["found"] == 2
    assert set(audit.session.pruned) == {B, Component("features.0", 7)}
    assert audit.session.mode == "zero"
    for wrong in ("x", [1], {"format": "x"}, {**value, "components": {"features.9": [1]}}):
        assert "err" in page.ask("import", value=wrong)[0]
    assert len(audit.session.pruned) == 2


def test_stopping_goes_back_to_what_the_figures_are_for(audit, live, page) -> None:
    audit.session.pruned = [B]
    assert page.widget.wait(20)
    asked: list[int] = []

    def stop() -> None:
        if not asked:
            asked.append(1)
            page.tell({"op": "stop", "id": 900, "generation": 0})
            assert page.widget._reader.wait(10)

    live.before_each = stop
    audit.session.pruned = [A, B]
    assert page.widget.wait(20)
    live.before_each = lambda: None
    assert audit.session.pruned == (B,)
    body, _ = page.ask("panel")
    assert body["current"] is True
    assert body["evaluating"] is False
    assert body["result"]["pruned"] == 1


def test_the_lab_s_images_are_shown_and_explained(lab_audit, page_of) -> None:
    audit = lab_audit
    page = page_of(sw.PruningPanel(audit))
    table = audit.align(audit.session.valid, audit.session.spurious, remember=False)
    audit.session.pruned = audit.resolve(table[table["lean"] > 0])
    assert page.widget.wait(60)
    body, pictures = page.ask("flips", change="fixed", start=0)
    assert len(pictures) == 24
    with Image.open(io.BytesIO(pictures[0])) as picture:
        assert picture.size == (96, 96)
    row = body["rows"][0]
    body, [large] = page.ask("image", image=row["image"])
    assert (body["label"], body["before"], body["after"]) == (row["label"], row["before"], row["after"])
    with Image.open(io.BytesIO(large)) as picture:
        assert picture.size == (288, 288)
    body, overlays = page.ask("explain", image=row["image"], target=row["before"])
    assert len(overlays) == len(body["rows"]) + 1 == 6
    components = [page.widget.component(each["component"]) for each in body["rows"]]
    quadrants = table.set_index(["layer", "component"])["quadrant"]
    assert [each["quadrant"] for each in body["rows"]] == [quadrants[c] for c in components]
    assert any(component in audit.session.pruned for component in components)
    assert "suffix" in page.ask("panel")[0]["engine"]


def test_the_figures_are_saved_as_a_picture_and_as_plotly(audit, page, tmp_path) -> None:
    audit.session.pruned = [B]
    assert page.widget.wait(20)
    result = audit.prune([B])
    for suffix in ("png", "svg", "pdf"):
        first = page.widget.save(tmp_path / f"pruning.{suffix}").read_bytes()
        assert page.widget.save(tmp_path / f"pruning.{suffix}").read_bytes() == first
    figure = page.widget.to_plotly()
    before, after = figure.data
    assert list(after.y) == list(result.table["of"])
    np.testing.assert_allclose(after.x, 100 * result.table["after"])
    np.testing.assert_allclose(before.x, 100 * result.table["before"])
    for row, text, tone in zip(result.table.itertuples(), after.text, after.textfont.color, strict=True):
        assert f"{row.low:+.1f} to {row.high:+.1f}" in text
        assert ("within noise" in text) == row.within_noise == (tone == MUTED)
    assert page.widget.preview() is not None


def test_of_many_classes_those_that_change_most_are_drawn(audit) -> None:
    from dataclasses import replace

    from slens_widgets.widgets.pruning_picture import MOST, rows

    result = audit.prune([B])
    many = {f"<b>{i}</b>": i / 100 for i in range(60)}
    result = replace(
        result,
        before=replace(result.before, per_class=many),
        after=replace(result.after, per_class={name: value**2 for name, value in many.items()}),
        intervals=result.intervals | {f"class {name}": (-1.0, 1.0) for name in many},
    )
    shown = rows(result)
    assert len(shown) == MOST
    assert [row.of for row in shown[:2]] == ["accuracy", "worst group"]
    least = min(abs(row.after - row.before) for row in shown[2:])
    left_out = set(result.table["of"]) - {row.of for row in shown}
    table = result.table.set_index("of")["points"].abs()
    assert table[list(left_out)].max() <= least + 1e-9


@pytest.mark.parametrize("error", [SystemExit(1), CancelledError()])
def test_whatever_a_model_raises_ends_the_waiting(audit, page, error: BaseException, monkeypatch) -> None:
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(audit.live, "logits", fail)
    audit.session.pruned = [B]
    assert page.widget.wait(20)
    assert page.events("panel")[-1]["evaluating"] is False
    assert type(error).__name__ in page.events("failed")[-1]["message"]
    page.ask("effects", ids=[20], anyway=True)
    assert page.widget.wait(20)
    assert len(page.events("failed")) == 2
