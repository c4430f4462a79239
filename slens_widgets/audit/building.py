"""A database built together with what its first readers would wait for: scores, layout, meanings."""

from __future__ import annotations

import functools
from typing import Any

from slens_widgets.audit.clusters import p_values
from slens_widgets.audit.layout import coordinates
from slens_widgets.audit.tables import score_table
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.core import build as core_build
from slens_widgets.core.progress import Stages
from slens_widgets.types import Progress
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)


def prepare(db: ConceptDB, progress: bool | Progress = True) -> None:
    """Compute what a database lacks of scores, layout and meanings, and keep it there."""
    with Stages(progress).stage("lay out", 3, "step") as advance:
        score_table(db)
        advance(1)
        coordinates(db)
        advance(1)
        p_values(db)
        advance(1)


@functools.wraps(core_build.build)
def build(*args: Any, **kwargs: Any) -> ConceptDB:
    """Build the database, prepared before it is seen: the work of `core.build`, which knows no analyses."""

    def finish(db: ConceptDB) -> None:
        try:
            prepare(db, kwargs.get("progress", True))
        except Exception:
            # The database is whole without; its first reader computes them then.
            logger.warning(
                "scores, layout or meanings of %s are left to its first reader", db.path, exc_info=True
            )

    return core_build.build(*args, **{"finish": finish, **kwargs})
