"""The one object a user holds, and what it is given and gives back."""

from __future__ import annotations

from slens_widgets.analyses.evaluation import Metrics
from slens_widgets.audit.audit import Audit
from slens_widgets.audit.comparison import Comparison, compare
from slens_widgets.audit.correct import Correction
from slens_widgets.audit.evaluation import Evaluation
from slens_widgets.audit.leaderboard import leaderboard
from slens_widgets.audit.pruning import PruningResult

__all__ = [
    "Audit",
    "Comparison",
    "Correction",
    "Evaluation",
    "Metrics",
    "PruningResult",
    "compare",
    "leaderboard",
]
