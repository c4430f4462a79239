"""Write a report where it was asked for, whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slens_widgets.arguments import path_of
from slens_widgets.audit.report.contents import contents, crops
from slens_widgets.audit.report.page import page
from slens_widgets.errors import InputError
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
    place = path_of("path", path)
    kind = place.suffix.lower()
    if kind not in (".html", ".htm", ".json"):
        raise InputError(f"A report can't be written as {place.name!r}", expected="a name in .html or .json")
    if not place.parent.is_dir():
        raise InputError(f"There is no folder {str(place.parent)!r}", next_step="Make it first")
    if not (audit.session.valid or audit.session.spurious):
        raise InputError(
            "The session holds no concepts, so there is nothing to report on",
            next_step="Set audit.session.valid = [...] and audit.session.spurious = [...]",
        )
    found = contents(audit, target, layer=layer, progress=progress)
    if kind == ".json":
        text = json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    else:
        text = page(found, lambda component, count: crops(audit, component, count))
    _write(place, text)
    return place


def _write(place: Path, text: str) -> None:
    """Write beside and rename: a report is there whole or not at all."""
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
