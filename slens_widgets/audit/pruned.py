"""The pruned set as a file and as a model."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slens_widgets.arguments import path_of
from slens_widgets.audit.live import need
from slens_widgets.errors import InputError
from slens_widgets.files import place_of, write_whole
from slens_widgets.session import Session
from slens_widgets.types import AblationMode, Component, Prunable
from slens_widgets.untrusted import parse_json

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

FORMAT, VERSION = "slens-pruned", 1
LARGEST = 50_000_000


def pruned_set(audit: Audit) -> dict[str, Any]:
    """Return the session's pruned set and mode as a value that JSON can hold."""
    layers: dict[str, list[int]] = {}
    for component in audit.session.pruned:
        layers.setdefault(component.layer, []).append(component.index)
    model = audit.db.provenance.get("model", {})
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": {"name": model.get("name"), "weights_sha256": model.get("weights_sha256")},
        "mode": audit.session.mode,
        "components": layers,
    }


def save_pruned(audit: Audit, path: str | os.PathLike[str]) -> Path:
    """Write the session's pruned set and mode as JSON; `load_pruned` reads it again."""
    place = place_of(path, "A pruned set")
    write_whole(place, json.dumps(pruned_set(audit), indent=1, ensure_ascii=False) + "\n", "A pruned set")
    return place


def load_pruned(
    audit: Audit, source: str | os.PathLike[str] | Mapping[str, Any], *, other_model: bool = False
) -> tuple[Component, ...]:
    """Make a saved pruned set the session's, and return it.

    Parameters
    ----------
    source
        A file that `save_pruned` or the pruning panel wrote, or what it holds.
    other_model
        Take it also where it was made for other weights than the database's.

    Raises
    ------
    InputError
        It is no such file, or for another model.
    UnknownNameError
        It names a layer or component that the database does not have.
    """
    value = source if isinstance(source, Mapping) else _read(path_of("source", source))
    if value.get("format") != FORMAT or value.get("version") != VERSION:
        raise InputError(
            f"This is no pruned set: format {value.get('format')!r}, version {value.get('version')!r}",
            expected=f"{FORMAT!r}, version {VERSION}",
        )
    layers = value.get("components")
    if not isinstance(layers, Mapping) or not all(
        isinstance(indices, list) and all(type(index) is int for index in indices)
        for indices in layers.values()
    ):
        raise InputError("The components of the pruned set can't be read", expected='{"layer": [index, …]}')
    made_for = value.get("model")
    made_for = made_for.get("weights_sha256") if isinstance(made_for, Mapping) else None
    ours = audit.db.provenance.get("model", {}).get("weights_sha256")
    if made_for != ours and not other_model:
        raise InputError(
            "The pruned set was made for other weights than this audit's: what a component encodes differs",
            next_step="Open the audit that it was made in, or take it with other_model=True",
        )
    pruned = tuple(audit.db.component((layer, index)) for layer, chosen in layers.items() for index in chosen)
    mode = value.get("mode")
    audit.session.update(pruned=pruned, mode=mode)
    return audit.session.pruned


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{str(path)!r} is larger than any pruned set")
        value = parse_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{str(path)!r} can't be read ({error})", expected="a file written by audit.save_pruned"
        ) from error
    if not isinstance(value, dict):
        raise InputError(f"{str(path)!r} holds no pruned set", expected="a file written by audit.save_pruned")
    return value


def pruned_model(audit: Audit, components: Any = None, mode: AblationMode | None = None) -> Any:
    """Return a copy of the audited model with components ablated for good.

    It is in evaluation mode, gives the logits of `prune`, has the names of the original in its state dict
    (besides two buffers a layer), and is independent of this package but for `core.pruned.Ablated`.

    Parameters
    ----------
    components
        What to ablate; None: the session's pruned set.
    mode
        "mean" or "zero"; None: the session's.

    Raises
    ------
    InputError
        There is no live model, or it can't give itself.
    """
    judge = need(audit._judge, "A pruned model")
    if not isinstance(judge.live, Prunable):
        raise InputError(
            f"The live model {type(judge.live).__name__} can't give a pruned copy of itself",
            expected="a torch model, or a LiveModel with pruned_model(pruned, mode)",
        )
    session: Session = audit.session
    pruned = session.pruned if components is None else audit.resolve(components)
    return judge.live.pruned_model(pruned, session.mode if mode is None else mode)
