from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slens_widgets.errors import InputError
from slens_widgets.widgets import messages
from slens_widgets.widgets.base import AuditWidget
from slens_widgets.widgets.gallery import NeuronGallery
from slens_widgets.widgets.messages import Answer, Request, decode_set, encode_set, send_answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
ARGUMENTS = ("field", "value", "encoding", "ids", "component", "query")


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))))
def test_a_set_survives_its_encoding(case: tuple[int, set[int]]) -> None:
    total, members = case
    encoding, data = encode_set(sorted(members), total)
    assert encoding == ("ids" if len(members) <= total / 32 else "bitset")
    assert len(data) <= max(math.ceil(total / 8), 4 * len(members))
    assert decode_set(encoding, memoryview(data), total).tolist() == sorted(members)


def test_few_keep_their_order() -> None:
    assert decode_set(*encode_set([7, 3], 1000), 1000).tolist() == [7, 3]


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("ids", b"abc"),
        ("ids", np.uint32(36).tobytes()),
        ("bitset", b"a"),
        ("bitset", b"\xff" * 5),
        (None, b""),
        ([], b""),
    ],
)
def test_a_bad_set_is_refused(encoding: object, data: bytes) -> None:
    with pytest.raises(InputError):
        decode_set(encoding, memoryview(data), 36)


def test_large_answers_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_MESSAGE", 10)
    sent: list[tuple[dict, list]] = []
    request = Request("x", 5, 2, {})
    send_answer(
        lambda body, parts: sent.append((body, [bytes(p) for p in parts])),
        request,
        Answer({}, [b"a" * 17, b"b" * 6]),
    )
    assert [len(parts[0]) for body, parts in sent[:-1]] == [10, 10, 3]
    assert all(body == {"chunk": 5} for body, _ in sent[:-1])
    assert sent[-1] == ({"re": 5, "generation": 2, "lengths": [17, 6]}, [])
    assert b"".join(parts[0] for _, parts in sent[:-1]) == b"a" * 17 + b"b" * 6


def test_no_message_of_a_page_is_a_crash(audit, page_of) -> None:
    page = page_of(NeuronGallery(audit))
    operations = sorted(AuditWidget._operations | NeuronGallery._operations)

    @settings(max_examples=150, deadline=None)
    @given(
        JSON, st.dictionaries(st.sampled_from(ARGUMENTS), JSON), st.lists(st.binary(max_size=9), max_size=2)
    )
    def fuzz(content: object, arguments: dict, buffers: list[bytes]) -> None:
        page.said.clear()
        page.tell(content, [memoryview(part) for part in buffers])
        for number, op in enumerate(operations):
            page.tell(
                {**arguments, "op": op, "id": number, "generation": 1}, [memoryview(b) for b in buffers]
            )
        assert page.widget.wait(20)
        answered = {body.get("re", body.get("err")) for body, _ in page.said if "re" in body or "err" in body}
        assert answered >= set(range(len(operations)))

    fuzz()
    page.said.clear()
    assert page.ask("hello")[0]["about"]["m"] == audit.db.m


@pytest.mark.parametrize(
    "content", [None, 3, [], {}, {"op": 1}, {"op": "nothing", "id": 4}, {"op": "set", "generation": "x"}]
)
def test_what_is_no_request_is_answered_by_an_error(audit, page_of, content) -> None:
    page = page_of(NeuronGallery(audit))
    page.tell(content)
    assert page.widget.wait(20)
    [(body, _)] = page.said
    assert body["err"] == (4 if content == {"op": "nothing", "id": 4} else -1)
    assert body["message"]
