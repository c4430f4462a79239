from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import DatabaseError, InputError, UnknownNameError
from slens_widgets.query import QueryImage
from slens_widgets.trails import files, steps, trail_path
from slens_widgets.trails import keeper as keeping
from slens_widgets.widgets.dashboard import DashboardBar
from tests.interrupting import Interrupts, killed, lines_of
from tests.small_database import HashModel, fill, provenance

ROOT = Path(__file__).parents[2]
HOSTILE = 'a"""\n\'; import os #</script>\u200f\\'


def act(audit: sw.Audit) -> None:
    session = audit.session
    session.query = "ruler"
    session.selection = [("features.3", 1), ("features.0", 4), ("features.3", 0)]
    session.update(valid=["milia", HOSTILE], spurious=["ink"], target="melanoma")
    session.thresholds = (0.25, 0.5)
    session.pruned = [("features.3", 1)]
    audit.prune(session.pruned, session.mode)
    session.mode = "zero"
    session.hovered = ("features.0", 1)


def state(audit: sw.Audit) -> dict:
    session = audit.session
    return {name: getattr(session, name) for name in session.fields if name != "hovered"}


def test_concepts_shown_by_images_come_back_with_their_pictures(audit, path, live, monkeypatch):
    red, blue = (Image.new("RGB", (8, 8), name) for name in ("red", "blue"))
    pair = sw.Concept(HOSTILE.replace(",", ""), [red], [blue], pairs=True, sources=["a'\n"])
    ids = sw.Concept("these", [3, 5])
    audit.session.update(valid=["milia", pair], spurious=ids)
    gone = sw.Concept("gone", [red])
    audit.session.concepts = [pair, ids, gone]
    audit.session.concepts = [pair, ids]
    audit.save_trail("shown")

    def opened() -> sw.Audit:
        return sw.Audit(path, HashModel(), live)

    again = opened()
    again.open_trail("shown")
    assert state(again) == state(audit)
    assert again.session.valid == ("milia", pair.name)
    assert again.session.concepts[0].images == pair.images
    again.trail.replay()
    assert state(again) == state(audit)
    fresh = opened()
    exec(audit.trail.to_python(), {"audit": fresh})
    assert state(fresh) == state(audit)

    # What is too large to be kept is named, and taken from the session where it is there.
    monkeypatch.setattr(steps, "MAX_PICTURES", 50)
    audit.save_trail("large")
    audit.session.spurious = ()
    lines = audit._keeper.path.read_text()
    assert "png" not in lines
    assert '"count": 2' in lines
    needy = opened()
    with pytest.raises(
        DatabaseError, match=r"It used the concept .*2 images were too large.*session\.concepts"
    ):
        needy.open_trail("large")
    assert "too large to be kept" in needy.trails().set_index("name")["problem"]["large"]
    needy.session.concepts = [pair, gone]
    needy.open_trail("large")
    assert needy.session.concepts == audit.session.concepts


OF_PROBE = {"name": "red", "pairs": False, "images": [{"probe": 1, "source": ""}], "without": []}


@pytest.mark.parametrize(
    ("concept", "said"),
    [
        ("red", "what is no concept"),
        (OF_PROBE | {"images": []}, "has no images"),
        (OF_PROBE | {"pairs": 1}, "pairs=1"),
        (OF_PROBE | {"name": 3}, "the name of"),
        (OF_PROBE | {"images": [{"probe": True, "source": ""}]}, "what is no image"),
        (OF_PROBE | {"images": [{"png": "####", "source": ""}]}, "no base64"),
        (OF_PROBE | {"images": [{"png": "AAAA", "source": ""}]}, "can't be decoded"),
        (OF_PROBE | {"images": [{"probe": i, "source": ""} for i in range(501)]}, "at most 500"),
    ],
)
def test_a_strangers_concept_is_checked(audit, path, concept, said):
    act(audit)
    file = audit.save_trail("mine")
    with file.open("a") as handle:
        handle.write(json.dumps({"time": "t", "set": {"concepts": [concept]}}) + "\n")
    with pytest.raises(DatabaseError, match=said):
        audit.open_trail("mine")


def test_every_step_is_on_disk_at_once(audit, path):
    assert audit.trails().empty
    act(audit)
    lines = [json.loads(text) for text in audit._keeper.path.read_text().splitlines()]
    assert lines[0]["database"]["model"] == "small"
    assert [next(iter(body.get("set", {"result": 0}))) for body in lines[1:]] == [
        *("query", "selection", "valid", "spurious", "target", "thresholds", "pruned", "result", "mode")
    ]
    assert lines[2]["set"]["selection"] == [["features.3", [1]], ["features.0", [4]], ["features.3", [0]]]
    [row] = audit.trails().to_dict("records")
    assert (row["steps"], row["queries"], row["pruned"], row["problem"]) == (9, "ruler", 1, "")
    assert row["after"] == pytest.approx(audit.prune([("features.3", 1)]).after.accuracy)


def test_a_trail_comes_back_tomorrow_and_goes_on(audit, path, live):
    act(audit)
    file = audit.save_trail("first look")
    assert file == path / "trails" / "first look.jsonl"
    assert [item.name for item in file.parent.iterdir()] == ["first look.jsonl"]
    audit.session.color_by = "clarity"
    again = sw.Audit(path, HashModel(), live)
    trail = again.open_trail("first look")
    assert state(again) == state(audit)
    assert trail.steps == audit.trail.steps
    again.session.query = "hair"
    assert len(sw.Audit(path).open_trail("first look").steps) == 11


def test_a_process_that_is_killed_loses_nothing(path):
    code = (
        "import os, signal, slens_widgets as sw\n"
        f"audit = sw.Audit({str(path)!r})\n"
        "audit.session.query = 'ruler'\n"
        "audit.session.pruned = [('features.0', 3)]\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == -9
    audit = sw.Audit(path)
    audit.open_trail(audit.trails()["name"][0])
    assert (audit.session.query, audit.session.pruned) == ("ruler", (("features.0", 3),))


def test_a_line_that_was_being_written_is_left_out(audit, path):
    act(audit)
    file = audit.save_trail("cut")
    file.write_bytes(file.read_bytes() + b'{"time": "2026", "set": {"que')
    assert len(audit.open_trail("cut").steps) == 9


def test_the_python_lines_do_the_same(audit, path, live):
    act(audit)
    code = audit.trail.to_python()
    other = sw.Audit(path, HashModel(), live)
    live.calls.clear()
    exec(compile(code, "trail", "exec"), {"audit": other})
    assert state(other) == state(audit)
    assert other.trail.to_python().splitlines()[1:] == code.splitlines()[1:]
    assert (((("features.3", 1),)), "mean") in live.calls


def test_query_images_come_back_and_are_written_out(audit, path, live):
    unwanted = QueryImage.of(Image.new("RGB", (30, 20), "red"), HOSTILE, unwanted=True)
    audit.session.images = [Image.new("RGB", (8, 8), "blue"), unwanted]
    audit.save_trail("with images")
    again = sw.Audit(path, HashModel(), live)
    again.open_trail("with images")
    assert again.session.images == audit.session.images
    assert again.session.images[1].unwanted
    fresh = sw.Audit(path, HashModel(), live)
    exec(audit.trail.to_python(), {"audit": fresh})
    assert fresh.session.images == audit.session.images


def test_a_replay_goes_through_the_states_and_compares(audit, path, live):
    act(audit)
    seen = []
    audit.session.observe(lambda change: seen.append((change.field, change.new)))
    end, steps = state(audit), len(audit.trail.steps)
    table = audit.trail.replay(evaluate=True)
    assert state(audit) == end
    assert [field for field, _ in seen if field in ("query", "pruned")] == ["query", "pruned"] * 2
    assert len(audit.trail.steps) == steps
    assert table["same"].sum() == 1
    assert not table["why"].any()
    live.labels = [1 - label for label in live.labels]
    audit._judge._unpruned = None
    assert sw.Audit(path, HashModel(), live).trails()["steps"][0] == steps
    again = audit.trail.replay(evaluate=True)
    assert not again["same"].any()
    assert [why for why in again["why"] if why] == [
        f"other evaluation images, labels or groups ({len(live.labels)} of them, as then)"
    ]
    with pytest.raises(InputError, match="pause"):
        audit.trail.replay(pause=-1)


def test_a_step_says_what_it_was_evaluated_on_and_by_which_version(audit, path, monkeypatch):
    act(audit)
    name = audit.trail.name
    (result,) = [step.result for step in audit.trail.steps if step.result]
    assert len(result.evaluation) == 32
    assert re.fullmatch(r"slens_widgets \d.*, torch \d.*", result.version)
    file = trail_path(path, name)
    text = file.read_text()
    assert result in [step.result for step in audit.open_trail(name).steps]
    other = text.replace(result.version, "slens_widgets 0.0.1")
    file.write_text(re.sub(r'"accuracy": \[[^]]*\]', '"accuracy": [0.5, 0.125]', other))
    old = [why for why in audit.open_trail(name).replay(evaluate=True)["why"] if why]
    assert old == [f"slens_widgets 0.0.1 then, {result.version} now"]
    file.write_text(re.sub(r', "(evaluation|version)": "[^"]*"', "", file.read_text()))
    assert "does not say on which images" in " ".join(audit.open_trail(name).replay(evaluate=True)["why"])
    file.write_text(text.replace(result.evaluation, "x" * 201))
    with pytest.raises(DatabaseError, match="as its evaluation"):
        audit.open_trail(name)


def test_opening_a_dashboard_begins_no_trail(audit, path):
    audit.prune([])
    assert audit.trails().empty
    assert not (path / "trails").exists()
    assert audit.trail.name == ""


def test_what_happens_apart_is_not_kept(audit, path):
    audit.session.query = "ruler"
    twin = audit.apart()
    assert twin.session.query == "ruler"
    twin.session.query = "hair"
    twin.prune([("features.3", 1)])
    assert (audit.session.query, len(audit.trail.steps)) == ("ruler", 1)


def test_only_the_newest_unnamed_trails_stay(path, monkeypatch):
    monkeypatch.setattr(keeping, "KEPT", 3)
    for query in "abcde":
        sw.Audit(path).session.query = query
    audit = sw.Audit(path)
    assert len(audit.trails()) == 3
    audit.open_trail(audit.trails()["name"][2])
    audit.save_trail("kept")
    for query in "fghij":
        sw.Audit(path).session.query = query
    assert "kept" in set(audit.trails()["name"])


def test_names_are_checked_and_nothing_is_overwritten_unasked(audit):
    audit.session.query = "ruler"
    for name in ("", "../up", ".hidden", "a/b", "x" * 81, "a\nb", 3, " a"):
        with pytest.raises(InputError, match="name of a trail"):
            audit.save_trail(name)
    audit.save_trail("one")
    audit.save_trail("two")
    with pytest.raises(InputError, match="overwrite=True"):
        audit.save_trail("one")
    audit.session.query = "hair"
    audit.save_trail("one", overwrite=True)
    assert len(audit.open_trail("one").steps) == 2
    with pytest.raises(UnknownNameError, match="one"):
        audit.open_trail("ome")


def test_where_the_folder_cannot_be_written_the_users_own_keeps_the_trail(audit, path, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (path / "trails").write_text("a file where the folder should be")
    audit = sw.Audit(path)
    audit.session.query = "ruler"
    assert tmp_path / "data" in audit._keeper.path.parents
    assert "can't be written" in audit.trail.problem
    assert "can't be written" in repr(audit.trail)
    file = audit.save_trail("mine")
    assert tmp_path / "data" in file.parents
    audit.session.query = "hair"
    other = sw.Audit(path)
    assert other.trails()["name"].tolist() == ["mine"]
    other.open_trail("mine")
    assert other.session.query == "hair"
    with pytest.raises(InputError, match="already"):
        sw.Audit(path).save_trail("mine")


def test_where_nothing_can_be_written_memory_serves_and_says_so(path, tmp_path, monkeypatch):
    (tmp_path / "data").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (path / "trails").write_text("a file where the folder should be")
    audit = sw.Audit(path)
    audit.session.query = "ruler"
    assert len(audit.trail.steps) == 1
    assert "memory only" in audit.trail.problem
    assert "memory only" in DashboardBar(audit)._bar().body["problem"]
    with pytest.raises(DatabaseError, match="elsewhere"):
        audit.save_trail("mine")
    file = audit.save_trail("mine", path=tmp_path / "mine.jsonl")
    assert audit.trail.problem == ""
    audit.session.query = "hair"
    other = sw.Audit(path)
    other.open_trail("mine", path=file)
    assert other.session.query == "hair"


@pytest.mark.parametrize("cut", [1, 9, 30])
def test_what_is_added_after_a_cut_line_begins_a_new_one(audit, path, cut):
    audit.session.query = "ruler"
    audit.save_trail("mine")
    audit.session.query = "ink"
    file = path / "trails" / "mine.jsonl"
    file.write_bytes(file.read_bytes()[:-cut])
    for word in ("veil", "net"):
        again = sw.Audit(path)
        again.open_trail("mine")
        again.session.query = word
    found = [step.sets["query"] for step in sw.Audit(path).open_trail("mine").steps]
    assert found == ["ruler", *(["ink"] if cut == 1 else []), "veil", "net"]


def test_two_kernels_in_one_trail_part_and_neither_loses_a_step(audit, path):
    audit.session.query = "ruler"
    audit.save_trail("mine")
    other = sw.Audit(path)
    other.open_trail("mine")
    other.session.query = "hair"
    audit.session.query = "ink"
    audit.session.query = "veil"
    other.session.query = "net"
    assert audit.trail.name == "mine 2"
    assert "carried on elsewhere" in audit.trail.problem

    def words(name: str) -> list[str]:
        return [step.sets["query"] for step in sw.Audit(path).open_trail(name).steps]

    assert words("mine") == ["ruler", "hair", "net"]
    assert words("mine 2") == ["ruler", "ink", "veil"]


def test_a_trail_never_grows_beyond_what_its_reader_takes(audit, path, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 2000)
    audit.session.valid = ["milia"]
    audit.save_trail("mine")
    for number in range(60):
        audit.session.query = f"word {number}"
    last = audit.trail
    assert last.name != "mine"
    assert "goes on as" in last.problem
    for file in (path / "trails").iterdir():
        assert file.stat().st_size <= 2000
    again = sw.Audit(path)
    again.open_trail(last.name)
    assert (again.session.query, again.session.valid) == ("word 59", ("milia",))
    assert set(sw.Audit(path).trails()["problem"]) == {""}


def test_a_step_that_no_reader_would_take_is_not_written(audit, path):
    audit.session.query = "ruler"
    audit.session.query = "x" * 30_000
    assert "memory only: A step holds a text of 30000" in audit.trail.problem
    audit.session.query = "hair"
    assert [step.sets["query"] for step in sw.Audit(path).open_trail(audit.trail.name).steps] == [
        "ruler",
        "hair",
    ]


def test_a_trail_that_was_removed_meanwhile_is_written_anew(audit, path):
    audit.session.query = "ruler"
    file = audit.save_trail("mine")
    file.unlink()
    audit.session.query = "hair"
    assert [step.sets["query"] for step in sw.Audit(path).open_trail("mine").steps] == ["ruler", "hair"]


def test_a_trail_of_other_weights_is_refused_unless_asked_for(audit, path, tmp_path):
    audit.session.pruned = [("features.3", 1)]
    file = audit.save_trail("mine")
    weights = provenance(model={"name": "other", "weights_sha256": "1" * 64})
    with ConceptDB.create(tmp_path / "other.slens") as writer:
        fill(writer)
        writer.finish(weights)
    other = sw.Audit(tmp_path / "other.slens")
    with pytest.raises(InputError, match=r"other weights.*'small'.*other_model=True"):
        other.open_trail("mine", path=file)
    assert other.session.pruned == ()
    assert "other weights" in other.open_trail("mine", path=file, other_model=True).problem
    assert len(other.session.pruned) == 1


def test_a_trail_of_another_database_of_the_same_model_says_so(audit, path, tmp_path):
    audit.session.query = "ruler"
    file = audit.save_trail("mine")
    with ConceptDB.create(tmp_path / "other.slens") as writer:
        fill(writer)
        writer.finish(provenance(created="2027-01-01T00:00:00"))
    assert (
        "another database of this model"
        in sw.Audit(tmp_path / "other.slens").open_trail("mine", file).problem
    )
    assert sw.Audit(path).open_trail("mine").problem == ""


def test_interrupts_at_lines_of_the_trail_code_leave_trails_that_open(path):
    """The ordinary suite samples every seventh line; the slow one takes all."""
    sweep(path, 7)


@pytest.mark.slow
def test_an_interrupt_at_any_line_of_the_trail_code_leaves_trails_that_open(path):
    sweep(path, 1)


def test_an_interrupt_at_any_line_of_a_pause_leaves_no_trail_mute(path) -> None:
    audit = sw.Audit(path)

    def pause() -> None:
        with audit._keeper.paused():
            pass

    whole = lines_of(pause, "trails/keeper.py")
    assert whole >= 6
    for number in range(1, whole + 1):
        kept = len(audit._keeper.steps)
        assert Interrupts(number, "trails/keeper.py").run(pause)
        audit.session.query = f"query {number}"
        assert len(audit._keeper.steps) == kept + 1


def sweep(path: Path, step: int) -> None:
    places = ("trails/files.py", "trails/keeper.py", "slens_widgets/files.py")

    def act() -> None:
        audit = sw.Audit(path)
        audit.session.query = "ruler"
        audit.session.pruned = [("features.0", 3)]

    for number in range(1, lines_of(act, *places) + 1, step):
        audits: list[sw.Audit] = []

        def acted(audits: list[sw.Audit] = audits) -> None:
            audits.append(sw.Audit(path))
            audits[0].session.query = "ruler"
            audits[0].session.pruned = [("features.0", 3)]

        Interrupts(number, *places).run(acted)
        audit = audits[0] if audits else sw.Audit(path)
        audit.session.query = "veil"
        again = sw.Audit(path)
        again.open_trail(audit.trail.name)
        assert again.session.query == "veil", number
        assert set(again.trails()["problem"]) == {""}, number
        if number % 5 == 0:
            assert [step.sets for step in audit.trail.steps] == [step.sets for step in again.trail.steps], (
                number
            )
        assert not [each for each in (path / "trails").iterdir() if each.name.startswith(".")], number
        assert not open_trails(), number


def open_trails() -> list[str]:
    """Return the trails that the process holds open, and locked with it."""
    found = []
    for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
        with contextlib.suppress(OSError):
            found.append(os.readlink(f"/proc/self/fd/{name}"))
    return [each for each in found if each.endswith(".jsonl")]


def kill_sweep(path: Path, first: int, step: int) -> int:
    """Kill a process at lines of the trail code: every step that was made is found again."""
    number, kills = first, 0
    while True:
        made = path.parent / "made"
        made.write_bytes(b"")

        def act(made: Path = made) -> None:
            audit = sw.Audit(path)
            for word in ("ruler", "hair", "ink", "veil"):
                audit.session.query = word
                with made.open("a") as file:
                    file.write(f"{word}\n")
                if word == "hair":
                    audit.save_trail("mine", overwrite=True)

        if not killed(number, act, "trails/files.py", "trails/keeper.py", "slens_widgets/files.py"):
            return kills
        kills += 1
        words = made.read_text().split()
        audit = sw.Audit(path)
        table = audit.trails()
        assert set(table["problem"]) <= {""}, number
        if words:
            name = "mine" if "mine" in table["name"].tolist() and len(words) > 2 else table["name"].iloc[0]
            found = [each.sets["query"] for each in audit.open_trail(name).steps]
            assert found[: len(words)] == words, number
            audit.session.query = "net"
            assert sw.Audit(path).open_trail(audit.trail.name).steps[-1].sets == {"query": "net"}
        shutil.rmtree(path / "trails", ignore_errors=True)
        number += step


def test_a_kill_at_lines_of_the_trail_code_loses_no_step_that_was_made(path):
    assert kill_sweep(path, 5, 41) > 5


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_kill_at_any_line_of_the_trail_code_loses_no_step_that_was_made(path):
    assert kill_sweep(path, 1, 1) > 200


HEAD = json.dumps({"format": "slens-trail", "version": 1, "database": {"weights_sha256": "0" * 64}}) + "\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no trail"),
        ("hello\n", "bad line 1"),
        ('{"format": "slens-trail", "version": 9}\n', "version 9"),
        (HEAD + "[" * 100_000 + "\n", "bad line 2"),
        (HEAD + '{"set": {"query": "a"}}\n', "no time"),
        (HEAD + '{"time": "t", "set": {"_observers": []}}\n', "no field"),
        (HEAD + '{"time": "t", "set": {"hovered": null}}\n', "no field"),
        (HEAD + '{"time": "t", "set": {"query": 3}}\n', "no text"),
        (HEAD + '{"time": "t", "set": {"query": "\\ud800"}}\n', "Unicode"),
        (HEAD + '{"time": "t", "set": {"query": "%s"}}\n' % ("x" * 20_001), "20001"),
        (HEAD + '{"time": "t", "set": {"pruned": [["features.3", [16]]]}}\n', "16"),
        (HEAD + '{"time": "t", "set": {"pruned": [["features.3", [true]]]}}\n', "whole numbers"),
        (HEAD + '{"time": "t", "set": {"pruned": "features.3"}}\n', "components"),
        (HEAD + '{"time": "t", "set": {"mode": "half"}}\n', "half"),
        (HEAD + '{"time": "t", "set": {"thresholds": [1, 1e999]}}\n', "finite"),
        (HEAD + '{"time": "t", "set": {"thresholds": [NaN, 1]}}\n', "bad line 2"),
        (HEAD + '{"time": "t", "set": {"thresholds": [1%s, 1]}}\n' % ("0" * 400), "thresholds"),
        (HEAD + '{"time": "t", "set": {"valid": {"a": 1}}}\n', "dict"),
        (HEAD + '{"time": "t", "result": {"pruned": [], "mode": "mean", "images": 3}}\n', "accuracies"),
        (HEAD + '{"time": "t", "result": {"pruned": [], "mode": "x", "images": 3}}\n', "ablation mode"),
    ],
)
def test_a_strangers_trail_is_checked_before_any_of_it_counts(audit, path, text, message):
    folder = path / "trails"
    folder.mkdir()
    (folder / "odd.jsonl").write_text(text)
    with pytest.raises(DatabaseError, match=message):
        audit.open_trail("odd")
    assert audit.session.query == ""
    assert message in audit.trails()["problem"][0]


def test_nothing_is_written_through_a_link(audit, path, tmp_path):
    act(audit)
    file = audit.save_trail("linked")
    outside = tmp_path / "outside"
    outside.write_bytes(file.read_bytes())
    before = outside.read_bytes()
    os.remove(file)
    file.symlink_to(outside)
    with pytest.raises(DatabaseError, match="is a link"):
        audit.open_trail("linked")
    audit.session.query = "hair"
    assert outside.read_bytes() == before
    assert "linked" not in audit.trails()["name"].tolist()
    assert audit.trail.steps[-1].sets == {"query": "hair"}
