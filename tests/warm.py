"""What each of many forked children would do first, done once in the process that forks them.

Rules, templates and statements are compiled by a turn on an installation of its own, which is gone
afterwards. To import ``tests.warmed`` does it too: servers that fork import what they are told to.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cxdigest import app
from cxdigest.config import load
from cxdigest.pipeline import turn
from tests.compiled import share
from tests.ready import compile_templates, put_store

_ALERTS = Path(__file__).parents[1] / "examples" / "alerts"
_CONFIG = f"""
store: {{url: cxdigest.sqlite}}
sources: {{saved: {{type: folder, path: {_ALERTS}, trust: true}}}}
channels: {{out: {{type: folder, path: out}}}}
profiles:
  ada:
    {{name: Ada, sources: [saved], read_pages: false, time_zone: UTC, send_at: "00:00", lookback: 365,
     deliver: [{{channel: out, to: [ada]}}]}}
"""


def _turns(folder: Path) -> None:
    put_store(folder / "cxdigest.sqlite")
    config = folder / "config.yaml"
    config.write_text(_CONFIG)
    with app.street(load(config), clock=lambda: datetime.now(UTC)) as street:
        assert not turn(street, everything=True).failed


def warm() -> None:
    """Do it, in this process and so for all that it forks."""
    share()
    compile_templates()
    with tempfile.TemporaryDirectory() as folder:
        _turns(Path(folder))
