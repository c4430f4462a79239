"""Search, scores, layout and import: what someone at a notebook waits for.

    python benchmarks/search.py [--sizes 10000 100000 1000000] [--dim 512] [--rounds 7] [--components 2048]

Cosine is the whole of `analyses.search.cosine` for one query, the lengths of θ known as a database knows
them; beside it the bare matrix product, and NumPy's float16 arithmetic at the smallest size. Polysemanticity
is `analyses.scores.polysemanticity` beside `semanticlens` 0.2.1 on the same embeddings (a few of its
components, since its loop costs the same for each), alternately. Layouts are made in fresh processes, beside
umap-learn as it comes, because compilation is most of it. The section "Search and scores" of RESULTS.md is
rewritten.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
import torch
from results import write_section

from slens_widgets.analyses.scores import clarity, polysemanticity, redundancy
from slens_widgets.analyses.search import best, cosine, norms

GOALS = {10_000: 0.5, 100_000: 10, 1_000_000: 90}
"""Milliseconds for a query, at 512 dimensions."""
LAYOUT = """
import time
begin = time.perf_counter()
import numpy as np
theta = np.random.default_rng(0).standard_normal(({n}, 512)).astype(np.float32)
theta += np.repeat(np.random.default_rng(1).standard_normal(({n} // 20, 512)).astype(np.float32), 20, axis=0)
from {module} import {name} as make
made = time.perf_counter()
{call}
first = time.perf_counter()
{call}
print(first - made, time.perf_counter() - first)
"""
WAYS = {
    "this": ("slens_widgets.analyses.projection", "project", "make(theta)"),
    "umap-learn": ("umap", "UMAP", "make(metric='cosine', random_state=0, n_jobs=1).fit_transform(theta)"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--components", type=int, default=2048, help="components with 30 examples each")
    parser.add_argument("--peer-components", type=int, default=64, help="how many of them the peer scores")
    parser.add_argument("--layouts", type=int, nargs="*", default=[2_000, 10_000])
    arguments = parser.parse_args()
    parts = [
        cosines(arguments.sizes, arguments.dim, arguments.rounds),
        scores(arguments.components, arguments.peer_components, arguments.dim, arguments.rounds),
        layouts(arguments.layouts),
        imports(arguments.rounds),
    ]
    text = "\n\n".join(parts)
    print(text)
    write_section("search", "Search and scores", text)
    return 0


def medians(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each way, over rounds that alternate, after one that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, run in ways.items():
            begin = time.perf_counter()
            run()
            if number:
                seconds[name].append(time.perf_counter() - begin)
    return {name: statistics.median(times) for name, times in seconds.items()}


def cosines(sizes: list[int], dim: int, rounds: int) -> str:
    lines = [
        f"Cosine of one query with θ ({dim} dimensions, float32), ms, and the best 100 of the scores:",
        "",
        "| components | cosine | goal | bare product | best 100 | float16 arithmetic |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    rng = np.random.default_rng(0)
    query = rng.standard_normal((1, dim)).astype(np.float32)
    for n in sizes:
        theta = np.empty((n, dim), np.float32)
        for begin in range(0, n, 50_000):
            rng.standard_normal(dtype=np.float32, out=theta[begin : begin + 50_000])
        lengths = norms(theta)
        found = cosine(query, theta, lengths)[0]
        ways: dict[str, Callable[[], object]] = {
            "cosine": lambda theta=theta, lengths=lengths: cosine(query, theta, lengths),
            "bare": lambda theta=theta: query @ theta.T,
            "best": lambda found=found: best(found, 100),
        }
        if n == min(sizes):
            half = theta.astype(np.float16)
            ways["half"] = lambda half=half: query.astype(np.float16) @ half.T
        seconds = medians(ways, rounds)
        others = [seconds.get(name) for name in ("bare", "best", "half")]
        cells = ["" if each is None else f"{1000 * each:.2f}" for each in others]
        goal = f"{GOALS[n]:g}" if n in GOALS and dim == 512 else ""
        lines.append(f"| {n:,} | {1000 * seconds['cosine']:.2f} | {goal} | {' | '.join(cells)} |")
        del theta, ways
    return "\n".join(lines)


def scores(components: int, few: int, dim: int, rounds: int) -> str:
    from semanticlens.scores import clarity_score, polysemanticity_score, redundancy_score

    rng = np.random.default_rng(0)
    embeddings = rng.standard_normal((components, 30, dim)).astype(np.float32)
    embeddings += rng.standard_normal((components, 1, dim)).astype(np.float32)
    embeddings[::2, 15:] += 2 * rng.standard_normal((len(embeddings[::2]), 1, dim)).astype(np.float32)
    theta = embeddings.mean(axis=1)
    given = torch.from_numpy(embeddings)
    rows = []
    for name, ours, theirs, scale in (
        (
            "polysemanticity",
            lambda: polysemanticity(embeddings),
            lambda: polysemanticity_score(given[:few]),
            components / few,
        ),
        ("clarity", lambda: clarity(embeddings), lambda: clarity_score(given), 1.0),
        ("redundancy", lambda: redundancy(theta), lambda: redundancy_score(torch.from_numpy(theta)), 1.0),
    ):
        found = medians({"ours": ours, "theirs": theirs}, max(1, rounds // 2))
        mine, other = found["ours"], found["theirs"] * scale
        note = "" if scale == 1 else f" (from {few} components)"
        rows.append(f"| {name} | {mine:.3f} | {other:.3f}{note} | {other / mine:.1f}× |")
    head = [
        f"Scores of {components:,} components with 30 examples of {dim} dimensions, seconds:",
        "",
        "| | this | semanticlens | ratio |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


def layouts(sizes: list[int]) -> str:
    lines = [
        "Layout of components in a fresh process, seconds; the second time nothing is compiled any more:",
        "",
        "| components | this | again | umap-learn's default | again |",
        "| --- | --- | --- | --- | --- |",
    ]
    for n in sizes:
        cells: list[str] = []
        for module, name, call in WAYS.values():
            code = LAYOUT.format(n=n, module=module, name=name, call=call)
            cells += [f"{float(each):.1f}" for each in fresh(code).split()]
        lines.append(f"| {n:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def imports(rounds: int) -> str:
    code = (
        "import time; start = time.perf_counter(); import slens_widgets; took = time.perf_counter() - start;"
    )
    code += "import sys; assert not {'torch', 'numba', 'umap'} & set(sys.modules); print(took)"
    took = 1000 * statistics.median(float(fresh(code)) for _ in range(rounds))
    return f"`import slens_widgets`: {took:.0f} ms (goal 500), without torch, numba or umap."


def fresh(code: str) -> str:
    """Return what Python code prints in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
