"""One self-contained page that shows widgets and answers what was recorded, without kernel or network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slens_widgets import __version__
from slens_widgets.audit import Audit
from slens_widgets.errors import InputError
from slens_widgets.files import place_of, write_whole
from slens_widgets.widgets.numbering import Numbering
from slens_widgets.widgets.recording import Recorder, strips

if TYPE_CHECKING:
    from slens_widgets.widgets.base import AuditWidget

STATIC = Path(__file__).parent.parent / "static"
BUDGET = 8_000_000
STRIP_SHARE = 0.6
EXPORTED = re.compile(r"export\{([\w$]+) as default\};?\s*$")

Maker = Callable[[Numbering], "AuditWidget"]
"""Makes a widget over audits apart."""


def over_one(make: Callable[[Audit], AuditWidget]) -> Maker:
    """Return a maker of what is made of one audit."""
    return lambda numbering: make(numbering.sides[0].audit)


def save_page(
    path: str | os.PathLike[str],
    numbering: Numbering,
    makers: Mapping[str, Maker],
    *,
    title: str,
    queries: Sequence[str] = (),
    budget: int = BUDGET,
    foremost: Iterable[int] = (),
) -> Path:
    """Write a page of widgets over one audit, or over two, and return where it lies.

    Parameters
    ----------
    path
        The file; an existing one is replaced.
    numbering
        The components that the widgets show.
    makers
        What makes each widget, by its name on the page.
    queries
        Searches that the page answers besides those of the session.
    budget
        Bytes of recorded answers and pictures; the front end adds some 150 kB.
    foremost
        Components, by number, that have examples before any others, after what is selected or pruned.
    """
    place = place_of(path, "A page", (".html", ".htm"))
    if isinstance(budget, bool) or not isinstance(budget, int) or budget < 0:
        raise InputError(f"budget is {budget!r}", expected="a number of bytes")
    saved = _record(numbering, makers, tuple(queries), budget, foremost)
    write_whole(place, _page(title, saved, _about(numbering, title)), "A page")
    return place


def _record(
    numbering: Numbering,
    makers: Mapping[str, Maker],
    queries: tuple[str, ...],
    budget: int,
    foremost: Iterable[int],
) -> dict[str, Any]:
    twin = numbering.apart()
    pictures, tiles = strips(numbering, int(budget * STRIP_SHARE), foremost)
    left = budget - sum(len(text) for text in pictures.values())
    widgets = []
    skipped = 0
    shared: list[dict[str, Any]] | None = None
    for i, (name, make) in enumerate(makers.items()):
        widget = make(twin)
        # It lives on no page: what it says goes nowhere.
        widget.silence()
        widget.recorded_queries = queries
        try:
            recorder = Recorder(widget, left // (len(makers) - i))
            start = recorder.left
            shared = recorder.shared() if shared is None else shared
            hello = recorder.hello()
            records = list(recorder.records())
            left -= start - recorder.left
            skipped += recorder.skipped
        finally:
            widget.close()
        widgets.append({"name": name, "widget": widget._widget, "hello": hello, "records": records})
    return {
        "version": 1,
        "widgets": widgets,
        "shared": shared,
        "strips": pictures,
        "tiles": tiles,
        "tile": numbering.sides[0].audit.db.tile,
        "skipped": skipped,
    }


def _about(numbering: Numbering, title: str) -> str:
    names = (
        side.name or side.audit.db.provenance.get("model", {}).get("name", "a model")
        for side in numbering.sides
    )
    model = " and ".join(names)
    when = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{title} of {model}, saved {when} with slens_widgets {__version__}"


def _page(title: str, saved: Mapping[str, Any], about: str) -> str:
    front, found = EXPORTED.subn(r"globalThis.slens=\1;", (STATIC / "slens.js").read_text("utf-8"))
    if found != 1:
        raise InputError(
            "The front end in slens_widgets/static does not end as expected", next_step="reinstall it"
        )
    code = [_script(front), _script((STATIC / "saved.js").read_text("utf-8"))]
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(c.encode()).digest()).decode()}'" for c in code
    )
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src blob: data:; "
        "connect-src blob: data:; base-uri 'none'; form-action 'none'"
    )
    # "<" never appears in the data, so nothing in it can end the element that holds it.
    data = json.dumps({**saved, "about": about}, separators=(",", ":"), allow_nan=False).replace(
        "<", "\\u003c"
    )
    scripts = "\n".join(f'<script type="module">{c}</script>' for c in code)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n</head>\n<body>\n"
        "<noscript>This page draws itself with the JavaScript that it contains; please allow it.</noscript>\n"
        f'<script type="application/json" id="slens-saved">{data}</script>\n'
        f"{scripts}\n</body>\n</html>\n"
    )


def _script(code: str) -> str:
    return re.sub(r"<(/script|!--)", r"\\x3c\1", code, flags=re.IGNORECASE)
