"""``make bench``: every table, or ``python -m bench feeds judge`` for some."""

from __future__ import annotations

import sys

from bench import commands, feeds, judge, mails

TABLES = {
    "feeds": feeds.table,
    "mails": mails.table,
    "judge": judge.table,
    "commands": commands.table,
}

if __name__ == "__main__":  # processes that are spawned import this module again
    for name in sys.argv[1:] or TABLES:
        TABLES[name]()
