"""``cxdigest serve``: the worker, until SIGTERM."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from cxdigest import app
from cxdigest.cli.log import show_log
from cxdigest.pipeline import turn
from cxdigest.worker import Worker, clock


def serve(config: Path) -> int:
    """Work with the configuration at *config* until told to stop; return the exit code."""
    settings = app.configuration(config)
    show_log(settings)
    for warning in settings.warnings:
        logging.getLogger(__name__).warning("%s", warning)
    worker = Worker(wake=settings.worker.wake)
    with app.street(settings, clock=clock, stopping=worker.stopping) as street:
        worker.run(partial(turn, street, everything=False))
    return 0
