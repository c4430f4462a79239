"""Trails: what was asked, selected and pruned in an audit, step by step, kept beside the database."""

from slens_widgets.trails.files import check_name, find_trail, list_trails, read_trail, trail_path
from slens_widgets.trails.keeper import UNNAMED, Keeper
from slens_widgets.trails.steps import Result, Step, as_python

__all__ = [
    "UNNAMED",
    "Keeper",
    "Result",
    "Step",
    "as_python",
    "check_name",
    "find_trail",
    "list_trails",
    "read_trail",
    "trail_path",
]
