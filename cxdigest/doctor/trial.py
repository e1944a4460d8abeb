"""A mail to try: what is sent, where it is looked for, what is made of how it came. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cxdigest.config import Config, MailboxConfig
from cxdigest.doctor.line import Line, failed, ok, unchecked, warning
from cxdigest.extract.mails.authenticity import Checked
from cxdigest.language import _, marked, spoken
from cxdigest.model import Delivery, Recipient, Rendered
from cxdigest.text import edition_mark

#: Names of folders for spam, where a server does not mark them (RFC 6154).
_SPAM = frozenset({
    "junk", "spam", "junk e-mail", "junk email", "junk-e-mail", "bulk", "bulk mail",
    "spamverdacht", "spam-verdacht", "unerwünscht", "courrier indésirable", "indésirables",
    "correo no deseado", "posta indesiderata", "skräppost", "ongewenste e-mail",
})  # fmt: skip
_MARKS = frozenset({"\\junk", "\\spam"})
_CLOSED = frozenset({"\\noselect", "\\nonexistent"})
_WELL, _DOUBTFUL = "pass", frozenset({"none", "neutral", "softfail", "temperror", "policy", ""})
_PUBLISH = marked("see the lines of the sender's domain: cxdigest doctor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """Where a mail was found."""

    folder: str
    spam: bool
    after: float  #: seconds after it was sent
    checked: Checked | None  #: what its receiver found; None: nobody can be believed


def delivery(
    profile: str, recipient: Recipient, *, identity: str, secret: str, now: datetime, day: date
) -> Delivery:
    """Return the mail for *recipient*; *identity* and *secret* are 32 hex digits each.

    It stands under no profile's own name: in a folder it must not take the place of a digest.
    """
    stream = f"test/{profile}"
    return Delivery(
        id=identity,
        digest_id="",
        profile=stream,
        day=day,
        channel=recipient.channel,
        recipient=recipient.address,
        message_id=f"<{identity}.{secret}@cxdigest.invalid>",
        made=now,
        attempts=1,
        rendered=_rendered(stream, now, day),
    )


def _rendered(stream: str, now: datetime, day: date) -> Rendered:
    lines = (
        _("This is a mail to try whether your digests will arrive. It holds no postings."),
        _(
            "It was made on {day}, at {time} UTC, by: cxdigest send --test",
            day=day.isoformat(),
            time=f"{now:%H:%M}",
        ),
        _("If it lies under spam, mark it there as wanted; the digests will then come through."),
    )
    mark = edition_mark(stream, day)
    shown = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return Rendered(
        subject=_("cxdigest: a mail to try, {time} UTC", time=f"{now:%H:%M}"),
        text="\n\n".join([*lines, mark]) + "\n",
        html=(
            f'<!DOCTYPE html><html lang="{spoken()}"><head><meta charset="utf-8">'
            '<title>cxdigest</title></head><body style="font-family:sans-serif">'
            f'{shown}<p style="color:#666">{mark}</p></body></html>'
        ),
    )


def readers_of(config: Config, recipient: str) -> Iterator[str]:
    """Yield the sources that read the mailbox of *recipient*, a bare address."""
    local, _, domain = recipient.lower().rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    for name, one in config.sources.items():
        if not isinstance(one, MailboxConfig) or not one.enabled:
            continue
        own = one.own_address.lower()
        # A login that is no address may be the part before the @; looking there does no harm.
        if own in {recipient.lower(), plain} or (not own and one.user.lower() in {local, plain}):
            yield name


def folders_to_look_in(folders: Mapping[str, frozenset[str]], wanted: str) -> dict[str, bool]:
    """Return the folders to look in, and whether each is for spam; *wanted* is what is polled."""
    open_ones = {name: flags for name, flags in folders.items() if not flags & _CLOSED}
    spam = [
        name
        for name, flags in open_ones.items()
        if flags & _MARKS or name.replace(".", "/").rpartition("/")[2].casefold() in _SPAM
    ]
    rest = [name for name, flags in open_ones.items() if "\\all" in flags]
    found = dict.fromkeys(spam, True)
    for name in ("INBOX", wanted, *rest):
        found.setdefault(name, False)
    return found


def judge(to: str, landed: Landed | None, *, waited: float) -> Iterator[Line]:
    """Yield what became of the mail *to* somebody, whose mailbox was looked into."""
    if landed is None:
        yield failed(
            to,
            _("it did not arrive within {waited} s", waited=f"{waited:.0f}"),
            _("try a larger --wait, and look for a mail that came back to the sender"),
        )
        return
    if landed.spam:
        yield failed(
            to,
            _("it lies under spam, in {folder}", folder=landed.folder),
            _("mark it there as wanted, and {publish}", publish=_(_PUBLISH)),
        )
    else:
        yield ok(
            to,
            _(
                "arrived in {folder} after {after} s",
                folder=landed.folder,
                after=f"{landed.after:.0f}",
            ),
        )
    yield judge_proof(to, landed.checked)


def judge_proof(to: str, found: Checked | None) -> Line:
    """Say what the receiving server found of who sent the mail."""
    if found is None:
        return unchecked(
            to,
            _("the receiving server wrote no proof that can be believed"),
            _("for a server of your own, name it in the source's authserv"),
        )
    results = {"SPF": found.spf, "DKIM": found.dkim, "DMARC": found.dmarc}
    silent = _("not told")
    told = ", ".join(f"{name} {result or silent}" for name, result in results.items())
    says = _("{told}, says {value}", told=told, value=found.by or _("the receiving server"))
    if found.dmarc == _WELL:
        return ok(to, says)
    if any(one != _WELL and one not in _DOUBTFUL for one in results.values()):
        return failed(to, says, _PUBLISH)
    if _WELL in {found.spf, found.dkim} and "softfail" not in results.values():
        return ok(to, says)
    return warning(to, says, _PUBLISH)
