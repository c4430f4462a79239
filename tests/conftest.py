"""What tests of several rooms share: the lab's audit, built once and kept between runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

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


@pytest.fixture(scope="session")
def user_cache(pytestconfig: pytest.Config) -> Path:
    """A stand-in for the user's cache directory (XDG_CACHE_HOME), kept between test runs."""
    return Path(pytestconfig.cache.mkdir("user"))


@pytest.fixture(scope="session")
def lab_database(user_cache: Path) -> Path:
    """The lab's database, on disk in `user_cache`; tests that write into a database work on a copy."""
    with sw.lab.database(cache=user_cache / "slens_widgets", progress=False) as db:
        return db.path


@pytest.fixture
def lab_audit(lab_database: Path, user_cache: Path) -> Iterator[sw.Audit]:
    """A fresh audit (a session of its own) over the lab's database, with the live model."""
    audit = sw.lab.open_audit(cache=user_cache / "slens_widgets", progress=False)
    yield audit
    audit.db.close()
