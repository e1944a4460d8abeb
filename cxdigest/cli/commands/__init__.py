"""What the commands are called and which options they take, a module for each group of them.

Nothing but declarations: the bodies stand in the rooms of ``cxdigest.cli`` and are imported when
they are called, so that ``--help`` starts fast. A new command is one function here and one
body there.
"""

from __future__ import annotations

from cxdigest.cli.commands import (
    backups,
    beginnings,
    deliveries,
    demos,
    feedback,
    feeds,
    imports,
    postings,
    profiles,
    quarantine,
    reviews,
    rules,
    services,
    stores,
    street,
    users,
)

#: In the order of the help; those without a name stand at the top level.
GROUPS = (
    ("", beginnings.group),
    ("", demos.group),
    ("", street.group),
    ("", stores.group),
    ("deliveries", deliveries.group),
    ("quarantine", quarantine.group),
    ("", postings.group),
    ("rules", rules.group),
    ("feedback", feedback.group),
    ("profile", profiles.group),
    ("feed", feeds.group),
    ("review", reviews.group),
    ("user", users.group),
    ("import", imports.group),
    ("service", services.group),
    ("", backups.group),
)
