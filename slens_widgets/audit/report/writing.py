"""Write a report where it was asked for, whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slens_widgets.audit.figures import crops
from slens_widgets.audit.report.contents import contents
from slens_widgets.audit.report.page import page
from slens_widgets.errors import InputError
from slens_widgets.files import place_of, write_whole
from slens_widgets.types import Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def report(
    audit: Audit,
    path: str | os.PathLike[str],
    target: str | int | Sequence[str | int] | None = None,
    *,
    layer: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the audit as one HTML file without scripts, or as JSON, whichever the name says; return its path.

    Concepts, thresholds and what is pruned are those of the session. The HTML holds its pictures; the JSON
    holds the same figures and the names of the images.

    Parameters
    ----------
    path
        A name that ends in .html or .json; an existing file is replaced.
    target
        One class or several; None takes the session's, or all of up to 20 where it names none.

    Raises
    ------
    InputError
        The name has another ending, the folder does not exist, or the session holds no concepts.
    """
    place = place_of(path, "A report", (".html", ".htm", ".json"))
    if not (audit.session.valid or audit.session.spurious):
        raise InputError(
            "The session holds no concepts, so there is nothing to report on",
            next_step="Set audit.session.valid = [...] and audit.session.spurious = [...]",
        )
    found = contents(audit, target, layer=layer, progress=progress)
    if place.suffix.lower() == ".json":
        text = json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    else:
        text = page(found, lambda component, count: crops(audit.db, audit.db.component(component), count))
    write_whole(place, text, "A report")
    return place
