"""Whether everything that a reader relies on was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import numpy as np


def missing_parts(connection: sqlite3.Connection, foundation_model: Mapping[str, Any] | None) -> list[str]:
    """Return what an unfinished database lacks, in words; empty when it may be published."""
    lacking = [key for key in ("name", "dim", "fingerprint") if key not in (foundation_model or {})]
    if foundation_model is None or lacking:
        return [f"provenance['foundation_model'] lacks {', '.join(lacking)}"]
    layers = connection.execute("SELECT position, name, components FROM layers").fetchall()
    if not layers:
        return ["no layer was added"]
    problems = []
    known = {row[0] for row in connection.execute("SELECT id FROM images")}
    name, dim = foundation_model["name"], foundation_model["dim"]
    for position, layer, n in layers:
        query = "SELECT dim FROM embeddings WHERE layer = ? AND foundation_model = ?"
        row = connection.execute(query, (position, name)).fetchone()
        if row is None or row[0] != dim:
            problems.append(f"no embeddings of layer {layer!r} by {name!r} of dim {dim}")
        for table, optional in (("strips", False), ("heatmaps", True)):
            query = f"SELECT count(*) FROM {table} WHERE layer = ?"
            found = connection.execute(query, (position,)).fetchone()[0]
            if found != n and not (optional and found == 0):
                problems.append(f"{table} of {found} of the {n} components of layer {layer!r}")
        query = "SELECT data FROM columns WHERE layer = ? AND name = 'image_ids'"
        ids = np.frombuffer(connection.execute(query, (position,)).fetchone()[0], "<i8")
        lost = sorted(set(ids.tolist()) - known)
        if lost:
            problems.append(f"layer {layer!r} names image {lost[0]}, which was never added")
    return problems
