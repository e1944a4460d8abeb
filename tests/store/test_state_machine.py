"""What holds of the store in whatever order things happen; ``make fuzz`` tries for long.

``CXDIGEST_EXAMPLES`` says how many stories each database is told, fifteen without it.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.store.state_machine import StoreMachine

EXAMPLES = int(os.environ.get("CXDIGEST_EXAMPLES", "15"))
STEPS = 40


def test_the_store_does_as_its_model_whatever_happens_in_whatever_order(store):
    class Here(StoreMachine):
        pass

    Here.store = store
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            derandomize=EXAMPLES == 15,
            phases=[Phase.generate, Phase.shrink] if os.environ.get("CXDIGEST_SHRINK") else [Phase.generate],
        ),
    )
