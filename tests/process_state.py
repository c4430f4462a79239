"""What belongs to the process, and to none of the libraries that run in it."""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import threading
import warnings
from typing import Any

import matplotlib
import numpy as np
import torch

_TAKEN = ("KMP_", "TORCHINDUCTOR_")
"""Variables that torch and scikit-learn set for themselves on import."""


def state_of_process() -> dict[str, Any]:
    """Return what using the library must leave alone."""
    return {
        "environment": {key: value for key, value in os.environ.items() if not key.startswith(_TAKEN)},
        "folder": os.getcwd(),
        "generator": random.getstate(),
        "NumPy's generator": repr(np.random.get_state()),  # noqa: NPY002
        "torch's generator": torch.get_rng_state().tolist(),
        "start method": multiprocessing.get_start_method(allow_none=True),
        "backend": matplotlib.rcParams._get_backend_or_none(),
        "settings": dict.__repr__(matplotlib.rcParams),
        "threads": torch.get_num_threads(),
        "flags": [torch.is_grad_enabled(), torch.is_inference_mode_enabled()],
        "module": [torch.nn.Module.__call__, torch.nn.Module.__getattr__],
        "hooks": [sys.excepthook, threading.excepthook, warnings.showwarning, sys.gettrace()],
    }
