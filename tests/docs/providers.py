"""``docs/reference/providers.md``: what set-up knows of mail providers."""

from __future__ import annotations

from cxdigest.setup.presets import PRESETS, Server

_BEGIN = """# Mail providers

This page is made from what set-up in the browser fills in, as the providers' own help pages had it on the day that is
named. Your provider's page is right where the two differ. For one that is not listed, its help names the servers for
IMAP and SMTP.

| provider | reading (`type: mailbox`) | sending (`type: smtp`) | the password | known on |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    rows, notes = "", ""
    for one in PRESETS.values():
        if one.imap is None or one.smtp is None:
            continue
        made = f" You make it at [{_host(one.page)}]({one.page})." if one.page else ""
        rows += f"| {one.name} | {_server(one.imap)} | {_server(one.smtp)} | {one.takes}{made} | {one.known} |\n"
        if one.notes:
            notes += f"\n## {one.name}\n\n" + "".join(f"* {note}\n" for note in one.notes)
    return f"{_BEGIN}{rows}{notes}"


def _server(server: Server) -> str:
    return f"`{server.host}`, port {server.port}, `{server.security}`"


def _host(address: str) -> str:
    return address.removeprefix("https://").partition("/")[0]
