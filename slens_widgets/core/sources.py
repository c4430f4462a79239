"""Where images come from: folders, paths, pictures in memory, datasets. One small class for each."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from PIL import Image

from slens_widgets.class_labels import by_place
from slens_widgets.errors import InputError, SourceGoneError
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)
_ACCEPTED = "a folder, a list of paths or images, an array of images, or a torch or Hugging Face dataset"


@runtime_checkable
class Source(Protocol):
    """A listing of raw entries: file contents as bytes, or pictures in memory."""

    in_memory: bool
    parallel: bool
    dated: bool
    """Whether `state` tells that an entry was rewritten."""

    def __len__(self) -> int: ...
    def read(self, id: int) -> Any: ...
    def name(self, id: int) -> str: ...
    def state(self, id: int) -> str:
        """Return what changes when entry `id` is rewritten, as far as that can be told without reading it."""
        ...

    def labels(self) -> list[Any] | None:
        """Return what is known of every entry's class: an index (−1: none), a name, or a row of 0 and 1."""
        ...

    def class_names(self) -> list[str] | None: ...


def source_of(given: Any, column: str | int | None = None) -> Source:
    """Return the source that reads `given`.

    Parameters
    ----------
    column
        Which column of a data set's rows is the image, by name or by place; None: the only one that is.

    Raises
    ------
    InputError
        If `given` is none of the accepted kinds, is empty, or a folder does not exist.
    """
    source: Source
    if isinstance(given, (str, os.PathLike)):
        source = _folder(Path(given))
    elif hasattr(given, "columns") and hasattr(given, "iloc"):
        raise InputError(
            f"A table with the columns {', '.join(map(repr, given.columns))} in the place of images",
            expected=_ACCEPTED,
            next_step="Give its column of paths: table['path'], for example",
        )
    elif getattr(given, "ndim", None) == 1 and not isinstance(given, torch.Tensor):
        source = _from_list(by_place(given), column)  # a column of paths: its index is never looked at
    elif isinstance(given, (np.ndarray, torch.Tensor)):
        if given.ndim not in (3, 4) or (given.ndim == 3 and given.shape[-1] in (1, 3, 4)):
            raise InputError(
                f"An array of shape {tuple(given.shape)} is not a list of images",
                expected="(image, height, width, channel) or a tensor (image, channel, height, width)",
            )
        source = Memory(given)
    elif isinstance(given, Sequence):
        source = _from_list(given, column)
    elif isinstance(given, (set, frozenset, dict)) or not (
        hasattr(given, "__getitem__") and hasattr(given, "__len__")
    ):
        raise InputError(f"Images given as {type(given).__name__}", expected=_ACCEPTED)
    else:
        source = Dataset(given, column)
    if len(source) == 0:
        raise InputError(
            f"{given if isinstance(given, (str, Path)) else 'The list'} holds no images", expected=_ACCEPTED
        )
    return source


class Files:
    """Files on disk, read as bytes."""

    in_memory = False
    parallel = True
    dated = True

    def __init__(
        self, paths: Sequence[Path], names: Sequence[str], labels: list[Any] | None, classes: list[str] | None
    ) -> None:
        self._paths, self._names, self._labels, self._classes = list(paths), list(names), labels, classes
        self._folders = {folder for folder in {path.parent for path in self._paths} if folder.is_dir()}

    def __len__(self) -> int:
        return len(self._paths)

    def read(self, id: int) -> bytes:
        try:
            return self._paths[id].read_bytes()
        except OSError as error:
            folder = self._paths[id].parent
            if folder not in self._folders or _holds_anything(folder):
                raise
            raise SourceGoneError(
                f"The folder {str(folder)!r} has vanished or can't be read any more ({error.strerror})",
                next_step="Bring it back (a network drive may have been disconnected), and call again",
            ) from error

    def state(self, id: int) -> str:
        try:
            found = self._paths[id].stat()
        except OSError:
            return "missing"
        return f"{found.st_size} {found.st_mtime_ns}"

    def name(self, id: int) -> str:
        return self._names[id]

    def labels(self) -> list[Any] | None:
        return self._labels

    def class_names(self) -> list[str] | None:
        return self._classes


class Memory:
    """Pictures that are already in memory."""

    in_memory = True
    parallel = True
    dated = False

    def __init__(
        self, pictures: Any, labels: list[Any] | None = None, classes: list[str] | None = None
    ) -> None:
        self._pictures, self._labels, self._classes = pictures, labels, classes

    def __len__(self) -> int:
        return len(self._pictures)

    def read(self, id: int) -> Any:
        picture = self._pictures[id]
        return Path(picture).read_bytes() if isinstance(picture, (str, os.PathLike)) else picture

    def name(self, id: int) -> str:
        return f"image {id}"

    def state(self, id: int) -> str:
        return ""

    def labels(self) -> list[Any] | None:
        return self._labels

    def class_names(self) -> list[str] | None:
        return self._classes


class Dataset:
    """A torch or Hugging Face dataset: entries are images, (image, label) pairs, or rows by column name."""

    in_memory = False
    parallel = False
    dated = False

    def __init__(self, dataset: Any, column: str | int | None = None) -> None:
        self._dataset, self._column, self._asked = dataset, column, False
        self._columns = getattr(dataset, "features", None)
        if isinstance(self._columns, Mapping):
            if column is not None:
                _one_of([column], list(self._columns), column)
            else:
                typed = [name for name, kind in self._columns.items() if type(kind).__name__ == "Image"]
                self._column = _one_of(typed, list(self._columns)) if typed else None
        elif len(dataset):
            try:
                row = dataset[0]
            except Exception:
                return  # whoever reads it says why
            self._place(row)

    def __len__(self) -> int:
        return len(self._dataset)

    def read(self, id: int) -> Any:
        row = self._dataset[id]
        if isinstance(row, (Mapping, tuple, list)):
            row = row[self._place(row)]
            if isinstance(row, Mapping):  # a Hugging Face image column with decode=False
                data = row.get("bytes")
                return data if data is not None else Path(row["path"]).read_bytes()
        return Path(row).read_bytes() if isinstance(row, (str, os.PathLike)) else row

    def _place(self, row: Any) -> Any:
        """Return the column of the image, found once, or refuse where two look like one."""
        if isinstance(row, (Mapping, tuple, list)) and (self._column is None or not self._asked):
            self._column, self._asked = image_column(row, self._column), True
        return self._column

    def name(self, id: int) -> str:
        return f"image {id}"

    def state(self, id: int) -> str:
        return ""

    def _label_column(self) -> str | None:
        if isinstance(self._columns, Mapping):
            for name, feature in self._columns.items():
                if type(feature).__name__ == "ClassLabel":
                    return name
            return next((name for name in ("label", "labels", "fine_label") if name in self._columns), None)
        return None

    def labels(self) -> list[Any] | None:
        column = self._label_column()
        if column is not None:
            return by_place(self._dataset[column])
        for attribute in ("targets", "labels"):
            found = getattr(self._dataset, attribute, None)
            if found is not None and len(found) == len(self):
                return by_place(found)
        found = []
        for id in range(len(self)):  # nothing tells the labels without the images: one pass over them
            label = _label_of(self._dataset[id], self._column)
            if label is None:
                return None
            found.append(label)
        return found

    def class_names(self) -> list[str] | None:
        column = self._label_column()
        names = getattr(self._columns[column], "names", None) if self._columns and column else None
        names = names if names is not None else getattr(self._dataset, "classes", None)
        return _named(self.labels()) if names is None else [str(name) for name in names]


def _holds_anything(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return False


def image_column(row: Any, asked: str | int | None = None) -> Any:
    """Return the column of a row (a mapping or a tuple) that is the image.

    Raises
    ------
    InputError
        There is none, or several look like one and none is asked for; the columns are named.
    """
    columns = list(row) if isinstance(row, Mapping) else list(range(len(row)))
    if asked is not None:
        return _one_of([asked], columns, asked)
    looks = [column for column in columns if _looks_like_image(row[column])]
    if isinstance(row, Mapping):
        looks += [name for name in _USUAL_NAMES if name in row and name not in looks]
    elif not looks:
        looks = [0]
    return _one_of(looks, columns)


_USUAL_NAMES = ("image", "img", "pixel_values", "png", "jpg")


def _one_of(found: Sequence[Any], columns: Sequence[Any], asked: Any = None) -> Any:
    shown = ", ".join(repr(column) for column in columns)
    if asked is not None and asked not in columns:
        raise InputError(f"There is no column {asked!r}", expected=f"one of {shown}")
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(
            f"A row has no image among its columns {shown}",
            next_step="Say which one it is: sw.ImageSet(dataset, column=…)",
        )
    several = ", ".join(repr(column) for column in found)
    raise InputError(
        f"The columns {several} look like images",
        expected="one image in a row",
        next_step=f"Say which one it is: sw.ImageSet(dataset, column={found[0]!r}), for example",
    )


def _looks_like_image(value: Any) -> bool:
    if isinstance(value, Mapping):  # a Hugging Face image column with decode=False
        return set(value) == {"bytes", "path"}
    if isinstance(value, (np.ndarray, torch.Tensor)):
        return value.ndim in (2, 3) and min(value.shape[-2:]) > 1
    return isinstance(value, Image.Image)


def _label_of(row: Any, column: Any = 0) -> Any:
    """Return an entry's label: a number, a name, or a row of numbers; None where it has none."""
    if isinstance(row, Mapping):
        row = (None, row.get("label", row.get("labels")))
    elif isinstance(row, (tuple, list)) and len(row) == 2 and column == 1:
        row = row[::-1]
    if not isinstance(row, (tuple, list)) or len(row) < 2:
        return None
    label = by_place([row[1]])[0]
    parts = label if isinstance(label, list) else [label]
    return label if all(isinstance(part, (int, float, str, bytes)) for part in parts) else None


def _named(labels: list[Any] | None) -> list[str] | None:
    """Return the classes that labels name, sorted as folders are; None where they are not names."""
    if not labels or not all(isinstance(label, str) for label in labels):
        return None
    return sorted(set(labels))


def _from_list(given: Sequence[Any], column: str | int | None) -> Source:
    entries, labels, classes = list(given), None, None
    if entries and all(isinstance(entry, (tuple, list)) and len(entry) == 2 for entry in entries):
        column = image_column(entries[0], column)
        labels = [_label_of(entry, column) for entry in entries]
        labels = None if any(label is None for label in labels) else labels
        classes = _named(labels)
        entries = [entry[column] for entry in entries]
    elif entries and isinstance(entries[0], (Mapping, tuple)):
        return Dataset(entries, column)
    if entries and all(isinstance(entry, (str, os.PathLike)) for entry in entries):
        paths = [Path(entry) for entry in entries]
        parents = {path.parent for path in paths}
        names = [path.name for path in paths] if len(parents) == 1 else [str(path) for path in paths]
        return Files(paths, names, labels, classes)
    for entry in entries:
        if not isinstance(entry, (Image.Image, np.ndarray, torch.Tensor, bytes, str, os.PathLike)):
            raise InputError(f"A list of {type(entry).__name__} is not a list of images", expected=_ACCEPTED)
    return Memory(entries, labels, classes)


def _folder(folder: Path) -> Files:
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise InputError(f"The image folder {str(folder)!r} {what}", expected=_ACCEPTED)
    paths: list[Path] = []
    above: dict[str, frozenset[str]] = {}
    for root, folders, files in os.walk(folder, followlinks=True):
        real, parents = os.path.realpath(root), above.get(os.path.dirname(root), frozenset())
        if real in parents:  # a link that leads back up
            folders.clear()
            continue
        above[root] = parents | {real}
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths += [Path(root, name) for name in sorted(files) if not name.startswith(".")]
    paths.sort(key=lambda path: path.relative_to(folder).parts)
    inside = [path.relative_to(folder) for path in paths]
    suffixes = Image.registered_extensions()
    pictures = [path for path in inside if path.suffix.lower() in suffixes]
    labels = classes = None
    if pictures and all(len(path.parts) > 1 for path in pictures):
        classes = sorted({path.parts[0] for path in pictures})
        _note_links(folder, classes)
        index = {name: label for label, name in enumerate(classes)}
        labels = [index.get(path.parts[0], -1) if len(path.parts) > 1 else -1 for path in inside]
    return Files(paths, [path.as_posix() for path in inside], labels, classes)


def _note_links(folder: Path, classes: Sequence[str]) -> None:
    places: dict[Path, list[str]] = {}
    for name in classes:
        places.setdefault((folder / name).resolve(), []).append(name)
    for names in places.values():
        if len(names) > 1:
            logger.warning("the classes %s of %s are one folder, linked twice", " and ".join(names), folder)
