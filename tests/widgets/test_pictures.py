"""Still pictures of the widgets."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.errors import InputError
from slens_widgets.widgets import still
from slens_widgets.widgets.map_picture import Points, tones
from slens_widgets.widgets.pictures import picture
from tests.reference import robust


def test_a_map_is_saved_in_three_formats_and_the_same_each_time(audit, page_of, tmp_path) -> None:
    widget = page_of(sw.ConceptMap(audit)).widget
    audit.session.selection = [("features.0", 3)]
    for suffix, start in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        path = widget.save(tmp_path / f"map.{suffix}")
        first = path.read_bytes()
        assert first.startswith(start)
        assert widget.save(path).read_bytes() == first
    assert "features.0 (20)" in _texts((tmp_path / "map.svg").read_text())
    with pytest.raises(InputError, match=r"\.svg"):
        widget.save(tmp_path / "map.gif")
    with pytest.raises(InputError, match="no folder"):
        widget.save(tmp_path / "nowhere" / "map.png")
    with pytest.raises(InputError, match="export_html"):
        page_of(sw.Dashboard(audit).bar).widget.save(tmp_path / "bar.png")


@pytest.mark.parametrize("by", ["layer", "label", "clarity", "alignment", "relevance", "score", "pruned"])
def test_every_colouring_has_a_picture_and_a_figure(audit, page_of, by) -> None:
    widget = page_of(sw.ConceptMap(audit)).widget
    audit.session.update(
        color_by=by, query="$x^$", valid=["milia"], spurious=["<b>ruler</b>"], target="melanoma",
        vocabulary=["$ink", "<b>veil</b>"], pruned=[("features.3", 1)], selection=[("features.0", 3)],
    )  # fmt: skip
    shown = np.asarray(Image.open(io.BytesIO(picture(widget.drawing(), dpi=60))).convert("RGB"))
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) > 20
    figure = widget.to_plotly()
    assert sum(len(trace.x) for trace in figure.data) == audit.db.n_components + 1
    assert "<b>" not in "".join(str(trace.name) for trace in figure.data)
    if by == "score":
        trace = figure.data[0]
        assert np.allclose(trace.marker.color, robust(audit.search_scores("$x^$")), atol=1e-5)


def test_values_that_are_missing_are_drawn_apart() -> None:
    values = np.array([0.0, np.nan, -2.0])
    points = Points(
        np.zeros((3, 2)), ["a", "b", "c"], "lean", np.empty(0, int), values=values, diverging=True
    )
    assert points.limits == (-2.0, 2.0)
    assert len(set(tones(12))) == 12


def test_a_notebook_shows_a_picture_where_the_layout_is_known(audit, page_of) -> None:
    widget = page_of(sw.ConceptMap(audit)).widget
    assert "image/png" not in widget._repr_mimebundle_()[0]
    audit.project()
    bundle = widget._repr_mimebundle_()[0]
    assert "image/png" in bundle
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_the_picture_of_a_notebook_is_an_output_of_its_own(audit, page_of, monkeypatch) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr(still, "display", lambda data, **_: shown.append(data))
    widget = page_of(sw.ConceptMap(audit)).widget
    widget._ipython_display_()
    [alone] = shown
    assert still.WIDGET in alone
    assert alone["text/plain"]
    audit.project()
    for kind in (widget, sw.Dashboard(audit)):
        shown.clear()
        kind._ipython_display_()
        picture, view = shown
        assert view[still.WIDGET]["model_id"] == kind.model_id
        assert not {"image/png", "text/html"} & set(view), "a reader would see it twice"
        page = picture["text/html"]
        encoded = page.split("base64,")[1].split('"')[0]
        assert base64.b64decode(encoded).startswith(b"\x89PNG")
        assert "Run the cell" in page
        # The picture is found by a class that the widget has as long as it is on the page.
        assert f"slens-live-{kind.model_id}" in kind._dom_classes
        assert f":has(.slens-live-{kind.model_id}) .slens-still-{kind.model_id}" in page


def _texts(svg: str) -> str:
    """The comments that matplotlib puts before each text's outlines."""
    return " ".join(part.split("-->")[0] for part in svg.split("<!--")[1:])
