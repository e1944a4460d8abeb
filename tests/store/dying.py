"""A process that dies in the store: ``python -m tests.store.dying URL WHEN MOMENT SCENE``.

It plays the scene and is killed WHEN ("before" or "after") it executes a statement that begins with
MOMENT.
"""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import event

from cxdigest.store import Store, open_store
from tests.store.world import HOUR, NOW, compose, read, sighting, take_in


def _poll(store: Store) -> None:
    take_in(store, read("a", sighting("A")), cursor={"uid": 2})


def _composition(store: Store) -> None:
    compose(store, "ada@x.example")


def _claims(store: Store) -> None:
    assert store.claim_delivery(now=NOW, lease=HOUR, holder="dead")
    assert store.claim_source("inbox", now=NOW, lease=HOUR, holder="dead")
    _die()


SCENES = {"poll": _poll, "composition": _composition, "claims": _claims}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, when: str, moment: str, scene: str) -> None:
    store = open_store(url)

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(moment):
            _die()

    event.listen(store._database.engine, f"{when}_cursor_execute", look)
    SCENES[scene](store)


if __name__ == "__main__":
    main(*sys.argv[1:])
