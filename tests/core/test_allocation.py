from __future__ import annotations

import platform
import resource

import pytest
import torch

from slens_widgets.core import allocation
from slens_widgets.core.allocation import keeping_pages
from tests.interrupting import Interrupts, lines_of

BLOCK = 48 << 20


def faults() -> int:
    """Return the page faults of blocks that are filled and freed in turn."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(12):
        torch.ones(BLOCK, dtype=torch.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="thresholds of glibc")
def test_freed_blocks_are_used_again_without_asking_the_system() -> None:
    usual = faults()
    with keeping_pages():
        with keeping_pages():
            faults()
        kept = faults()
    after = faults()
    assert kept < usual / 4
    assert after > 4 * max(kept, 1)


def test_an_interrupt_at_any_line_leaves_no_user() -> None:
    def use() -> None:
        with keeping_pages():
            pass

    whole = lines_of(use, "core/allocation.py")
    assert whole >= 15
    interrupted = [Interrupts(n, "core/allocation.py").run(use) for n in range(1, whole + 1)]
    assert all(interrupted)
    assert allocation._users == set()
