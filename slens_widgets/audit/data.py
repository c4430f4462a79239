"""Which images are behind a component?"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from slens_widgets.analyses.evidence import adjusted
from slens_widgets.analyses.over_representation import over_representation
from slens_widgets.arguments import whole
from slens_widgets.audit.clusters import clusters
from slens_widgets.audit.fires_on import probe_class_names
from slens_widgets.conceptdb import ImageRecord
from slens_widgets.errors import InputError
from slens_widgets.files import place_of, write_whole
from slens_widgets.types import Component

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

_BINS: Final = 4
_SHOWN: Final = ("column", "value", "images", "expected", "lift", "q")
_VALUES: Final = 50
"""Distinct values up to which a text column is tested: beyond that it names images rather than kinds."""


@dataclass(frozen=True)
class Data:
    """The probe images that some components are most active in; see `Audit.data`."""

    components: tuple[Component, ...]
    """Whose images these are."""
    images: pd.DataFrame = field(repr=False)
    """One row per image, the most telling first: image (id), name, class, rank (the best among the
    components), activation (there), component, and the columns of the metadata."""
    over_represented: pd.DataFrame = field(repr=False)
    """One row per value of the class and of each metadata column: column, value, images, expected, share,
    background (share of all images), lift, p, q; the smallest q first."""
    background: int = field(repr=False)
    """Number of images among which they were found, themselves included."""

    @property
    def files(self) -> list[str]:
        """Return the images' names, the most telling first: what to look through and clean."""
        return self.images["name"].tolist()

    def significant(self, q: float = 0.05) -> pd.DataFrame:
        """Return what is over-represented at a false discovery rate of `q`."""
        return self.over_represented[self.over_represented["q"] <= q].reset_index(drop=True)

    def save(self, path: str | Path) -> Path:
        """Write the list: every column for NAME.csv, otherwise one file name a line."""
        place = place_of(path, "A list of images")
        listed = "\n".join(self.files) + "\n"
        write_whole(
            place,
            self.images.to_csv(index=False) if place.suffix.lower() == ".csv" else listed,
            "A list of images",
        )
        return place

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        found = self.significant()
        if found.empty:
            return f"Data({self._headline()})"
        shown = found[list(_SHOWN)].head(10)
        return f"Data({self._headline()})\n{shown.to_string(index=False, float_format='%.3g')}"

    def _headline(self) -> str:
        names = ", ".join(map(str, self.components[:3])) + (" …" if len(self.components) > 3 else "")
        said = f"{names}: {len(self)} images, compared with {self.background}"
        if self.over_represented.empty:
            return f"{said}; nothing to test: no class and no metadata that several images share"
        if self.significant().empty:
            return f"{said}; nothing is over-represented at a false discovery rate of 5 %"
        return said

    def _repr_html_(self) -> str:
        found = self.significant()
        parts = [f"<p>{html.escape(self._headline())}</p>"]
        for table in (found[list(_SHOWN)], self.images) if len(found) else (self.images,):
            parts.append(table.head(10).to_html(index=False, escape=True, float_format="%.3g"))
        return "".join(parts)


def data(
    audit: Audit,
    components: Any,
    metadata: pd.DataFrame | None = None,
    k: int | None = None,
    *,
    cluster: int | None = None,
) -> Data:
    """Trace components back to the probe images behind them, and what these have in common.

    Parameters
    ----------
    components
        (layer, index), or several.
    metadata
        What is known of the probe images, one row each. Which image that is says a column "name" or "image",
        or the index, by name, or by id where it is called "image" or "id"; else any column that holds the
        names; else the place, where there is a row for every image that was listed.
        Text columns are tested value by value, numbers by quarters of their range of ranks. The background
        of the test is the images that have a row. None takes the audit's; where it has none either, the class
        alone is tested, against all probe images (of a large set, against the even sample that the database
        keeps of it).
    k
        Only the `k` images in which each component is most active; None takes all that the database keeps.
    cluster
        Only the images of one of the component's `clusters`.

    Returns
    -------
    `Data`: the images, what is over-represented among them (Fisher's exact test, one-sided, all tests
    together corrected by Benjamini and Hochberg), and the names as a list to clean. An image counts once,
    however many of the components it is behind.
    """
    chosen = audit.resolve(components)
    if not chosen:
        raise InputError("No component is given", expected="(layer, index), or several")
    k = None if k is None else whole("k", k, 1, audit.db.m)
    images = _images(audit, chosen, k, cluster)
    records = {record.id: record for record in audit.db.images()}
    images.insert(1, "name", [records[id].name for id in images["image"]])
    metadata = audit.metadata if metadata is None else metadata
    known = _attributes(audit, records, metadata, images["image"].tolist())
    columns = known.reindex(images["image"]).reset_index(drop=True)
    images = pd.concat([images, columns], axis=1)
    among = known.index.intersection(images["image"])
    return Data(chosen, images, _compare(known, known.loc[among]), len(known))


def _images(audit: Audit, chosen: tuple[Component, ...], k: int | None, cluster: int | None) -> pd.DataFrame:
    if cluster is not None and len(chosen) != 1:
        raise InputError(f"A cluster of {len(chosen)} components", expected="one component")
    parts = []
    for component in chosen:
        view = audit.db[component.layer]
        ranks = np.arange(view.m) if cluster is None else np.array(clusters(audit, component).ranks(cluster))
        ranks = ranks[:k]
        parts.append(
            pd.DataFrame(
                {
                    "image": view.image_ids[component.index][ranks],
                    "rank": ranks,
                    "activation": view.activations[component.index][ranks],
                    "component": str(component),
                }
            )
        )
    table = pd.concat(parts, ignore_index=True).sort_values("rank", kind="stable")
    return table.drop_duplicates("image").reset_index(drop=True)


def _attributes(
    audit: Audit, records: dict[int, ImageRecord], metadata: pd.DataFrame | None, among: list[int]
) -> pd.DataFrame:
    """Return class and metadata by image id, of all images that the images `among` them are compared with."""
    probe = audit.db.probe
    by_name = {record.name: record.id for record in records.values()}
    labels = {record.id: record.label for record in records.values()}
    if probe is not None:
        by_name |= dict(zip(probe.names, probe.ids.tolist(), strict=True))
        kept = zip(probe.ids.tolist(), probe.labels.tolist(), strict=True)
        labels |= {id: None if label < 0 else label for id, label in kept}
    ids = sorted(labels)
    names = probe_class_names(audit)
    found = pd.DataFrame(index=pd.Index(ids, name="image"))
    if any(label is not None for label in labels.values()):
        found["class"] = [
            None if label is None else names.get(label, str(label)) for label in map(labels.__getitem__, ids)
        ]
    if metadata is None:
        # The other images in the database are there because they excite some component: no fair background.
        return found if probe is None else found.loc[sorted({*probe.ids.tolist(), *among})]
    if not isinstance(metadata, pd.DataFrame):
        raise InputError(
            f"A {type(metadata).__name__} as metadata",
            expected="a DataFrame with one row per image, indexed by image, its id or its name",
        )
    given = metadata.copy()
    key = _key(given, by_name)
    if key is not None:
        given = given.set_index(key)
    elif not _names_images(given.index):
        given = _by_place(given, audit.db.provenance)
    if given.index.has_duplicates:
        raise InputError(
            f"The metadata has several rows for {given.index[given.index.duplicated()][0]!r}", expected="one"
        )
    if given.index.dtype == object or pd.api.types.is_string_dtype(given.index.dtype):
        # Images that the database doesn't know have no id here, and are background all the same.
        unnamed = iter(range(-1, -len(given) - 1, -1))
        given.index = pd.Index([by_name.get(name, next(unnamed)) for name in given.index])
    if not len(given.index.intersection(ids)):
        raise InputError(
            "The metadata's rows name none of the probe images",
            expected=f'names such as {next(iter(by_name))!r}, or ids, as its index or in a column "name"',
        )
    given = given.rename(columns={"class": "class (metadata)"} if "class" in found.columns else {})
    return found.reindex(given.index).join(given)


def _key(metadata: pd.DataFrame, names: Mapping[str, int]) -> Any:
    """Return the column that says which image a row is of; None: the index does."""
    for key in ("image", "name"):
        if key in metadata.columns:
            return key
    if _names_images(metadata.index):
        return None
    # Rows are numbered as a file is read, and keep their numbers when they are put in another order: where a
    # column holds the images' names, whatever it is called, these numbers are no ids.
    known = {key: int(metadata[key].isin(names).sum()) for key in metadata.columns}
    found = max(known, key=lambda key: known[key], default=None)
    return found if found is not None and known[found] else None


def _names_images(index: pd.Index) -> bool:
    """Whether an index says by itself which images its rows are of."""
    return not pd.api.types.is_numeric_dtype(index.dtype) or index.name in ("image", "id", "name")


def _by_place(metadata: pd.DataFrame, provenance: Mapping[str, Any]) -> pd.DataFrame:
    listed = provenance.get("images", {}).get("listed")
    if len(metadata) == listed or metadata.index.equals(pd.RangeIndex(len(metadata))):
        return metadata.set_axis(pd.RangeIndex(len(metadata)), axis=0)
    raise InputError(
        f"{len(metadata)} rows of metadata for {listed} images, and nothing says which images they are of",
        expected='a column "name" or "image", or a row for every image, in their order',
        next_step='Where the index holds the images\' ids: metadata.rename_axis("image")',
    )


def _compare(known: pd.DataFrame, among: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for column in known.columns:
        values = _kinds(known[column])
        if values is None:
            continue
        values = values.dropna()
        inside = values[values.index.isin(among.index)]
        n, total = len(inside), len(values)
        if not n or n == total:
            continue
        everywhere = values.value_counts()
        here = inside.value_counts().reindex(everywhere.index, fill_value=0)
        p = over_representation(here.to_numpy(), everywhere.to_numpy(), n, total)
        for value, found, all_of, chance in zip(everywhere.index, here, everywhere, p, strict=True):
            expected = n * all_of / total
            rows.append(
                {
                    "column": column,
                    "value": value,
                    "images": int(found),
                    "expected": expected,
                    "share": found / n,
                    "background": all_of / total,
                    "lift": found / expected,
                    "p": float(chance),
                }
            )
    columns = ["column", "value", "images", "expected", "share", "background", "lift", "p"]
    table = pd.DataFrame(rows, columns=columns)
    table["q"] = adjusted(table["p"].to_numpy(np.float64)) if rows else []
    return table.sort_values(["q", "lift"], ascending=[True, False], kind="stable").reset_index(drop=True)


def _kinds(column: pd.Series) -> pd.Series | None:
    """Return a column as few kinds: numbers in quarters; None where nearly every image has its own value."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype(str)
    distinct, few = column.nunique(), min(_VALUES, column.count() / 2)
    if pd.api.types.is_numeric_dtype(column.dtype) and distinct > 2 * _BINS:
        edges = np.unique(np.nanquantile(column.to_numpy(np.float64), np.linspace(0, 1, _BINS + 1)))
        if len(edges) < 2:
            return None
        return pd.cut(column, edges, include_lowest=True, labels=list(_ranges(edges))).astype(object)
    return column.astype(object).where(column.notna(), None) if distinct <= few else None


def _ranges(edges: np.ndarray) -> Iterator[str]:
    for low, high in pairwise(edges):
        yield f"{low:.4g} to {high:.4g}"
