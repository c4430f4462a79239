"""The databases behind what is compared, and whether they can be."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from slens_widgets.arguments import given
from slens_widgets.conceptdb import ConceptDB, open_database
from slens_widgets.errors import FingerprintMismatchError, InputError


def database_of(each: Any) -> ConceptDB:
    """Return the database of an audit, of a path, or itself."""
    from slens_widgets.audit.audit import Audit

    if isinstance(each, Audit):
        return each.db
    if isinstance(each, ConceptDB):
        return each
    if isinstance(each, str | os.PathLike):
        return open_database(each)  # type: ignore[arg-type]
    raise InputError(
        f"{given(each)} is neither an audit nor a database",
        expected="an sw.Audit, a ConceptDB, or where a database lies",
    )


def check_comparable(databases: Sequence[ConceptDB]) -> None:
    """Raise unless one foundation model embedded all of them."""
    first = databases[0]
    for other in databases[1:]:
        ours, theirs = first.foundation_model, other.foundation_model
        if ours["fingerprint"] != theirs["fingerprint"]:
            raise FingerprintMismatchError(
                f"{first.path.name!r} was embedded with {ours['name']!r} (fingerprint {ours['fingerprint']}) "
                f"and {other.path.name!r} with {theirs['name']!r} (fingerprint {theirs['fingerprint']}); "
                "their components can't be compared",
                expected="databases with one foundation model",
                next_step="Embed one of them by the other's model too, with db.embed_with(…), and give "
                "audit.use(…)",
            )
