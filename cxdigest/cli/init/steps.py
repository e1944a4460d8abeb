"""The questions of ``cxdigest init`` in their order; each takes what is answered and adds to it."""

from __future__ import annotations

from dataclasses import replace

from cxdigest.cli.init.given import preset_given
from cxdigest.cli.init.login import Login
from cxdigest.cli.init.walk import Walk
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked, ngettext
from cxdigest.setup import answers as answered
from cxdigest.setup import tries, written
from cxdigest.setup.answers import Account, Answers
from cxdigest.setup.presets import PRESETS, Preset, preset_for

_MAILBOX = marked(
    "In which mailbox do your job alerts arrive? cxdigest only reads it: nothing in it is changed, "
    "marked as read or deleted."
)
_FEEDS = marked(
    "Do you have Google Alerts as feeds? Paste their addresses, one a line. At google.com/alerts "
    "the pencil beside an alert leads to “Deliver to: RSS feed”; then copy the link of the orange "
    "feed sign. Enter alone goes on."
)


def you(walk: Walk) -> Answers:
    """Ask who gets the digest, and where they live."""
    talk, given = walk.talk, walk.given
    if not (given.name and given.time_zone):
        talk.heading(_("1 of 4: You"))
    if given.name:
        name = answered.one_line("--name", given.name)
    else:
        name = talk.ask(
            _("Your name, as the digest says it"),
            lambda typed: answered.one_line(_("a name"), typed),
        )
    if given.time_zone:
        zone = answered.zone(given.time_zone)
    elif walk.zone:
        zone = walk.zone
        talk.say(_("Your time zone is {zone}, as this computer says.", zone=zone))
    else:
        zone = talk.ask(
            _("Your time zone; your country, or a large city near you, as London"), answered.zone
        )
        talk.say(_("Your time zone is {zone}.", zone=zone))
    return Answers(name=name, zone=zone)


def mailbox(walk: Walk, answers: Answers) -> tuple[Answers, str]:
    """Ask for the mailbox, log in and look whose alerts are there; also return its address."""
    talk, given = walk.talk, walk.given
    talk.heading(_("2 of 4: Your job alerts"))
    if given.alerts:
        answers = replace(answers, alerts=answered.folder_of_alerts(given.alerts))
    if not given.reads_a_mailbox or (not talk.asks and not given.address):
        return answers, ""
    if not given.address:
        talk.say(_(_MAILBOX))
    address = given.address and answered.address("--address", given.address)
    while True:
        address = address or talk.ask(_("Its mail address (Enter: I have none)"), _address_or_none)
        if not address:
            return answers, ""
        preset = _provider(walk, address)
        if not preset.by_token:
            break
        chosen = given.client_id or _token_or_another(walk, preset)
        if chosen is None:
            return answers, ""
        if chosen:
            return _by_token(walk, answers, preset, address, chosen), address
        address = ""
    return _read(walk, replace(answers, provider=preset.key), preset, address), address


def _address_or_none(typed: str) -> str:
    return answered.address(_("that"), typed) if typed else ""


def _provider(walk: Walk, address: str) -> Preset:
    preset = preset_given(walk.given, address)
    if walk.given.provider or preset.key != "other" or not walk.talk.asks or walk.given.imap.host:
        return preset
    walk.talk.say(_("Who runs the mail of {value}?", value=address.rpartition("@")[2]))
    every = tuple(PRESETS.values())
    chosen = walk.talk.choose(
        _("Type its number"), [one.name for one in every], usual=every.index(PRESETS["other"])
    )
    return every[chosen]


def _token_or_another(walk: Walk, preset: Preset) -> str | None:
    """Return a client id, ``""`` for another mailbox, or None for none."""
    talk = walk.talk
    talk.say(preset.takes)
    for note in preset.notes:
        talk.say(f"* {note}", indent="  ")
    chosen = talk.choose(
        _("Which shall it be"),
        (
            _("I name another mailbox, to which my alerts are forwarded"),
            _("I have registered an app at Microsoft and know its client id"),
            _("I go on without a mailbox"),
        ),
    )
    if chosen == 1:
        return talk.ask(
            _("Its client id"), lambda typed: answered.one_line(_("the client id"), typed)
        )
    return None if chosen else ""


def _by_token(
    walk: Walk, answers: Answers, preset: Preset, address: str, client_id: str
) -> Answers:
    assert preset.imap is not None, "a provider that takes tokens is known"
    given, usual = walk.given, preset.imap
    account = answered.by_token(
        host=usual.host,
        port=usual.port,
        security=usual.security,
        user=given.imap.user or address,
        client_id=client_id,
    )
    walk.talk.say(_("This login is made at the end; until then the mailbox cannot be looked into."))
    return replace(
        answers,
        provider=preset.key,
        mailbox=account,
        folder=given.folder or answers.folder,
        senders=given.senders,
    )


def _read(walk: Walk, answers: Answers, preset: Preset, address: str) -> Answers:
    talk, given = walk.talk, walk.given
    login = Login(
        talk=talk,
        what=_("reading mail (IMAP)"),
        preset=preset,
        usual=preset.imap,
        guess=f"imap.{address.rpartition('@')[2]}",
        usual_port="993",
        given=given.imap,
        option="--password-file",
        without=_("Go on without this mailbox"),
        tried=lambda account, folder: tries.look(account, folder, now=walk.clock()),
    )
    opened = login.open(address, folder=given.folder or answers.folder)
    if opened is None:
        return replace(answers, provider="")
    draft, account, found = opened
    folder, found = _better_folder(walk, account, draft.folder, found)
    answers = replace(answers, mailbox=account, folder=folder)
    return replace(answers, senders=_senders(walk, found))


def _better_folder(
    walk: Walk, account: Account, folder: str, found: tries.Found
) -> tuple[str, tries.Found]:
    """Return the folder and what is in it, after another one was asked for where nothing is."""
    talk, given = walk.talk, walk.given
    while talk.asks and not (found.senders or given.folder or given.senders or given.all_senders):
        known = (
            _(", but none by a sender of job alerts that cxdigest knows") if found.looked_at else ""
        )
        talk.say(
            _(
                "The login works. {folder} has {looked_at} of the last 30 days{known}. "
                "Do your alerts arrive in another folder? (In Gmail a label is a "
                "folder.)",
                folder=folder,
                looked_at=_mails(found.looked_at),
                known=known,
            )
        )
        another = talk.ask(_("Its name (Enter: no, read this one)"), str)
        if not another:
            break
        try:
            found = tries.look(account, another, now=walk.clock())
            folder = another
        except WrongUseError as error:
            talk.complain(error)
    return folder, found


def _senders(walk: Walk, found: tries.Found) -> tuple[str, ...]:
    talk, given = walk.talk, walk.given
    looked = _mails(found.looked_at)
    if given.senders or given.all_senders:
        talk.say(_("The login works; {looked} came in the last 30 days.", looked=looked))
        return () if given.all_senders else given.senders
    if not found.senders:
        talk.say(
            _(
                "Among {looked} of the last 30 days none is by a sender that cxdigest "
                "knows, so it will read every mail in the folder, and take from it "
                "what is a job alert.",
                looked=looked,
            )
        )
        return ()
    talk.say(
        _(
            "The login works. Among the {looked} of the last 30 days these bring job alerts:",
            looked=looked,
        )
    )
    width = max(len(one.host) for one in found.senders)
    for number, one in enumerate(found.senders, start=1):
        print(f"  {number}. {one.host:<{width}}  {_mails(one.mails)}")
    hosts = tuple(one.host for one in found.senders)
    if not talk.asks:
        return hosts
    talk.say(_("To choose, type their numbers, as 1 3; with 0 every mail in the folder is read."))
    return talk.ask(
        _("Which shall be read (Enter: all of these)"), lambda typed: _chosen(typed, hosts)
    )


def _mails(number: int) -> str:
    return ngettext("{n} mail", "{n} mails", number) if number else _("no mails")


def _chosen(typed: str, hosts: tuple[str, ...]) -> tuple[str, ...]:
    numbers = typed.replace(",", " ").split()
    if not numbers:
        return hosts
    if numbers == ["0"]:
        return ()
    known = {str(number): host for number, host in enumerate(hosts, start=1)}
    if any(one not in known for one in numbers):
        raise WrongUseError(
            _("type numbers from 1 to {hosts} with blanks between, or 0", hosts=len(hosts))
        )
    return tuple(host for number, host in known.items() if number in numbers)


def feeds(walk: Walk, answers: Answers) -> Answers:
    """Ask for feeds, and say of each what it is."""
    talk, given = walk.talk, walk.given
    if given.feeds:
        taken = answered.feeds("\n".join(given.feeds))
        for one in taken:
            _ask_feed(walk, one)
        return replace(answers, feeds=taken)
    if not talk.asks:
        return answers
    talk.say()
    talk.say(_(_FEEDS))
    found: tuple[str, ...] = ()
    while True:
        typed = talk.ask(_("Address of a feed (Enter: no more)"), answered.feeds)
        for one in typed:
            if one in found:
                continue
            try:
                _ask_feed(walk, one)
                found = answered.feeds("\n".join((*found, one)))
            except WrongUseError as error:
                talk.complain(error)
        answers = replace(answers, feeds=found)
        if not typed and written.source_names(answers):
            return answers
        if not typed:
            talk.say(_("There is nothing to read yet: name a feed here, or stop with Ctrl-C."))


def _ask_feed(walk: Walk, url: str) -> None:
    feed = tries.ask(url, walk.http, now=walk.clock())
    walk.talk.say(
        ngettext(
            "{feed}: {n} entry now.",
            "{feed}: {n} entries now.",
            feed.entries,
            feed=feed.title or url,
        ),
        indent="  ",
    )


def sending(walk: Walk, answers: Answers) -> Answers:
    """Ask when and how the digest comes, and log in where it is sent; *recipient* is a guess."""
    talk, given = walk.talk, walk.given
    if not (given.send_at and given.files):
        talk.heading(_("3 of 4: Your digest"))
    at = given.send_at or "07:00"
    if given.send_at or not talk.asks:
        send_at = answered.moment(at)
    else:
        send_at = talk.ask(_("At what time of day shall it come"), answered.moment, usual=at)
    answers = replace(answers, send_at=send_at)
    as_files = replace(answers, sending=None, recipient="")
    by_mail = bool(given.to or given.smtp.host)
    if given.files:
        return as_files
    if talk.asks and not by_mail:
        ways = (_("By mail"), _("As files on this computer; nothing is ever sent"))
        if talk.choose(_("How shall it come"), ways) == 1:
            return as_files
    if given.to:
        recipient = answered.address("--to", given.to)
    else:
        recipient = talk.ask(
            _("To which mail address"),
            lambda typed: answered.address(_("that"), typed),
            usual=answers.recipient,
        )
    account = _sender(walk, answers, recipient)
    return replace(answers, recipient=recipient, sending=account) if account else as_files


def _sender(walk: Walk, answers: Answers, recipient: str) -> Account | None:
    """Return the account that sends; None: digests are files after all."""
    box = answers.mailbox
    if box is None:
        address, preset = recipient, preset_given(walk.given, recipient)
        while preset.by_token and walk.talk.asks and not walk.given.smtp.host:
            walk.talk.say(preset.takes)
            address = walk.talk.ask(
                _("Mail address of another account that sends it (Enter: files instead)"),
                _address_or_none,
            )
            if not address:
                return None
            preset = preset_for(address)
    else:
        address = box.user if "@" in box.user else answers.recipient
        preset = PRESETS[answers.provider]
    if box is not None and box.client_id and not walk.given.smtp.host:
        assert preset.smtp is not None, "a provider that takes tokens is known"
        return replace(
            box, host=preset.smtp.host, port=preset.smtp.port, security=preset.smtp.security
        )
    host = box.host if box else f"imap.{address.rpartition('@')[2]}"
    login = Login(
        talk=walk.talk,
        what=_("sending mail (SMTP)"),
        preset=preset,
        usual=preset.smtp,
        guess=f"smtp.{host.partition('.')[2]}" if host.startswith("imap.") else host,
        usual_port="587",
        given=walk.given.smtp,
        option="--smtp-password-file",
        aside=_(" to send; no mail is sent now"),
        without=_("Have digests as files in place of mails"),
        tried=lambda account, _: tries.greet(
            account, account.user if "@" in account.user else recipient
        ),
    )
    opened = login.open(address, password=box.password if box else "")
    return opened[1] if opened else None
