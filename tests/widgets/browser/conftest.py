"""One JupyterLab and one chromium for all browser tests; no request may leave the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.widgets.browser.page import LabPage, open_page
from tests.widgets.browser.server import FLAGS, running_jupyterlab


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path. Where it could have been installed and CI says so, its absence is a failure."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    if os.environ.get("CI") == "true" and shutil.which("apt-get"):
        pytest.fail("chromium was not found, though apt-get is there: run 'make chromium'")
    pytest.skip("BROWSER TESTS SKIPPED: no chromium was found (apt-get install chromium)")


@pytest.fixture(scope="session")
def jupyterlab(
    tmp_path_factory: pytest.TempPathFactory, lab_database: Path, user_cache: Path
) -> Iterator[tuple[str, str, Path]]:
    """A JupyterLab with folders of its own: its address, its token and the notebooks' folder."""
    with running_jupyterlab(
        tmp_path_factory.mktemp("jupyterlab"), {"XDG_CACHE_HOME": str(user_cache)}
    ) as server:
        yield server


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api").sync_playwright().start()
    instance = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
    yield instance
    instance.close()
    playwright.stop()


@pytest.fixture(scope="session")
def dashboard_page(browser: Any, jupyterlab: tuple[str, str, Path]) -> Iterator[LabPage]:
    """A notebook with the dashboard over the lab's audit, drawn; shared, because a kernel costs seconds."""
    page = open_page(
        browser, jupyterlab, "import slens_widgets as sw\naudit = sw.lab.open_audit(progress=False)"
    )
    page.run("dashboard = sw.Dashboard(audit)\ndashboard")
    page.dashboard_ready()
    yield page
    page.close()
