"""One server that takes a login: what is asked for it, and again where it says no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from cxdigest.cli.init.given import GivenServer, password_from
from cxdigest.cli.init.talk import Talk
from cxdigest.errors import NotLetInError, Refusal, WrongUseError
from cxdigest.language import _
from cxdigest.setup import answers as answered
from cxdigest.setup.answers import Account
from cxdigest.setup.presets import Preset, Server, tidy

Found = TypeVar("Found")

#: What a port says of how it is protected.
_BY_PORT = {"993": "tls", "465": "tls", "143": "starttls", "587": "starttls", "25": "starttls"}
_AGAIN, _CHANGE, _WITHOUT = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A login as it was typed, not yet looked at."""

    host: str
    port: str
    security: str
    user: str
    password: str = field(default="", repr=False)
    certificate: str = ""
    folder: str = ""  #: for reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(Generic[Found]):
    """How one server is asked for and tried."""

    talk: Talk
    what: str  #: is done there: reading mail, sending mail
    preset: Preset
    usual: Server | None  #: as the preset knows it
    guess: str  #: of its host, where no preset knows it
    usual_port: str
    given: GivenServer
    option: str  #: which names the file with its password
    aside: str = ""  #: what else is said while it is tried
    without: str  #: what is done where it is given up, as a choice
    tried: Callable[[Account, str], Found]  #: logs in; raises WrongUseError

    def open(
        self, user: str, *, password: str = "", folder: str = ""
    ) -> tuple[Draft, Account, Found] | None:
        """Return what let us in, and what was found; None: given up.

        *user* and *password* are what is most likely; an empty password is asked for.

        Raises:
            WrongUseError: it said no, and nobody is there to ask again.
        """
        if self.given.password_file:
            password = password_from(self.given.password_file, self.option)
        if not password:
            self._explain()
        draft = self._first(user, folder)
        if not password:
            password = self.talk.ask_secret(
                _("Password for {user} (it is not shown)", user=draft.user)
            )
        draft = replace(draft, password=tidy(self.preset, password))
        while True:
            try:
                account = self._account(draft)
                self.talk.say(
                    _(
                        "Logging in at {host} as {user}{aside} …",
                        host=account.host,
                        user=account.user,
                        aside=self.aside,
                    )
                )
                return draft, account, self.tried(account, draft.folder)
            except WrongUseError as error:
                if not self.talk.asks:
                    raise WrongUseError(self._refusal(error)) from error
                self.talk.say()
                self.talk.say(self._refusal(error), indent="  ")
                self.talk.say()
                again = self._mended(draft, error)
            if again is None:
                return None
            draft = again

    def _first(self, user: str, folder: str) -> Draft:
        host, port = self.given.host, self.given.port
        usual = self.usual if not host else None
        if usual is not None:
            host, port = usual.host, port or str(usual.port)
        host = host or self.talk.ask(
            _("Server for {what}", what=self.what), self._host, usual=self.guess
        )
        port = port or self.talk.ask(_("Its port"), self._port, usual=self.usual_port)
        certificate = self.given.certificate
        if self.preset.key == "proton" and not certificate:
            certificate = self.talk.ask(
                _("Path of the Bridge's cert.pem"),
                lambda typed: answered.certificate(_given(typed)),
            )
        return Draft(
            host=host,
            port=port,
            security=self.given.security or self._security(port, usual),
            user=self.given.user or user,
            certificate=certificate,
            folder=folder,
        )

    def _security(self, port: str, usual: Server | None, now: str = "tls") -> str:
        if usual is not None and port == str(usual.port):
            return usual.security
        if known := _BY_PORT.get(port):
            return known
        question = _("Its protection: tls, starttls or none")
        return self.talk.ask(question, answered.protection, usual=now)

    def _host(self, typed: str) -> str:
        return answered.server(typed, what=self.what)

    def _port(self, typed: str) -> str:
        return answered.port_number(typed, what=self.what)

    def _account(self, draft: Draft) -> Account:
        return answered.account(
            host=draft.host,
            port=draft.port,
            security=draft.security,
            user=draft.user,
            password=draft.password,
            ca_file=draft.certificate,
            what=self.what,
        )

    def _explain(self) -> None:
        for line in self._advice():
            self.talk.say(line)
        for note in self.preset.notes:
            self.talk.say(f"* {note}", indent="  ")

    def _advice(self) -> tuple[str, ...]:
        where = (_("Its page for that: {page}", page=self.preset.page),) if self.preset.page else ()
        return (self.preset.takes, *where)

    def _refusal(self, error: WrongUseError) -> str:
        """Return what the server said, and of a login that it refused what kind it wants."""
        if _why(error) == "login":
            return "\n".join((f"{error}.", *self._advice()))
        return str(error)

    def _mended(self, draft: Draft, error: WrongUseError) -> Draft | None:
        """Return what is to be tried next; None: nothing."""
        why = _why(error)
        first, usual = _("Try again"), _AGAIN
        retype = why in {"login", "password"}
        if retype:
            first = _("Type the password again")
        elif why == "folder":
            first = _("Name another folder")
        elif why in {"certificate", "address"}:
            usual = _CHANGE
        change = _("Change the server, the user name or the password")
        chosen = self.talk.choose(_("What now"), (first, change, self.without), usual=usual)
        if chosen == _WITHOUT:
            return None
        if chosen == _CHANGE:
            return self._with_password(self._changed(draft, untrusted=why == "certificate"))
        if retype:
            return self._with_password(draft)
        if why == "folder":
            return replace(draft, folder=self.talk.ask(_("Folder"), _given))
        return draft

    def _with_password(self, draft: Draft) -> Draft:
        typed = self.talk.ask_secret(_("Password (Enter: the same as before)"))
        return replace(draft, password=tidy(self.preset, typed) or draft.password)

    def _changed(self, draft: Draft, *, untrusted: bool) -> Draft:
        ask = self.talk.ask
        host = ask("Server", self._host, usual=draft.host)
        port = ask(_("Its port"), self._port, usual=draft.port)
        # Who saw a certificate is protected already in the way that the port wants.
        same = untrusted and port == draft.port
        security = draft.security if same else self._security(port, None, draft.security)
        certificate = draft.certificate
        if untrusted or certificate:
            self.talk.say(_("A server of your own may have a certificate that only you know."))
            certificate = ask(
                _("Path of that file (Enter: there is none)"),
                answered.certificate,
                usual=certificate,
            )
        return replace(
            draft,
            host=host,
            port=port,
            security=security,
            certificate=certificate,
            user=ask(_("User name"), _given, usual=draft.user),
        )


def _why(error: WrongUseError) -> Refusal:
    return error.why if isinstance(error, NotLetInError) else "other"


def _given(typed: str) -> str:
    return answered.one_line(_("an answer"), typed)
