"""What tests of several rooms share: the lab's audit, built once and kept between runs."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jaxtyping import install_import_hook

if "PYTEST_XDIST_WORKER" in os.environ:
    # Two processes on two cores, also those that they start: more threads would wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import slens_widgets as sw

# Shapes in annotations are checked at run time, in tests only, and in the rooms that no bad input reaches:
# elsewhere the tests pass wrong types on purpose and look at the error.
install_import_hook(
    [
        *(f"slens_widgets.core.{name}" for name in ("activation_maps", "top_samples", "views")),
        *(
            f"slens_widgets.analyses.{name}"
            for name in ("alignment", "clusters", "null", "projection", "reliance", "scores", "two_means")
        ),
    ],
    "beartype.beartype",
)


@pytest.fixture(scope="session", autouse=True)
def _own_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes what the person who runs it keeps of other audits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(autouse=True)
def _own_trails(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small databases are all alike: trails that one test keeps apart are not another's."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("trails", numbered=True)))


ORDER = {"browser": 0, "core": 1, "conceptdb": 2, "audit": 4, "lab": 5, "cli": 6, "notebooks": 7}
"""Folders whose tests run earlier or later than the rest (3) where two processes run them: one of them builds
the lab's database for the browser, which is never idle, while the other does what needs none."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: ORDER.get(item.path.parent.name, 3))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give one process a file, all browser tests or one notebook at a time, in the order of `ORDER`."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if "/browser/" in nodeid:
                return "browser"
            return nodeid if "/notebooks/" in nodeid else nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.fixture(scope="session")
def user_cache(pytestconfig: pytest.Config) -> Path:
    """A stand-in for the user's cache directory (XDG_CACHE_HOME), kept between test runs."""
    return Path(pytestconfig.cache.mkdir("user"))


@pytest.fixture(scope="session")
def lab_database(user_cache: Path) -> Path:
    """The lab's database, on disk in `user_cache`; tests that write into a database work on a copy."""
    with (user_cache / "lab.lock").open("w") as lock:
        # One process builds it, the others wait.
        fcntl.flock(lock, fcntl.LOCK_EX)
        with sw.lab.database(cache=user_cache / "slens_widgets", progress=False) as db:
            return db.path


@pytest.fixture
def lab_audit(lab_database: Path, user_cache: Path) -> Iterator[sw.Audit]:
    """A fresh audit (a session of its own) over the lab's database, with the live model."""
    audit = sw.lab.open_audit(cache=user_cache / "slens_widgets", progress=False)
    yield audit
    audit.db.close()
