"""A JupyterLab with folders of its own, as a context manager: the browser tests and the benchmark use it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]
FLAGS = (
    *("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
    "--disable-gpu-rasterization",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
"""Chromium's: WebGL in software, since a test machine has no graphics card; no host but this machine.

Pages are painted by the processor, as on any machine without a graphics card: Debian's chromium would paint
them through the emulated one, which takes several times as long.
"""


@contextlib.contextmanager
def running_jupyterlab(
    base: Path, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, str, Path]]:
    """Give a server's address, its token and the notebooks' folder; it ends with the context."""
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
    whole = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folders["config"]),
        "JUPYTERLAB_SETTINGS_DIR": str(folders["settings"]),
        "JUPYTERLAB_WORKSPACES_DIR": str(folders["workspaces"]),
        "JUPYTER_DATA_DIR": str(folders["data"]),
        "IPYTHONDIR": str(folders["ipython"]),
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(ROOT),
        **(environment or {}),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"]
    command += ["--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={folders['work']}"]
    with (base / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=whole, stdout=log, stderr=subprocess.STDOUT)
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


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
