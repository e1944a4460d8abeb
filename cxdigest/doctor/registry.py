"""The checks in the order of the report; a new one is a file and a line here."""

from __future__ import annotations

from cxdigest.doctor import (
    clock,
    configuration,
    disk,
    domain,
    feeds,
    lookups,
    mailboxes,
    mounts,
    people,
    permissions,
    public,
    sending,
    store,
    stored,
    tls,
    tokens,
    version,
    writable,
)
from cxdigest.doctor.line import Check

CHECKS: tuple[Check, ...] = (
    version.CHECK,
    configuration.CHECK,
    store.CHECK,
    mounts.CHECK,
    writable.CHECK,
    disk.CHECK,
    permissions.CHECK,
    clock.CHECK,
    people.CHECK,
    lookups.CHECK,
    tls.CHECK,
    mailboxes.CHECK,
    sending.CHECK,
    tokens.CHECK,
    feeds.CHECK,
    stored.WORK,
    stored.SILENT,
    stored.SIZE,
    domain.CHECK,
    public.CHECK,
)
