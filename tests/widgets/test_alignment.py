"""The alignment plot draws what `audit.align` says, for one class or several, in plotly and as a picture."""

from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.analyses.alignment import QUADRANTS
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.types import Component
from slens_widgets.widgets.alignment_figure import MAX_POINTS, AlignmentFigure, sizes, strongest


@pytest.fixture
def plot(audit):
    plot = sw.AlignmentPlot(audit)
    audit.session.update(valid=["milia"], spurious=["ruler"], target="melanoma")
    assert plot.wait(20)
    yield plot
    plot.close()


def test_the_plot_draws_audit_align(audit, plot) -> None:
    audit.session.selection = [("features.0", 3)]
    table = audit.align(["milia"], ["ruler"], "melanoma")
    [trace] = plot.figure.data
    assert trace.type == "scattergl"
    assert np.allclose(trace.x, table["valid"])
    assert np.allclose(trace.y, table["spurious"])
    assert np.allclose(trace.marker.size, sizes(table["relevance"].to_numpy()))
    assert list(trace.selectedpoints) == [3]
    assert plot.figure._config["showSendToCloud"] is False
    counts = table["quadrant"].value_counts()
    assert {note.text for note in plot.figure.layout.annotations} == {
        f"<b>{name}</b> {counts.get(name, 0)}" for name in ("valid", "spurious", "both", "unexpected")
    }
    plot._drawing._chosen([0, 21])
    assert audit.session.selection == (Component("features.0", 0), Component("features.3", 1))
    audit.session.valid = []
    assert plot.wait(20)
    assert len(plot.figure.data[0].x) == 0
    assert len(plot.figure.layout.shapes) == 0


def test_thresholds_are_drawn_moved_and_given_back(audit, plot, page_of) -> None:
    page = page_of(plot.controls)
    null = audit.align(["milia"], ["ruler"]).attrs["thresholds"]
    body, _ = page.ask("aligned")
    assert body["thresholds"] == pytest.approx(null)
    assert body["threshold_source"].startswith("an effect of at least 0.3")
    page.ask("set", field="thresholds", value=[-2, 0.3])
    across, up = plot.figure.layout.shapes
    assert (across.y0, up.x0) == (0.3, -2)
    body, _ = page.ask("aligned")
    table = audit.align(["milia"], ["ruler"], thresholds=(-2, 0.3))
    assert body["counts"] == table["quadrant"].value_counts().to_dict()
    assert "spurious" not in body["counts"]
    assert page.events("aligned")[-1]["thresholds"] == [-2, 0.3]
    [[low, high], [below, above]] = body["limits"]
    assert low == -2
    assert high == pytest.approx(table["valid"].max())
    assert below <= 0.3 <= above
    page.ask("set", field="thresholds", value=None)
    assert plot.figure.layout.shapes[0].y0 == pytest.approx(null[1])


def test_classes_side_by_side_share_axes_and_sizes(audit, plot, page_of) -> None:
    page = page_of(plot.controls)
    page.ask("beside", on=True)
    nevus, melanoma = plot.figure.data
    assert (nevus.xaxis, melanoma.xaxis) == ("x", "x2")
    assert plot.figure.layout.xaxis2.matches == "x"
    assert plot.figure.layout.xaxis2.domain[0] > plot.figure.layout.xaxis.domain[1]
    assert np.array_equal(nevus.x, melanoma.x)
    assert {"nevus", "melanoma"} <= {note.text for note in plot.figure.layout.annotations}
    plot._drawing._chosen([])
    assert audit.session.selection == (), "a facet without points in the lasso takes nothing away"
    audit.session.selection = [("features.3", 2)]
    assert list(nevus.selectedpoints) == list(melanoma.selectedpoints) == [22]
    body, _ = page.ask("aligned")
    assert body["beside"] is True
    assert body["facets"] == 2
    page.ask("beside", on=False)
    assert len(plot.figure.data) == 1
    body, _ = page.ask("beside", on="yes")
    assert "true or false" in body["message"]


def test_sizes_of_facets_are_on_one_scale(audit) -> None:
    table = audit.align(["milia"], ["ruler"])
    figure = AlignmentFigure(lambda positions: None)
    weak, strong = np.full(len(table), 1.0), np.full(len(table), 4.0)
    figure.show(table, {"weak": weak, "<b>strong": strong}, (0.1, 0.1), [])
    assert set(figure.widget.data[0].marker.size) == {5 + 17 / 2}
    assert set(figure.widget.data[1].marker.size) == {22}
    assert "&lt;b&gt;strong" in [note.text for note in figure.widget.layout.annotations]
    figure.widget.close()


def test_classes_can_be_chosen(audit) -> None:
    audit.session.update(valid=["milia"], spurious=["ruler"])
    plot = sw.AlignmentPlot(audit, classes=["melanoma"])
    assert plot.wait(20)
    assert list(plot.controls.facets) == ["melanoma"]
    plot.close()
    with pytest.raises(UnknownNameError, match="melanoma"):
        sw.AlignmentPlot(audit, classes=["melanom"])
    with pytest.raises(InputError, match="0 classes side by side"):
        sw.AlignmentPlot(audit, classes=[])


def test_the_plot_takes_on_the_pages_colours(audit, page_of) -> None:
    plot = sw.AlignmentPlot(audit)
    page = page_of(plot.controls)
    look = {"foreground": "#eeeeee", "muted": "#999999", "line": "#333333", "background": "#111111"}
    page.ask("look", theme="dark", **look)
    assert plot.figure.layout.paper_bgcolor == "#111111"
    body, _ = page.ask("look", theme="dark", **{**look, "line": "red; url(x)"})
    assert "line" in body["message"]


def test_more_points_than_plotly_bears_are_drawn_as_a_density(audit) -> None:
    table = audit.align(["milia"], ["ruler"])
    big = table.loc[np.arange(MAX_POINTS + 500) % len(table)].reset_index(drop=True)
    nothing = np.full(len(big), np.nan)
    chosen: list[int] = []
    figure = AlignmentFigure(chosen.extend)
    assert figure.show(big, {"": nothing}, (0.1, 0.1), []) == 500
    points, density = figure.widget.data
    assert len(points.x) == MAX_POINTS
    assert density.type == "heatmap"
    assert np.nansum(density.customdata) == 500
    assert np.isfinite(np.array(density.z, float)).sum() == (np.array(density.customdata) > 0).sum()
    rows = strongest(big, MAX_POINTS)
    left = np.setdiff1d(np.arange(len(big)), rows)
    best = big[["valid", "spurious"]].max(axis=1)
    assert best[left].max() <= best[rows].min() + 1e-6
    figure._chosen([MAX_POINTS - 1])
    assert chosen == [rows[-1]]
    assert figure.show(big, {"a": nothing, "b": nothing}, (0.1, 0.1), []) == MAX_POINTS // 2 + 500
    figure.widget.close()


def test_sizes_without_relevance_are_one() -> None:
    assert len(set(sizes(np.full(3, np.nan)))) == 1
    assert sizes(np.array([0.0, -4.0, 1.0])).tolist() == [5.0, 22.0, 13.5]


def test_a_copy_is_light_and_leaves_the_plot_dark(plot, page_of) -> None:
    look = {"foreground": "#eeeeee", "muted": "#999999", "line": "#333333", "background": "#111111"}
    page_of(plot.controls).ask("look", theme="dark", **look)
    figure = plot.to_plotly()
    assert type(figure).__name__ == "Figure"
    assert figure.layout.paper_bgcolor == "#ffffff"
    assert plot.figure.layout.paper_bgcolor == "#111111"
    assert np.array_equal(figure.data[0].x, plot.figure.data[0].x)


def test_it_can_be_saved_as_a_picture(audit, plot, page_of, tmp_path) -> None:
    audit.session.selection = [("features.0", 3)]
    for name, start in (("plot.png", b"\x89PNG"), ("plot.svg", b"<?xml"), ("plot.pdf", b"%PDF")):
        assert plot.save(tmp_path / name).read_bytes().startswith(start)
    audit.session.valid = []
    with pytest.raises(InputError, match="nothing to draw"):
        plot.save(tmp_path / "empty.png")


def test_a_page_without_plotly_gets_the_same_points(audit, plot, page_of) -> None:
    audit.session.target = "melanoma"
    assert plot.wait(20)
    _, [valid, spurious, relevance, quadrants, diameters] = page_of(plot.controls).ask("points")
    table, drawn = plot.controls.table, plot.figure.data[0]
    assert np.array_equal(np.frombuffer(valid, np.float32), table["valid"].to_numpy(np.float32))
    assert np.array_equal(np.frombuffer(spurious, np.float32), table["spurious"].to_numpy(np.float32))
    assert np.array_equal(
        np.frombuffer(relevance, np.float32), table["relevance"].to_numpy(np.float32), equal_nan=True
    )
    assert [QUADRANTS[i] for i in np.frombuffer(quadrants, np.uint8)] == list(table["quadrant"])
    assert np.allclose(np.frombuffer(diameters, np.uint8) / 4, drawn.marker.size, atol=0.25)
    audit.session.valid = []
    assert plot.wait(20)
    assert page_of(plot.controls).ask("points")[1] == []


def test_an_error_is_said_on_the_page(audit, page_of, monkeypatch) -> None:
    plot = sw.AlignmentPlot(audit)
    page = page_of(plot.controls)
    audit.session.update(valid=["milia"], spurious=["ruler"], target="naevus")
    assert plot.wait(20)
    assert "Nearest: 'nevus'" in page.events("aligned")[-1]["error"]


def test_whatever_a_foundation_model_raises_ends_the_waiting(audit, plot, page_of, monkeypatch) -> None:
    page = page_of(plot.controls)

    def fail(texts):
        raise SystemExit(1)

    monkeypatch.setattr(audit.foundation_model, "encode_texts", fail)
    audit.session.valid = ["never asked before"]
    assert plot.wait(20)
    assert "SystemExit" in page.events("aligned")[-1]["error"]
