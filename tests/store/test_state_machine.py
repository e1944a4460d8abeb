"""What holds of the store in whatever order things happen; ``make fuzz`` tells long stories.

``CXDIGEST_STORIES`` says how many of them each database is told; without it a few, the same ones
every time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.store.state_machine import StoreMachine

STORIES = int(os.environ.get("CXDIGEST_STORIES", "0"))
SHORT = settings(
    max_examples=STORIES or 8,
    stateful_step_count=50 if STORIES else 30,
    deadline=None,
    database=None,
    derandomize=not STORIES,
    # A story is made shorter where somebody waits for it; in CI its end alone is told.
    phases=[Phase.generate, Phase.shrink] if STORIES else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_store_does_as_its_model_whatever_happens_in_whatever_order(store):
    class Here(StoreMachine):
        pass

    Here.store = store
    run_state_machine_as_test(Here, settings=SHORT)
