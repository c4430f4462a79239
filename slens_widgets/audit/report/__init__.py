"""The whole audit for a reviewer, as one page or as JSON."""

from slens_widgets.audit.report.writing import report

__all__ = ["report"]
