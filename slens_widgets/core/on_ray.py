"""The shards of a build on a Ray cluster, through Ray Data. Ray is imported here only, if it is chosen."""

from __future__ import annotations

import logging
import os
import pickle
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

from slens_widgets.core.allocation import keeping_pages
from slens_widgets.core.executors import Job, Spread
from slens_widgets.errors import InputError, ModelError
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

_WORKERS_LOG = "slens_widgets"


@contextmanager
def connected(device: torch.device, sent: Mapping[str, Any]) -> Iterator[Spread]:
    """Use the Ray cluster that this process is connected to, else what `ray.init` finds, else start one.

    What is started runs on this machine until the build ends, and opens ports of Ray's own on it.

    Raises
    ------
    ModelError
        Ray is not installed, or its cluster can't be reached.
    InputError
        Something in `sent` can't be pickled, or no machine of the cluster has room for a worker.
    """
    ray = _ray()
    for name, what in sent.items():
        _pickled(name, what)
    ours = not ray.is_initialized()
    if ours:
        # Nothing leaves the machine: Ray would report how it is used.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.WARNING)
        except Exception as error:  # it raises that itself, when a start takes long
            at = os.environ.get("RAY_ADDRESS")
            raise ModelError(
                f"Ray can't be {f'reached at {at!r}' if at else 'started or reached'}: {str(error)[:300]}",
                next_step="Call ray.init(…) first, or set RAY_ADDRESS to a running cluster or to 'local'",
            ) from error
    try:
        # Sums are rounded in an order that depends on the number of threads, so it is the same everywhere.
        threads = torch.get_num_threads()
        workers = _workers(ray.nodes(), device, threads)

        def spread(job: Job, shards: Sequence[Any]) -> Iterator[Any]:
            return _spread(job, shards, device, threads, workers)

        yield spread
    finally:
        if ours:
            ray.shutdown()


def _ray() -> Any:
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ModelError(
            f"executor='ray' needs Ray, which can't be imported ({error})",
            next_step="pip install 'slens-widgets[ray]', or executor='local'",
        ) from error
    return ray


def _workers(nodes: Sequence[Mapping[str, Any]], device: torch.device, threads: int) -> int:
    """Return how many workers fit into a cluster."""
    what, each = ("GPU", 1) if device.type == "cuda" else ("CPU", threads)
    found = [int(node["Resources"].get(what, 0)) for node in nodes if node["Alive"]]
    workers = sum(have // each for have in found)
    if not workers:
        raise InputError(
            f"No machine of the Ray cluster has {each} {what} for a worker (at most {max([0, *found])})",
            expected="workers that compute as this process does, for the same result",
            next_step="Connect to another cluster"
            if what == "GPU"
            else "Call torch.set_num_threads with at most as many, or connect to another cluster",
        )
    return workers


def _pickled(name: str, what: Any) -> bytes:
    from ray import cloudpickle

    try:
        return bytes(cloudpickle.dumps(what))
    except Exception as error:  # whatever an object's own __reduce__ and __getstate__ raise
        kind = ModelError if name in ("model", "foundation_model") else InputError
        raise kind(
            f"{name} ({type(what).__name__}) can't be sent to Ray's workers: {type(error).__name__}: {error}",
            expected="something that can be pickled: without locks, connections or generators",
            next_step="Make it of parts that can, or build with executor='local'",
        ) from error


def _spread(
    job: Job, shards: Sequence[Any], device: torch.device, threads: int, workers: int
) -> Iterator[Any]:
    if not shards:
        return
    import ray

    parts = {name: _pickled(name, what) for name, what in vars(job).items()}
    # In a list Ray hands the reference on as it is, and each worker looks it up once.
    sent = [ray.put((type(job), parts))]
    items = [{"shard": pickle.dumps(shard)} for shard in shards]
    dataset = ray.data.from_items(items, override_num_blocks=len(items))
    dataset.context.enable_progress_bars = False
    dataset.context.execution_options.preserve_order = True
    dataset.context.execution_options.verbose_progress = False
    size = min(workers, len(shards))
    gpu = device.type == "cuda"
    answers = dataset.map_batches(
        _Worker,
        fn_constructor_args=(sent, threads),
        batch_size=1,
        num_cpus=1 if gpu else threads,
        num_gpus=1 if gpu else None,
        compute=ray.data.ActorPoolStrategy(size=size, max_tasks_in_flight_per_actor=2),
    ).iter_rows()
    said: set[str] = set()
    with _quiet("ray.data"):
        for row in answers:
            answer = pickle.loads(row["answer"])
            for level, message in answer["said"]:
                if message not in said:
                    said.add(message)
                    logger.log(level, message)
            if "error" in answer:
                raise answer["error"]
            yield answer["result"]


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep what a library has to say about its own work from the user's screen."""
    told = logging.getLogger(name)
    before = told.level
    told.setLevel(logging.WARNING)
    try:
        yield
    finally:
        told.setLevel(before)


class _Said(logging.Handler):
    """Keeps warnings, to be said where the build was called."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append((record.levelno, record.getMessage()))


class _Worker:
    """Computes shards of one job, in a process of Ray's."""

    def __init__(self, sent: list[Any], threads: int) -> None:
        self._sent, self._threads = sent, threads
        self._stack = ExitStack()
        self._run: Callable[[Any], Any] | None = None

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[bytes]]:
        handler = _Said()
        logging.getLogger(_WORKERS_LOG).addHandler(handler)
        answer: dict[str, Any] = {}
        try:
            torch.set_num_threads(self._threads)
            run = self._run or self._begun()
            answer["result"] = run(pickle.loads(batch["shard"][0]))
        except Exception as error:
            error.add_note(f"In a worker of Ray's:\n{traceback.format_exc()}")
            answer["error"] = sendable(error)
        finally:
            logging.getLogger(_WORKERS_LOG).removeHandler(handler)
        answer["said"] = handler.found
        return {"answer": [pickle.dumps(answer, protocol=5)]}

    def _begun(self) -> Callable[[Any], Any]:
        import ray

        kind, parts = ray.get(self._sent[0])
        job = kind(**{name: pickle.loads(part) for name, part in parts.items()})
        self._stack.enter_context(keeping_pages())
        self._run = self._stack.enter_context(job.opened())
        return self._run


def sendable(error: Exception) -> Exception:
    """Return the error itself if it can be pickled, else one that tells about it."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return ModelError(f"{type(error).__name__} in a worker of Ray's: {traceback.format_exc()}")
    return error
