from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "slens_widgets" / "static"
LIMIT = 170_000

spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
hatch_build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(hatch_build)


def test_the_built_front_end_matches_its_sources() -> None:
    stored = (STATIC / "digest.txt").read_text().strip()
    assert stored == hatch_build.source_digest(ROOT / "js"), (
        "run 'npm run build' in js/ and commit the result"
    )


def test_every_static_file_is_in_the_wheel() -> None:
    files = {entry.distribution_path for entry in WheelBuilder(str(ROOT)).recurse_included_files()}
    missing = {path.relative_to(ROOT).as_posix() for path in STATIC.iterdir()} - files
    assert not missing
    assert "slens_widgets/static/slens.js" in files


def test_the_bundle_stays_small_and_asks_nobody() -> None:
    text = "".join(path.read_text() for path in sorted(STATIC.glob("*.js")))
    assert len(text.encode()) <= LIMIT
    assert "http://www.w3.org/2000/svg" in text
    rest = text.replace("http://www.w3.org/2000/svg", "")
    assert "http://" not in rest
    assert "https://" not in rest
    assert "innerHTML" not in rest


def hook(root: Path) -> tuple[object, list[str]]:
    warned: list[str] = []
    app = SimpleNamespace(display_warning=warned.append)
    build = hatch_build.FrontEndHook(str(root), {}, None, None, str(root), "wheel", app)
    return build, warned


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "js" / "src").mkdir(parents=True)
    (tmp_path / "js" / "src" / "map.ts").write_text("export default {};")
    (tmp_path / "js" / "package-lock.json").write_text("{}")
    (tmp_path / "js" / "build.mjs").write_text("")
    (tmp_path / "slens_widgets" / "static").mkdir(parents=True)
    return tmp_path


def test_the_hook_does_what_the_digest_asks_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(hatch_build.subprocess, "run", lambda command, **_: ran.append(command[1:]))
    monkeypatch.setattr(hatch_build.shutil, "which", lambda name: f"/bin/{name}")
    digest = project / "slens_widgets" / "static" / "digest.txt"
    digest.write_text(hatch_build.source_digest(project / "js"))
    build, warned = hook(project)
    build.initialize("standard", {})
    assert (ran, warned) == ([], [])

    (project / "js" / "src" / "map.ts").write_text("export default { changed: 1 };")
    build.initialize("standard", {})
    assert ran == [["install", "--no-save"], ["run", "build"]]

    monkeypatch.setattr(hatch_build.shutil, "which", lambda name: None)
    build.initialize("standard", {})
    assert "other sources" in warned[0]
    digest.unlink()
    with pytest.raises(RuntimeError, match="Install node"):
        build.initialize("standard", {})
