"""The style sheet of the console: each room styles classes of its own, and no other room's."""

from __future__ import annotations

import re

from cxdigest.web.assets import asset

#: What stands first in a selector names what it is about.
_CLASS = re.compile(r"(?:^|[{},]\s*)[a-z0-9]*\.([\w-]+)")
#: Headings of the sheet's beginning, which all pages share.
_SHARED = ("The console", "the top", "sheets and rows", "kinds", "forms", "tables")


def test_no_room_changes_how_anothers_pages_look():
    owners: dict[str, set[str]] = {}
    room = ""
    for line in asset("console.css").decode().splitlines():
        if heading := re.match(r"/\* (.+) \*/$", line):
            room = "" if heading[1].startswith(_SHARED) else heading[1]
        for name in _CLASS.findall(line):
            owners.setdefault(name, set()).add(room)
    assert {name: rooms for name, rooms in owners.items() if len(rooms) > 1} == {}
