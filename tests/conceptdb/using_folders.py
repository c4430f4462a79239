"""Uses databases that strangers made, in a process of its own: what it does to the machine can be looked at.

Run as `python -m tests.conceptdb.using_folders BASE [quick]`: every folder in BASE/folders is used in every
way that needs no model, or in the quick ones. What was said of each goes to BASE/said.json. Python's own
reports (`sys.addaudithook`) tell of programs, of connections, and of files outside that are written or read.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import slens_widgets as sw
from slens_widgets.analyses.projection import key
from slens_widgets.cli import main
from slens_widgets.errors import SlensError
from tests.small_database import HashModel

MEMORY = 4 << 30
SECONDS = 120
PROGRAMS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "ctypes.dlopen",
)
CONNECTIONS = ("socket.connect", "socket.bind", "socket.getaddrinfo")
CHANGES = (
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown"),
    *("os.utime", "os.truncate", "shutil.rmtree", "shutil.copyfile", "shutil.move"),
)


class Watch:
    """What the process does that reading a database does not need."""

    def __init__(self, base: Path) -> None:
        self.base, self.found, self.on = base, [], False
        self.allowed = [base / name for name in ("folders", "home", "out")]
        sys.addaudithook(self)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in PROGRAMS or event in CONNECTIONS:
            self.found.append(f"{event} {args[:2]!r:.200}")
        elif event == "open" and isinstance(args[0], (str, bytes)) and os.path.isabs(args[0]):
            path, flags = os.path.realpath(os.fsdecode(args[0])), args[2] or 0
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            inside = any(path.startswith(f"{each}/") for each in self.allowed)
            if path.startswith(f"{self.base}/outside") or (
                writes and not inside and not path.startswith("/dev/")
            ):
                self.found.append(f"open {path} {flags}")
        elif event in CHANGES:
            for each in args[:2]:
                if isinstance(each, (str, bytes)) and os.path.isabs(each):
                    parent = os.path.realpath(os.path.dirname(os.fsdecode(each)))
                    if not any(f"{parent}/".startswith(f"{known}/") for known in self.allowed):
                        self.found.append(f"{event} {each!r}")


class Other(HashModel):
    name, fingerprint = "other", "other-1"


QUICK = ("read", "check", "search", "align", "trails", "step", "save_trail", "embed_with", "info", "close")


def ways(path: Path, out: Path) -> dict[str, Callable[[], object]]:
    """Everything that a database is used for."""
    audit = sw.Audit(path, HashModel())
    audit.session.vocabulary = ["ruler", "ink"]
    db, session = audit.db, audit.session
    first, last = db.components[0], db.components[-1]

    def read() -> None:
        for layer in db:
            for name in ("embeddings", "theta", "image_ids", "activations", "boxes", "statistics"):
                getattr(db[layer], name)
            if db.probe is not None:
                db.probe.activations(layer)
        for each in (first, last):
            db.strip(each), db.heatmaps(each)
        for record in db.images()[:3]:
            db.picture(record.id)

    def laid_out() -> bool:
        return db.projection(key(db.n_components)) is not None

    return {
        "read": read,
        "check": db.check,
        "scores": audit.scores,
        "search": lambda: audit.search("ruler"),
        "labels": audit.labels,
        "align": lambda: audit.align(["ruler"], ["ink"]),
        "clusters": lambda: audit.clusters(first)._repr_html_(),
        "data": lambda: audit.data(first)._repr_html_(),
        "trails": lambda: [audit.open_trail(name) for name in audit.trails()["name"][:4]],
        "step": lambda: session.update(query="x", pruned=[last]),
        "save_trail": lambda: audit.save_trail("mine"),
        "report": lambda: audit.report(out / "r.html"),
        # Layouts that are not cached are left out: they take seconds.
        "map": lambda: laid_out() and sw.ConceptMap(audit).export_html(out / "m.html"),
        "gallery": lambda: sw.NeuronGallery(audit).save(out / "g.png"),
        "embed_with": lambda: db.embed_with(Other()),
        "info": lambda: main(["info", str(path)]),
        "close": db.close,
    }


def use(path: Path, out: Path, quick: bool) -> list[str]:
    """Return what was said, by way; raise what is not an error of ours."""
    said = []

    def attempt(name: str, way: Callable[[], Any]) -> Any:
        try:
            return way()
        except SlensError as error:
            said.append(f"{name}: {error}")
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            said.append(f"RAW {name}: {type(error).__name__}: {error}")
        return None

    for name, way in (attempt("open", lambda: ways(path, out)) or {}).items():
        if name in QUICK or not quick:
            attempt(name, way)
    return said


def run(base: Path, quick: bool) -> None:
    warnings.simplefilter("ignore")
    warm = base / "warm" / "x.slens"
    use(warm, base / "warm", quick)  # what is imported late, and what it starts, is not the database's doing
    (base / "executed").unlink(missing_ok=True)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY + _size(), resource.RLIM_INFINITY))
    os.chdir(base / "outside" / "here")
    watch = Watch(base)
    said: dict[str, dict[str, list[str]]] = {}
    for path in sorted((base / "folders").iterdir()):
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        watch.on = True
        found = use(path, base / "out", quick)
        watch.on = False
        said[path.name] = {"said": found, "did": watch.found}
        watch.found = []
        (base / "said.json").write_text(json.dumps(said))
    faulthandler.cancel_dump_traceback_later()


def _size() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    np.seterr(all="ignore")
    run(Path(sys.argv[1]), sys.argv[2:] == ["quick"])
