"""The same audit, asked through another foundation model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slens_widgets.arguments import given
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.types import FoundationModel

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def use(audit: Audit, foundation_model: FoundationModel | str) -> Audit:
    """Return the audit seen through another foundation model that embedded the database.

    The session, the trail and the live model are the same, so views of either follow each other.

    Parameters
    ----------
    foundation_model
        One whose embeddings are in the database (`ConceptDB.embed_with` adds them), or the name of one that
        this audit has used before.

    Raises
    ------
    UnknownNameError
        The database has no embeddings by it.
    FingerprintMismatchError
        It has, with other weights.
    """
    if not isinstance(foundation_model, (str, FoundationModel)):
        raise InputError(
            f"foundation_model={given(foundation_model)}",
            expected=f"one of {', '.join(map(repr, audit.db.foundation_models))}, or the model itself",
        )
    name = foundation_model if isinstance(foundation_model, str) else foundation_model.name
    if name not in audit.db.foundation_models:
        raise UnknownNameError.of(
            "foundation model", name, audit.db.foundation_models, next_step="Add it with db.embed_with(…)"
        )
    model = audit._models.get(name) if isinstance(foundation_model, str) else foundation_model
    if model is None:
        raise InputError(
            f"This audit was never given the foundation model {name!r}, only its name",
            expected="the model itself, for example audit.use(sw.OpenClip(…))",
        )
    twin = type(audit)(audit.db.using(name), model, templates=audit.templates, metadata=audit.metadata)
    twin.session, twin._keeper, twin._judge = audit.session, audit._keeper, audit._judge
    twin._models = {**audit._models, name: model}
    return twin
