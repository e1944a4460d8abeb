"""Where log lines go: standard error, from the level that the configuration names on."""

from __future__ import annotations

import logging
import sys

from cxdigest.config import Config

#: Libraries that report each of their own steps at INFO, which drowns what the worker did.
_TALKATIVE = ("alembic", "apscheduler", "httpcore", "httpx", "procrastinate")


def show_log(config: Config, *, least: int = logging.DEBUG) -> None:
    """Show log lines from the configured level on, but none below *least*."""
    show_log_from(max(least, logging.getLevelNamesMapping()[config.log.level.upper()]))


def show_log_from(level: int) -> None:
    """Show log lines from *level* on."""
    logging.basicConfig(
        stream=sys.stderr,
        level=level,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S",
    )
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
