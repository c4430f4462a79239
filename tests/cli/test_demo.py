"""The short form of the lab's audit says what it looked for, what it found and what pruning did."""

from __future__ import annotations

from slens_widgets.lab import demo


def test_the_demo_goes_from_search_to_gates(lab_audit):
    printed = "\n".join(demo.lines(audit=lab_audit))
    for part in (
        "Search:",
        "'ruler': features.",
        "relevance",
        "(trusted, certificate 0.",
        "components: ",
        "share of the relevance: valid ",
        ", both ",
        "Prune these",
        "worst group",
        "Gates, in short",
    ):
        assert part in printed
    assert lab_audit.session.target == "melanoma"
