"""Files are written whole or not at all, as private as the umask says, and where they were said to go."""

from __future__ import annotations

import os
import resource
import subprocess
from pathlib import Path

import pytest

import slens_widgets as sw
from slens_widgets.arguments import path_of
from slens_widgets.errors import InputError
from slens_widgets.files import write_whole
from tests.small_database import HashModel, write


@pytest.fixture
def audit(tmp_path: Path) -> sw.Audit:
    write(tmp_path / "small.slens").close()
    audit = sw.Audit(tmp_path / "small.slens", HashModel())
    audit.session.update(valid=["x"], spurious=["y"])
    return audit


def written(audit: sw.Audit, folder: Path) -> None:
    audit.report(folder / "r.html")
    audit.save_pruned(folder / "p.json")
    panel = sw.ConceptMap(audit)
    panel.export_html(folder / "m.html")
    panel.save(folder / "m.png")
    panel.close()


def test_nobody_reads_what_the_umask_keeps_private(audit: sw.Audit, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    before = os.umask(0o077)
    try:
        written(audit, folder)
        assert {oct(each.stat().st_mode & 0o777) for each in folder.iterdir()} == {"0o600"}
        os.umask(0o002)
        written(audit, folder)
        assert {oct(each.stat().st_mode & 0o777) for each in folder.iterdir()} == {"0o600"}, "as it was"
        (folder / "r.html").unlink()
        audit.report(folder / "r.html")
        assert (folder / "r.html").stat().st_mode & 0o777 == 0o664
    finally:
        os.umask(before)


def test_a_disk_that_takes_no_more_leaves_what_was_there(audit: sw.Audit, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("r.html", "m.html", "m.png", "p.json"):
        (folder / name).write_text("old")
    audit.session.pruned = audit.db.components[:30]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    panel = sw.ConceptMap(audit)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        for name, call in (
            ("r.html", audit.report),
            ("m.html", panel.export_html),
            ("m.png", panel.save),
            ("p.json", audit.save_pruned),
        ):
            with pytest.raises(InputError, match=rf"can't be written to .*{name}.*too large; what was there"):
                call(folder / name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {each.name: each.read_text() for each in folder.iterdir()} == dict.fromkeys(
        ("r.html", "m.html", "m.png", "p.json"), "old"
    )


def test_a_folder_that_can_only_be_read_is_a_clear_error(tmp_path: Path) -> None:
    mount = tmp_path / "disk"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", mount], capture_output=True).returncode:
        pytest.skip("NO DISK CAN BE MOUNTED HERE: that needs root, and a machine that lets it")
    try:
        with pytest.raises(InputError, match=r"A page can't be written to .*Read-only.*nothing is left"):
            write_whole(mount / "x.html", "x", "A page")
    finally:
        subprocess.run(["umount", "-l", mount], check=True)


def test_a_folder_change_between_asking_and_writing_changes_nothing(
    audit: sw.Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert path_of("path", "x.html") == tmp_path / "x.html"
    with sw.open("small.slens") as db:
        other = sw.Audit("small.slens")
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert db["features.0"].theta.shape[0] == 20
        other.session.query = "ruler"
        assert other.trail.problem == ""
        assert db.check() == []
    assert list((tmp_path / "elsewhere").iterdir()) == []
