"""``cxdigest serve``: the worker, until SIGTERM."""

from __future__ import annotations

import logging
import sys
from functools import partial
from pathlib import Path

from cxdigest import app
from cxdigest.pipeline import turn
from cxdigest.worker import Worker, clock


def serve(config: Path) -> int:
    """Work with the configuration at *config* until told to stop; return the exit code."""
    settings = app.configuration(config)
    logging.basicConfig(
        stream=sys.stderr,
        level=settings.log.level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # The scheduler reports each of its own steps at INFO, which drowns what the worker did.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    worker = Worker(wake=settings.worker.wake)
    with app.street(settings, clock=clock, stopping=worker.stopping) as street:
        worker.run(partial(turn, street, everything=False))
    return 0
