"""What a notebook keeps of a widget besides the widget: a picture that is seen where there is no kernel."""

from __future__ import annotations

from typing import Any

from IPython.display import display

WIDGET = "application/vnd.jupyter.widget-view+json"
DELAY = "3s"
"""How long the picture waits for the widget before it is shown."""

_PAGE = """\
<figure class="slens-still slens-still-{id}">
<img alt="A still picture of the widget" src="data:image/png;base64,{png}">
<figcaption>A still picture: this widget is connected to no kernel. Run the cell to use it.</figcaption>
</figure>
<style>
.slens-still {{ margin: 0; overflow: hidden; animation: slens-still {delay}; }}
.slens-still img {{ max-width: 100%; border-radius: 6px; }}
@keyframes slens-still {{ from, to {{ max-height: 0; opacity: 0; }} }}
:root:has(.slens-live-{id}) .slens-still-{id} {{ display: none; }}
:has(> .jp-OutputArea-output > .slens-still-{id}) + * > .jp-OutputArea-output:not(:has(*)) {{
  display: none;
}}
</style>"""


def show(widget: Any) -> None:
    """Display a widget and, in an output of its own, its picture if it has one.

    Of one output a host shows one kind of data: JupyterLab chooses the widget and, where there is none any
    more, says "model not found". The picture hides itself as long as the widget is on the page, and hides
    that line where it is not. Notebooks that are not trusted show no widget, and drop the style sheet.
    """
    found = widget._repr_mimebundle_()
    data, metadata = found if isinstance(found, tuple) else (found, {})
    if data is None:
        return
    png = data.pop("image/png", None)
    if png is not None:
        name = widget.model_id
        widget.add_class(f"slens-live-{name}")
        page = _PAGE.format(id=name, png=png, delay=DELAY)
        display({"text/html": page, "text/plain": ""}, raw=True)
        data["text/plain"] = ""
    display(data, metadata=metadata, raw=True)
