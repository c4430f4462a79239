"""The dashboard in the other hosts: it opens, a query ranks, a click selects."""

from __future__ import annotations

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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.small_database import write
from tests.widgets.browser.static_page import WIDGETS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[3]
WAIT = 90_000
SETUP = """
import slens_widgets as sw
from tests.small_database import HashModel
from tests.widgets.conftest import TwoClassModel
audit = sw.Audit({path!r}, HashModel(), TwoClassModel())
"""
SAYS = """
import ipywidgets
said = ipywidgets.HTML()
said.add_class("said")
def say(_=None):
    s = audit.session
    said.value = f"<pre>{s.query}|{len(s.selection)}|{s.selection[0] if s.selection else None}</pre>"
say()
audit.session.observe(say)
"""
# marimo shows ipywidgets' containers by its own rules; each widget of the dashboard works there alone.
MARIMO = """
import marimo
app = marimo.App(width="full")

@app.cell
def _():
    import marimo as mo
    import sys
    sys.path.insert(0, {root!r})
{setup}
    return audit, mo, sw

@app.cell
def _(audit, sw):
    gallery = sw.NeuronGallery(audit)
    gallery
    return

@app.cell
def _(audit, sw):
    map_ = sw.ConceptMap(audit)
    map_
    return

if __name__ == "__main__":
    app.run()
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hosts") / "small.slens"
    write(path).close()
    return path


@contextmanager
def serving(command: list[str], port: int, path: str, folder: Path) -> Iterator[str]:
    """Run a host with folders of its own and give its address."""
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "IPYTHONDIR": str(folder / "ipython"),
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "MARIMO_SKIP_UPDATE_CHECK": "1",
    }
    log = folder / "server.log"
    address = f"http://127.0.0.1:{port}{path}"
    with log.open("w") as file:
        server = subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT, cwd=folder)
        try:
            for _ in range(300):
                if server.poll() is not None:
                    break
                try:
                    urllib.request.urlopen(address, timeout=2).close()
                    break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.3)
            assert server.poll() is None, log.read_text()[-3000:]
            yield address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def need(name: str) -> None:
    if shutil.which(name, path=str(Path(sys.executable).parent)) is None:
        pytest.skip(f"{name} is not installed: pip install 'slens-widgets[hosts]'")


@contextmanager
def opened(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1500, "height": 1200})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def route(route: Any) -> None:
        local = route.request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "blob:", "data:"))
        route.continue_() if local else route.abort()

    page.route("**/*", route)
    page.goto(address, timeout=WAIT)
    yield page
    mine = [error for error in errors if "slens" in error]
    assert mine == []
    context.close()


def use(page: Any, widgets: tuple[str, ...] = WIDGETS) -> str:
    """Search for ruler, click the first component, and return its name."""
    for name in widgets:
        page.wait_for_selector(f".slens-{name}[data-ready]", timeout=WAIT)
    gallery = page.locator(".slens-gallery")
    box = gallery.locator("input[type=search]")
    box.fill("ruler")
    box.press("Enter")
    page.wait_for_selector(".slens-gallery[data-query='ruler']", timeout=WAIT)
    row = gallery.locator(".slens-row[data-index='0']")
    row.click()
    page.wait_for_selector(".slens-detail[data-component]", timeout=WAIT)
    return str(row.locator("b").first.inner_text())


def best(database: Path) -> str:
    import slens_widgets as sw
    from tests.small_database import HashModel

    with sw.open(database) as db:
        row = sw.Audit(db, HashModel()).search("ruler", k=1).iloc[0]
    return f"{row['layer']}:{row['component']}"


def notebook(path: Path, *cells: str) -> None:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, path)


def test_notebook_7(browser: Any, database: Path, tmp_path: Path) -> None:
    need("jupyter-notebook")
    notebook(tmp_path / "audit.ipynb", SETUP.format(path=str(database)) + SAYS, "said", "sw.Dashboard(audit)")
    token, port = secrets.token_hex(8), free_port()
    command = [sys.executable, "-m", "notebook", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.root_dir={tmp_path}", "--JupyterNotebookApp.expose_app_in_browser=True"]
    with (
        serving(command, port, f"/api?token={token}", tmp_path) as address,
        opened(
            browser, address.replace(f"/api?token={token}", f"/notebooks/audit.ipynb?token={token}")
        ) as page,
    ):
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            " === 'idle'",
            timeout=WAIT,
        )
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        name = use(page)
        assert name == best(database)
        page.wait_for_selector(f".said pre:has-text('ruler|1|{name}')", timeout=WAIT)


def test_voila(browser: Any, database: Path, tmp_path: Path) -> None:
    need("voila")
    notebook(tmp_path / "audit.ipynb", SETUP.format(path=str(database)) + SAYS, "said", "sw.Dashboard(audit)")
    port = free_port()
    command = [sys.executable, "-m", "voila", "audit.ipynb", "--no-browser", f"--port={port}"]
    with (
        serving(command, port, "", tmp_path) as address,
        opened(browser, address) as page,
    ):
        name = use(page)
        assert name == best(database)
        page.wait_for_selector(f".said pre:has-text('ruler|1|{name}')", timeout=WAIT)


def test_marimo(browser: Any, database: Path, tmp_path: Path) -> None:
    need("marimo")
    setup = "\n".join(f"    {line}" for line in SETUP.format(path=str(database)).splitlines())
    (tmp_path / "audit.py").write_text(MARIMO.format(root=str(ROOT), setup=setup))
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "marimo",
        "run",
        "audit.py",
        "--headless",
        "--no-token",
        f"--port={port}",
    ]
    with serving(command, port, "/health", tmp_path) as address, opened(browser, address[:-7]) as page:
        name = use(page, ("gallery", "map"))
        assert name == best(database)
        # What Python holds: it tells the map, which the click did not touch.
        page.wait_for_function(
            """() => {
              const found = [];
              const look = (root) => {
                for (const e of root.querySelectorAll('*')) {
                  if (e.matches('.slens-map [role=status]')) found.push(e.textContent);
                  if (e.shadowRoot) look(e.shadowRoot);
                }
              };
              look(document);
              return found.some((text) => text.includes('1 of 36'));
            }""",
            timeout=WAIT,
        )
