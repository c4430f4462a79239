"""What was done in this audit, step by step: kept, listed, opened again, replayed, written out as Python."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from slens_widgets.arguments import path_of
from slens_widgets.errors import DatabaseError, InputError, SlensError
from slens_widgets.session import Session
from slens_widgets.trails import (
    Result,
    Step,
    as_python,
    check_name,
    find_trail,
    list_trails,
    read_trail,
    trail_path,
)
from slens_widgets.trails.files import write_new
from slens_widgets.trails.keeper import UNNAMED, Keeper
from slens_widgets.trails.steps import FIELDS, SETS
from slens_widgets.types import LiveModel

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


@dataclass(frozen=True, repr=False)
class Trail:
    """The steps of one trail, over the audit that it belongs to."""

    name: str
    """Empty for a trail that has no step yet."""
    steps: tuple[Step, ...]
    """Changes of the session and evaluations, in their order."""
    audit: Audit = field(compare=False)
    """What `replay` acts on."""
    problem: str = field(default="", compare=False)
    """What a person has to know of where it is kept, or of what it was made on; empty where all is well."""

    def __repr__(self) -> str:
        said = f"; {self.problem}" if self.problem else ""
        return f"Trail({self.name!r}, {len(self.steps)} steps{said})"

    def table(self) -> pd.DataFrame:
        """Return one row per step: time, what was done, accuracy before and after where it was evaluated."""
        rows = [
            {
                "time": step.time,
                "what": ", ".join(_said(name, value) for name, value in step.sets.items())
                or f"evaluated {len(step.result.pruned) if step.result else 0} pruned",
                "before": step.result.accuracy[0] if step.result else float("nan"),
                "after": step.result.accuracy[1] if step.result else float("nan"),
            }
            for step in self.steps
        ]
        return pd.DataFrame(rows, columns=["time", "what", "before", "after"])

    def to_python(self) -> str:
        """Return Python lines that do the same to an `audit`."""
        return as_python(self.name, self.steps)

    def replay(self, *, evaluate: bool = False, pause: float = 0.0) -> pd.DataFrame:
        """Set the session to the trail's states, one after the other from the start; the views follow.

        Parameters
        ----------
        evaluate
            Evaluate again what was evaluated, and compare. Needs the live model.
        pause
            Seconds between two steps, to watch them.

        Returns
        -------
        The table of the steps; with `evaluate` it has the columns "now" (the accuracy after pruning),
        "same" (it equals the recorded one to 1e-6) and "why" (what else differs where it doesn't).
        """
        if isinstance(pause, bool) or not isinstance(pause, int | float) or not 0 <= pause <= 3600:
            raise InputError(f"pause is {pause!r}", expected="seconds, 0 or more")
        audit = self.audit
        table = self.table()
        now: list[float] = []
        why: list[str] = []
        with audit._keeper.paused():
            audit.session.update(**_state(Session(audit.db.component, audit.db.chosen)))
            for step in self.steps:
                if step.sets:
                    audit.session.update(**step.sets)
                found = float("nan")
                if evaluate and step.result is not None:
                    found = audit.prune(step.result.pruned, _mode(step.result)).after.accuracy
                now.append(found)
                as_then = step.result is None or abs(found - step.result.accuracy[1]) <= 1e-6
                why.append("" if as_then or not evaluate else self._why(step.result))
                time.sleep(pause)
        if evaluate:
            table["now"] = now
            table["same"] = (table["now"] - table["after"]).abs() <= 1e-6
            table["why"] = why
        return table

    def _why(self, then: Result | None) -> str:
        """Return what differs from an evaluation whose accuracy is another one now."""
        if then is None or self.audit._judge is None:
            return ""
        differs = [self.problem] if self.problem else []
        evaluation = evaluation_of(self.audit._judge.live)
        if not then.evaluation:
            differs.append("the trail does not say on which images it was evaluated")
        elif then.evaluation != evaluation:
            n = len(self.audit._judge.live.labels)
            differs.append(
                f"other evaluation images, labels or groups ({then.images} images then, {n} now)"
                if n != then.images
                else f"other evaluation images, labels or groups ({n} of them, as then)"
            )
        if then.version != versions():
            differs.append(f"{then.version or 'another version'} then, {versions()} now")
        return "; ".join(differs) or (
            "the evaluation images and the versions are the same: the model's weights or the machine differ"
        )


def trail(audit: Audit) -> Trail:
    """Return the current trail. Every step is on disk as soon as it is made, under a name of its own."""
    keeper = audit._keeper
    return Trail(keeper.name, tuple(keeper.steps), audit, keeper.problem)


def trails(audit: Audit) -> pd.DataFrame:
    """List the trails that lie with the database, the newest first.

    Returns
    -------
    DataFrame of name, started, last (times), steps, queries (what was searched), pruned (how many at the
    end), before, after (accuracies of the last evaluation) and problem (why it can't be opened, or empty).
    """
    rows = []
    for name, path in list_trails(*audit._keeper.folders):
        row: dict[str, Any] = {"name": name, "problem": ""}
        session = Session(audit.db.component, audit.db.chosen)
        heads: list[dict[str, Any]] = []
        try:
            head, steps = read_trail(path, session, audit.session.concepts, heads.append)
        except SlensError as error:
            differs = heads and _made_on(audit, name, heads[0])
            rows.append({**row, "problem": f"{differs}. {error}" if differs else str(error)})
            continue
        queries = dict.fromkeys(step.sets["query"] for step in steps if step.sets.get("query"))
        results = [step.result for step in steps if step.result is not None]
        row |= {
            "started": str(head.get("started", "")),
            "last": steps[-1].time if steps else "",
            "steps": len(steps),
            "queries": ", ".join(queries),
            "pruned": len(session.pruned),
        }
        if results:
            row["before"], row["after"] = results[-1].accuracy
        rows.append(row)
    columns = ["name", "started", "last", "steps", "queries", "pruned", "before", "after", "problem"]
    return pd.DataFrame(rows, columns=columns)


def save_trail(
    audit: Audit, name: str, path: str | os.PathLike[str] | None = None, *, overwrite: bool = False
) -> Path:
    """Give the current trail a name, and go on under it; return its file.

    Parameters
    ----------
    name
        Up to 80 characters that a file's name can hold.
    path
        A file to write instead of one beside the database, for a database that can't be written.

    Raises
    ------
    InputError
        The name can't be one, or there is such a trail and `overwrite` is off.
    DatabaseError
        The folder can't be written.
    """
    keeper = audit._keeper
    check_name(name)
    folders = keeper.folders or (audit.db.path,)
    targets = [path_of("path", path)] if path is not None else [trail_path(each, name) for each in folders]
    old, old_name = keeper.path, keeper.name
    steps = list(keeper.steps)
    try:
        if path is None and not overwrite and old not in targets and name in dict(list_trails(*folders)):
            raise FileExistsError(name)
        target, size = _write_first(keeper, targets, audit._about_trail(), steps, overwrite)
    except FileExistsError:
        raise InputError(
            f"There is a trail {name!r} already",
            next_step=f"Give another name, or replace it: audit.save_trail({name!r}, overwrite=True)",
        ) from None
    except OSError as error:
        raise DatabaseError(
            f"The trail {name!r} can't be written to {str(targets[0].parent)!r} ({error})",
            next_step=f"Save it elsewhere: audit.save_trail({name!r}, path='{name}.jsonl'); "
            f"audit.open_trail({name!r}, path=…) opens it again",
        ) from error
    keeper.carry_on(name, target, steps, size)
    if old is not None and old != target and old_name.startswith(UNNAMED):
        old.unlink(missing_ok=True)
    return target


def _write_first(
    keeper: Keeper, targets: list[Path], about: dict[str, Any], steps: list[Step], overwrite: bool
) -> tuple[Path, int]:
    """Write a trail to the first place that takes it; return the place and the file's size."""
    first: OSError | None = None
    for target in targets:
        try:
            if keeper.path == target:
                return target, target.stat().st_size
            return target, write_new(target, about, steps, replace=overwrite)
        except FileExistsError:
            raise
        except OSError as error:
            first = first or error
    assert first is not None
    raise first


def open_trail(
    audit: Audit, name: str, path: str | os.PathLike[str] | None = None, *, other_model: bool = False
) -> Trail:
    """Bring back the state that a trail ended in, and go on with it.

    Parameters
    ----------
    name
        One of `Audit.trails`.
    path
        Its file, where it lies elsewhere.
    other_model
        Take it also where it was made on other weights: its components then encode something else.

    Raises
    ------
    UnknownNameError
        There is no such trail.
    InputError
        It was made on other weights than this database.
    DatabaseError
        The file is no trail, does not fit this database, or needs a concept whose images were too large for
        it: the error names it. One of the session's with the same images is taken.
    """
    check_name(name)
    folders = audit._keeper.folders or (audit.db.path,)
    source = find_trail(name, *folders) if path is None else path_of("path", path)
    end = Session(audit.db.component, audit.db.chosen)
    size = source.stat().st_size if source.is_file() else None
    head, steps = read_trail(
        source,
        end,
        audit.session.concepts,
        lambda head: _check_weights(audit, name, head, other_model),
    )
    differs = _made_on(audit, name, head)
    with audit._keeper.paused():
        audit.session.update(**_state(end))
    audit._keeper.carry_on(name, source, steps, size, differs)
    return Trail(name, tuple(steps), audit, audit._keeper.problem)


def _check_weights(audit: Audit, name: str, head: dict[str, Any], other_model: bool) -> None:
    """Raise where a trail is of other weights, unless they are allowed."""
    made = _database(head)
    theirs = made.get("weights_sha256")
    if theirs != audit._about_trail()["database"]["weights_sha256"] and not other_model:
        known = f"of the model {made.get('model')!r:.80}" if theirs else "of a model that it does not name"
        raise InputError(
            f"The trail {name!r} was made on other weights than this database's ({known}): what a component "
            "encodes differs",
            next_step="Open it with the database that it was made on, or take it with other_model=True",
        )


def _made_on(audit: Audit, name: str, head: dict[str, Any]) -> str:
    """Return what to say where a trail was made on another database than this one."""
    made, ours = _database(head), audit._about_trail()["database"]
    if made.get("weights_sha256") != ours["weights_sha256"]:
        return f"The trail {name!r} was made on other weights: its components encode something else here"
    if made.get("id") not in (None, ours["id"]):
        created = str(made.get("created"))[:40]
        return f"The trail {name!r} was made on another database of this model (of {created})"
    return ""


def _database(head: dict[str, Any]) -> dict[str, Any]:
    made = head.get("database")
    return made if isinstance(made, dict) else {}


def follow_trail(audit: Audit, callback: Callable[[], None]) -> Callable[[], None]:
    """Call `callback()` when the current trail becomes another one; return what ends that."""
    return audit._keeper.observe(callback)


def about_trail(audit: Audit) -> dict[str, Any]:
    """Return what a trail says of the database that it belongs to."""
    known = audit.db.provenance
    model = known.get("model", {})
    return {
        "database": {
            "id": audit.db.identity,
            "created": known.get("created"),
            "model": model.get("name"),
            "weights_sha256": model.get("weights_sha256"),
            "foundation_model": audit.db.foundation_model.get("name"),
        }
    }


def note(audit: Audit, result: Any) -> None:
    """Keep the figures of an evaluation in the current trail."""
    before, after = result.before, result.after
    worst = None
    if before.worst_group is not None and after.worst_group is not None:
        worst = (float(before.worst_group), float(after.worst_group))
    accuracy = (float(before.accuracy), float(after.accuracy))
    evaluation = evaluation_of(audit._judge.live) if audit._judge else ""
    audit._keeper.note(
        Result(result.components, result.mode, accuracy, worst, int(after.n), evaluation, versions())
    )


def evaluation_of(live: LiveModel) -> str:
    """Return a hash of what a live model is evaluated on: images where it tells them, labels, groups."""
    groups = None if live.groups is None else np.asarray(live.groups).tolist()
    said = getattr(live, "images_digest", ""), np.asarray(live.labels).tolist(), groups
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


@cache
def versions() -> str:
    """Return the versions that figures may depend on."""
    found = []
    for package in ("slens_widgets", "torch"):
        with contextlib.suppress(PackageNotFoundError):
            found.append(f"{package} {version(package)}")
    return ", ".join(found)


def _state(session: Session) -> dict[str, Any]:
    return {name: getattr(session, name) for name in FIELDS}


def _mode(result: Result) -> Any:
    return result.mode


def _said(name: str, value: Any) -> str:
    if name in SETS:
        return f"{name}: {len(value)} components"
    return f"{name}: {value!r}"
