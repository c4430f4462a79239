"""A report says what the findings say, alone, as text, and twice the same."""

from __future__ import annotations

import base64
import io
import json
from html.parser import HTMLParser

import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.audit.report.markup import Markup, element, text
from slens_widgets.errors import InputError
from tests.small_database import LAYERS, HashModel

HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)>\"'\u202e"


class Seen(HTMLParser):
    """What a browser would make of a page: its elements, their attributes and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.fixture
def asked(audit):
    audit.session.update(
        valid=["ruler"], spurious=["hair", "ink"], target="melanoma", vocabulary=["ruler", "hair", "zorp"]
    )
    audit.session.update(pruned=[("features.3", 1)], thresholds=(0.05, 0.05))
    return audit


def test_the_page_shows_what_the_findings_say(asked, tmp_path):
    path = asked.report(tmp_path / "audit.html")
    page = Seen(path.read_text("utf-8"))
    assert not page.open, "every element is closed"
    found = asked.findings()
    share = found.shares.set_index("quadrant")["share"]["spurious"]
    assert f"{100 * share:.1f} %" in page.text
    assert "Class “melanoma”" in page.text
    first = found.components[found.components["quadrant"].isin(["spurious", "both"])].iloc[0]
    assert f"{first['layer']}:{first['component']}" in page.text
    pruned = asked.prune([("features.3", 1)])
    assert f"{100 * pruned.after.worst_group:.1f} %" in page.text
    assert "Thresholds: set by hand." in page.text


def test_the_page_stands_alone(asked, tmp_path):
    page = Seen(asked.report(tmp_path / "audit.html").read_text("utf-8"))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "iframe", "object", "a", "form"}
    sources = [attrs["src"] for tag, attrs in page.elements if tag == "img"]
    assert sources
    for source in sources:
        head, data = source.split(",")
        assert head == "data:image/jpeg;base64"
        assert Image.open(io.BytesIO(base64.b64decode(data))).format == "JPEG"
    policies = [a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies[0].startswith("default-src 'none'")
    assert not any("loading" in attrs for _, attrs in page.elements), "a lazy picture is missing in print"
    assert "url(" not in (tmp_path / "audit.html").read_text("utf-8")


def test_json_holds_the_same(asked, tmp_path):
    found = json.loads(asked.report(tmp_path / "audit.json").read_text("utf-8"))
    assert found["format"] == "slens-report-1"
    assert found["model"] == {"name": "small", "weights_sha256": "0" * 64, "classes": ["nevus", "melanoma"]}
    assert found["concepts"]["spurious"] == ["hair", "ink"]
    of = found["classes"][0]
    shares = asked.findings().shares
    assert [row["share"] for row in of["shares"]] == pytest.approx(list(shares["share"]), rel=1e-5)
    assert sum(of["counts"].values()) == sum(LAYERS.values()) == len(of["points"])
    for row in of["harmful"]:
        assert row["quadrant"] in ("spurious", "both")
        assert row["lean"] > 0
        assert row["label"] in ("ruler", "hair", "zorp")
        assert row["examples"][0]["image"].startswith("image ")
    assert found["pruned"]["components"][0]["component"] == 1
    assert found["pruned"]["effect"]["flips"]["broken"] == 0
    assert str(tmp_path) not in json.dumps(found), "no path of this machine"


def test_labels_look_as_far_as_they_are_trusted(asked, tmp_path, monkeypatch):
    table = asked.labels()
    words = {
        "trusted": "certificate 0.90",
        "doubtful": "certificate 0.40",
        "unknown": "0.07 ahead of the next",
    }
    for trust, certificate in (("trusted", 0.9), ("doubtful", 0.4), ("unknown", float("nan"))):
        labels = table.assign(certificate=certificate, trusted=trust == "trusted", margin=0.07)
        monkeypatch.setattr(type(asked), "labels", lambda self, labels=labels: labels)
        page = Seen(asked.report(tmp_path / "audit.html").read_text("utf-8"))
        looks = {
            attrs["class"] for _, attrs in page.elements if (attrs.get("class") or "").startswith("label")
        }
        assert looks == {f"label {trust}"}
        assert words[trust] in page.text
        assert ("\u00a0?" in page.text, "\u00a0·" in page.text) == (trust == "doubtful", trust == "unknown")
        monkeypatch.undo()


def test_a_report_is_the_same_twice(asked, tmp_path):
    pages = [asked.report(tmp_path / f"{i}.html").read_bytes() for i in range(2)]
    assert pages[0] == pages[1]


def test_hostile_names_are_text(path, live, tmp_path):
    live.class_names = ("nevus", HOSTILE)
    audit = sw.Audit(path, HashModel(), live)
    audit.session.update(valid=[HOSTILE], spurious=["ink"], vocabulary=[HOSTILE, "ink"], target=HOSTILE)
    page = Seen(audit.report(tmp_path / "audit.html").read_text("utf-8"))
    assert not page.open
    assert not {"script", "a"} & {tag for tag, _ in page.elements}
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert "<script>alert(1)</script>" in page.text
    assert "\u202e" not in page.text
    json.loads(audit.report(tmp_path / "audit.json").read_text("utf-8"))


def test_without_a_model_the_report_says_so(path, tmp_path):
    audit = sw.Audit(path, HashModel())
    audit.session.update(valid=["ruler"], spurious=["zorp"], pruned=[("features.0", 2)])
    page = Seen(audit.report(tmp_path / "audit.html").read_text("utf-8"))
    assert "not at hand" in page.text
    assert "an effect of at least 0.3" in page.text
    assert "does not know “zorp”" in page.text
    assert "–" in page.text
    audit.session.update(spurious=[], pruned=[])
    page = Seen(audit.report(tmp_path / "audit.html").read_text("utf-8"))
    assert "no plane to draw" in page.text
    assert "Nothing was pruned" in page.text


def test_what_can_t_be_written_is_refused(audit, tmp_path):
    with pytest.raises(InputError, match=r"can't be written as 'audit\.pdf'"):
        audit.report(tmp_path / "audit.pdf")
    with pytest.raises(InputError, match="no folder"):
        audit.report(tmp_path / "nowhere" / "audit.html")
    with pytest.raises(InputError, match="no concepts"):
        audit.report(tmp_path / "audit.html")
    assert list(tmp_path.glob("*.html")) == []


def test_markup_escapes_all_but_itself():
    inner = element("b", "<", title='"')
    assert inner == '<b title="&quot;">&lt;</b>'
    assert element("p", inner, ["&", None, 3], hidden=True, lang=None) == f"<p hidden>{inner}&amp;3</p>"
    assert text("a\x00\u202eb") == "a\ufffdu0000\ufffdu202eb"
    assert isinstance(text(inner), Markup)
