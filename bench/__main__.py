"""``make bench``: every table, or ``python -m bench feeds mails commands`` for some."""

from __future__ import annotations

import sys

from bench import commands, feeds, mails

TABLES = {"feeds": feeds.table, "mails": mails.table, "commands": commands.table}

for name in sys.argv[1:] or TABLES:
    TABLES[name]()
