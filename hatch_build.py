"""Build hook: the built front end in slens_widgets/static must match its sources in js/."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def source_digest(js: Path) -> str:
    """Return a digest of everything that a build of the front end depends on; build.mjs has the same."""
    paths = [path for path in (js / "src").rglob("*") if path.is_file()]
    named = {
        path.relative_to(js).as_posix(): path for path in [*paths, js / "package-lock.json", js / "build.mjs"]
    }
    digest = hashlib.sha256()
    for name in sorted(named):
        digest.update(name.encode() + b"\0" + named[name].read_bytes() + b"\0")
    return digest.hexdigest()


class FrontEndHook(BuildHookInterface):  # type: ignore[misc]
    """Unchanged sources: nothing. Changed, with node: rebuild. Without: warn, or fail if nothing is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compare the digests and do what they ask for."""
        root = Path(self.root)
        js, stored = root / "js", root / "slens_widgets" / "static" / "digest.txt"
        built = stored.is_file()
        if not (js / "src").is_dir() or (built and stored.read_text().strip() == source_digest(js)):
            return
        npm = shutil.which("npm")
        if npm is None:
            if not built:
                raise RuntimeError(
                    "The front end in slens_widgets/static is missing, and npm, which builds it, "
                    "was not found. Install node 20 or newer, or restore the folder from the repository."
                )
            self.app.display_warning(
                "slens_widgets/static was built from other sources than js/src, "
                "and npm was not found to rebuild it."
            )
            return
        for command in ([npm, "install", "--no-save"], [npm, "run", "build"]):
            subprocess.run(command, cwd=js, check=True)
