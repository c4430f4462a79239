"""The images of an audit: one listing with stable ids, whatever they come from."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from slens_widgets.class_labels import by_place, class_indices, class_names_of
from slens_widgets.core.decoding import MAX_PIXELS, decode, to_rgb
from slens_widgets.core.patience import patiently
from slens_widgets.core.reading_ahead import in_order
from slens_widgets.core.sources import Source, source_of
from slens_widgets.errors import InputError, ReadingError, SourceGoneError, UnreadableImageError
from slens_widgets.untrusted import logger_of, shown

logger = logger_of(__name__)
T = TypeVar("T")
_DECODED_BYTES = 256 * 2**20
_COMPARED = 256


class Skipped(NamedTuple):
    """An entry of the listing that is not an image, and why."""

    id: int
    name: str
    reason: str


class ImageSet:
    """Images with stable ids: an id is the place in the listing, and a bad file keeps its place.

    Every image is given out as RGB with its EXIF orientation applied. Transparency is laid over white,
    16-bit images are scaled to 8 bits over the range of their type, and of several frames the first counts.
    What cannot be read is skipped, listed in `skipped` with its reason and reported once as a warning.

    Parameters
    ----------
    source
        A folder (searched recursively, in sorted order; names beginning with a dot are passed over), a list
        of paths, PIL images, arrays (height, width, channel) or tensors (channel, height, width), a batched
        array or tensor, a list of (image, label) pairs, or a torch or Hugging Face dataset of images.
        Arrays are uint8, uint16, bool, or floating point in [0, 1].
    labels
        Class index of every entry. Without it: class subfolders of a folder, the second element of pairs, a
        dataset's `targets` or label column.
    names
        Name of every entry, for display. Without it: paths relative to the folder, or "image 12".
    class_names
        Names in the order of the class indices. Without it: subfolder names or the dataset's `classes`.
    on_bad
        "skip" (list it and go on) or "raise".
    max_pixels
        Larger images are skipped without being decoded (decompression bombs).
    column
        Which column of a data set's rows is the image, by name, or by place in a tuple. None: the only one
        that looks like an image; where several do, they are refused.
    """

    def __init__(
        self,
        source: Any,
        labels: Sequence[int] | None = None,
        names: Sequence[str] | None = None,
        *,
        class_names: Sequence[str] | None = None,
        on_bad: Literal["skip", "raise"] = "skip",
        max_pixels: int = MAX_PIXELS,
        column: str | int | None = None,
    ) -> None:
        if on_bad not in ("skip", "raise"):
            raise InputError(f"on_bad={on_bad!r}", expected='"skip" or "raise"')
        if isinstance(source, ImageSet):
            self._source: Source = source._source
        else:
            self._source = source_of(source, column)
        self.on_bad = on_bad
        self.max_pixels = max_pixels
        for given, what in ((labels, "labels"), (names, "names")):
            if given is not None and len(given) != len(self._source):
                raise InputError(
                    f"{len(given)} {what} for {len(self._source)} images", expected="one for every entry"
                )
        self._labels = None if labels is None else class_indices(labels, class_names)
        self._labels_known = labels is not None
        self._given_labels: list[Any] | None = None
        self._names = None if names is None else [str(name) for name in by_place(names)]
        self._class_names = class_names_of(class_names)
        self._skipped: dict[int, Skipped] = {}
        # 16 bytes of a hash of every entry; all zero while it is not known.
        self.digests = np.zeros((len(self._source), 16), np.uint8)
        self._warned = 0
        self._held = False
        # Every stage of a build reads the images again; small sets are decoded once.
        self._decoded: dict[int, Image.Image] = {}
        self._room = _DECODED_BYTES

    def __getstate__(self) -> dict[str, Any]:
        """A copy sent elsewhere decodes for itself, and leaves warnings to this one."""
        return {**vars(self), "_decoded": {}, "_room": _DECODED_BYTES, "_warned": len(self)}

    @classmethod
    def of(cls, source: Any) -> ImageSet:
        """Return `source` itself if it is an ImageSet, else an ImageSet of it."""
        return source if isinstance(source, cls) else cls(source)

    def __len__(self) -> int:
        return len(self._source)

    def __repr__(self) -> str:
        skipped = f", {len(self._skipped)} skipped" if self._skipped else ""
        return f"ImageSet({len(self)} entries{skipped})"

    def name(self, id: int) -> str:
        """Return the display name of entry `id`."""
        return shown(self._names[id] if self._names is not None else self._source.name(id))

    @property
    def labels(self) -> list[int] | None:
        """Class index of every entry (−1 where an entry has none), or None if the source has no classes."""
        if not self._labels_known:
            found = self.given_labels
            several = found is not None and any(isinstance(row, list) for row in found)
            if found is not None and not several:
                self._labels = class_indices(found, self.class_names)
            self._labels_known = True
        return self._labels

    @property
    def given_labels(self) -> list[Any] | None:
        """What is said of every entry's class: an index, a name, or a row of 0 and 1; None: nothing."""
        if self._labels is None and self._given_labels is None and not self._labels_known:
            self._given_labels = patiently(self._source.labels, "The labels of the images")
        return self._labels if self._labels is not None else self._given_labels

    @property
    def class_names(self) -> list[str] | None:
        """Class names in the order of the class indices, or None if the source names none."""
        names = (
            self._class_names
            if self._class_names is not None
            else patiently(self._source.class_names, "The classes of the images")
        )
        return None if names is None else [shown(name) for name in names]

    @property
    def skipped(self) -> list[Skipped]:
        """The entries found unreadable so far, by id."""
        return [self._skipped[id] for id in sorted(self._skipped)]

    def __getitem__(self, id: int) -> Image.Image:
        """Return image `id` as RGB.

        Raises
        ------
        UnreadableImageError
            If the entry is no image that can be decoded; it is then also in `skipped`.
        """
        id = range(len(self))[id]
        if id in self._skipped:
            raise self._unreadable(id)
        if id in self._decoded:
            return self._decoded[id].copy()
        try:
            image, found, whole = patiently(lambda: self._read(id), f"Image {self.name(id)!r}")
        except (SourceGoneError, ReadingError):
            raise
        except Exception as error:  # decoders raise anything on hostile bytes: struct.error, SyntaxError …
            reason = (
                str(error).rstrip(".")
                if isinstance(error, InputError)
                else f"{type(error).__name__}: {error}"
            )
            self._skipped[id] = Skipped(id, self.name(id), shown(reason))
            raise self._unreadable(id) from error
        self._note(id, found)
        if whole:
            self._room -= 3 * image.width * image.height
            if self._room >= 0:
                self._decoded[id] = image.copy()
        return image

    def _read(self, id: int) -> tuple[Image.Image, UInt8[np.ndarray, " 16"], bool]:
        """Return an image, its digest, and whether it was a file's bytes."""
        raw = self._source.read(id)
        if isinstance(raw, bytes):
            return decode(io.BytesIO(raw), self.max_pixels), _digest(raw), True
        image = to_rgb(raw, self.max_pixels)
        return image, _digest(f"{image.size}".encode() + image.tobytes()), False

    def first_readable(self) -> int:
        """Return the id of the first entry that can be read.

        Raises
        ------
        InputError
            There is none.
        """
        for id in range(len(self)):
            try:
                self[id]
            except UnreadableImageError:
                if self.on_bad == "raise":
                    raise
            else:
                return id
        first = "; ".join(f"{entry.name}: {entry.reason}" for entry in self.skipped[:3])
        raise InputError(f"None of the {len(self)} images can be read ({first})")

    def _unreadable(self, id: int) -> UnreadableImageError:
        return UnreadableImageError(f"Image {self.name(id)!r} cannot be read: {self._skipped[id].reason}")

    def digest(self, id: int) -> str:
        """Return a hash of entry `id`: of the file's bytes, or of the pixels where there is no file."""
        if not self.digests[id].any():
            raw = patiently(lambda: self._source.read(id), f"Image {self.name(id)!r}")
            if isinstance(raw, bytes):
                self._note(id, _digest(raw))
            else:
                self[id]
        return self.digests[id].tobytes().hex()

    def _note(self, id: int, found: UInt8[np.ndarray, " 16"]) -> None:
        if not self.digests[id].any():
            self.digests[id] = found
        elif self._held and (self.digests[id] != found).any():
            raise InputError(
                f"Image {self.name(id)!r} is another one than when it was first read",
                expected="images that stay as they are, the same each time they are read",
                next_step="Give images that nothing changes meanwhile, and data sets without random "
                "transforms; then build with overwrite=True",
            )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raise InputError meanwhile where an image that is read again is not what it was before."""
        before, self._held = self._held, True
        try:
            yield
        finally:
            self._held = before

    def first_changed(self, known: int) -> int | None:
        """Return the first id below `known` whose image is not what `digests` say; None: none was seen.

        Files are told by their size and date (`listing`), images in memory by all of their content. Of a data
        set, which tells neither, up to 256 images are read, evenly drawn.
        """
        if self._source.in_memory or self._source.dated or not known:
            return None
        for id in np.unique(np.linspace(0, known - 1, min(known, _COMPARED)).astype(int)).tolist():
            try:
                now = patiently(lambda id=id: self._read(id), f"Image {self.name(id)!r}")[1]  # type: ignore[misc]
            except (SourceGoneError, ReadingError):
                raise
            except Exception:
                if id in self._skipped:
                    continue
                return id
            if id in self._skipped or (self.digests[id].any() and (self.digests[id] != now).any()):
                return id
        return None

    def forget(self) -> None:
        """Forget what was found of the images: each is read anew."""
        self.digests[:] = 0
        self._skipped.clear()
        self._decoded.clear()
        self._room, self._warned = _DECODED_BYTES, 0

    def recall(
        self, digests: UInt8[np.ndarray, "image 16"], skipped: Iterable[Sequence[Any]], first: int = 0
    ) -> None:
        """Take over what another pass found of the entries from `first` on: digests, and which are bad."""
        self.digests[first : first + len(digests)] = digests
        self._skipped.update({id: Skipped(id, name, reason) for id, name, reason in skipped})

    def listing(self) -> str:
        """Return a hash that changes when entries are added, removed, renamed or rewritten; reads no file."""
        if self._source.in_memory:
            return self.fingerprint()
        total = hashlib.sha256()
        for id in range(len(self)):
            total.update(f"{self.name(id)}\0{self._source.state(id)}\n".encode("utf-8", "surrogateescape"))
        return total.hexdigest()[:32]

    def fingerprint(self) -> str:
        """Return a hash of all entries: their names and their contents, unreadable ones included."""
        total = hashlib.sha256()
        for id in range(len(self)):
            if id not in self._skipped:
                try:
                    content = self.digest(id)
                except UnreadableImageError:
                    content = "unreadable"
            else:
                content = "unreadable"
            total.update(f"{self.name(id)}\0{content}\n".encode("utf-8", "surrogateescape"))
        return total.hexdigest()[:32]

    def check(self) -> list[int]:
        """Return the ids of the readable entries; files and datasets are decoded once to know."""
        if not self._source.in_memory:
            for _ in self.stream(range(len(self)), lambda id, image: None):
                pass
        return [id for id in range(len(self)) if id not in self._skipped]

    def stream(
        self, ids: Iterable[int], prepare: Callable[[int, Image.Image], T], *, ahead: int = 32
    ) -> Iterator[tuple[int, T]]:
        """Yield `(id, prepare(id, image))` in the order of `ids`, decoding ahead in threads.

        Unreadable entries are left out (or raised, with `on_bad="raise"`); at most `ahead` prepared images
        are held at a time.
        """

        def task(id: int) -> tuple[bool, T | None]:
            try:
                image = self[id]
            except UnreadableImageError:
                if self.on_bad == "raise":
                    raise
                return False, None
            return True, prepare(id, image)

        # A dataset written for one reader at a time gets one thread; files are independent of each other.
        threads = min(4, os.cpu_count() or 1) if self._source.parallel else 1
        with closing(in_order(ids, task, threads=threads, ahead=ahead)) as found:
            for id, (readable, prepared) in found:
                if readable:
                    yield id, prepared  # type: ignore[misc]
        self.warn()

    def every(self, ids: Sequence[int], prepare: Callable[[int, Image.Image], T]) -> Iterator[tuple[int, T]]:
        """Yield as `stream` does, of images that could be read before: that one can't is an error."""
        found = self.stream(ids, prepare)
        for id in ids:
            got, prepared = next(found, (None, None))
            if got != id:
                raise self._unreadable(id)
            yield id, prepared  # type: ignore[misc]
        next(found, None)

    def warn(self) -> None:
        """Report the entries that were found unreadable since the last such warning."""
        if len(self._skipped) > self._warned:
            self._warned = len(self._skipped)
            first = "; ".join(f"{entry.name}: {entry.reason}" for entry in self.skipped[:3])
            logger.warning(
                "%d of %d images were skipped (%s%s). All are listed in ImageSet.skipped.",
                len(self._skipped), len(self), first, "; …" if len(self._skipped) > 3 else "",
            )  # fmt: skip


def _digest(content: bytes) -> UInt8[np.ndarray, " 16"]:
    return np.frombuffer(hashlib.sha256(content).digest()[:16], np.uint8)
