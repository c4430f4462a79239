"""One JupyterLab and one chromium for all browser tests; no request may leave the machine."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.widgets.browser.page import LabPage, open_page

ROOT = Path(__file__).parents[3]
NEWS = "@jupyterlab/apputils-extension:notification"


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
    base = tmp_path_factory.mktemp("jupyterlab")
    folders = {name: base / name for name in ("config", "settings", "workspaces", "ipython", "data", "work")}
    for folder in folders.values():
        folder.mkdir()
    settings = folders["settings"] / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folders["config"]),
        "JUPYTERLAB_SETTINGS_DIR": str(folders["settings"]),
        "JUPYTERLAB_WORKSPACES_DIR": str(folders["workspaces"]),
        "JUPYTER_DATA_DIR": str(folders["data"]),
        "IPYTHONDIR": str(folders["ipython"]),
        "XDG_CACHE_HOME": str(user_cache),
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"]
    command += ["--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={folders['work']}"]
    log = (base / "server.log").open("w")
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token={token}", server, base / "server.log")
        yield address, token, folders["work"]
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api").sync_playwright().start()
    flags = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    instance = playwright.chromium.launch(executable_path=chromium, args=flags)
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
