"""``cxdigest serve`` kept running by the system itself: systemd, launchd or the Task Scheduler.

``program.py`` says what is kept running, ``unit.py``, ``agent.py`` and ``task.py`` write what each
system reads (pure), ``systemd.py``, ``launchd.py`` and ``windows.py`` ask the system by its own
commands, which are given to them.
"""

from __future__ import annotations

from cxdigest.service.keeper import Keeper, Ran, Run, Standing
from cxdigest.service.launchd import Launchd
from cxdigest.service.program import Program
from cxdigest.service.systemd import Systemd
from cxdigest.service.windows import TaskScheduler

__all__ = [
    "Keeper",
    "Launchd",
    "Program",
    "Ran",
    "Run",
    "Standing",
    "Systemd",
    "TaskScheduler",
]
