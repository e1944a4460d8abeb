"""One server that takes a login: what is asked for it, and again where it says no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from cxdigest.cli.init.given import GivenServer, password_from
from cxdigest.cli.init.talk import Talk
from cxdigest.errors import WrongUseError
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
        draft = self._first(user, folder)
        if self.given.password_file:
            password = password_from(self.given.password_file, self.option)
        if not password:
            self._explain()
            password = self.talk.ask_secret(f"Password for {draft.user} (it is not shown)")
        draft = replace(draft, password=tidy(self.preset, password))
        while True:
            try:
                account = self._account(draft)
                self.talk.say(f"Logging in at {account.host} as {account.user} …")
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
        host = host or self.talk.ask(f"Server for {self.what}", _given, usual=self.guess)
        port = port or self.talk.ask("Its port", _given, usual=self.usual_port)
        certificate = self.given.certificate
        if self.preset.key == "proton" and not certificate:
            self._explain()
            certificate = self.talk.ask("Path of the Bridge's cert.pem", _given)
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
        return self.talk.ask("Its protection: tls, starttls or none", _given, usual=now)

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
        where = (f"Its page for that: {self.preset.page}",) if self.preset.page else ()
        return (self.preset.takes, *where)

    def _refusal(self, error: WrongUseError) -> str:
        """Return what the server said, and of a login that it refused what kind it wants."""
        said = str(error)
        if "refused the login" in said:
            # The channel says of all providers what the preset says of this one.
            said = said.partition("; check user")[0] + "."
            return "\n".join((said, *self._advice()))
        return said

    def _mended(self, draft: Draft, error: WrongUseError) -> Draft | None:
        """Return what is to be tried next; None: nothing."""
        folder = " or the folder" if draft.folder else ""
        refused = "refused the login" in str(error)
        chosen = self.talk.choose(
            "What now",
            (
                "Type the password again" if refused else "Try again",
                f"Change the user name, the server{folder}",
                self.without,
            ),
            usual=_CHANGE if "has no folder" in str(error) else _AGAIN,
        )
        if chosen == _WITHOUT:
            return None
        if chosen == _AGAIN and not refused:
            return draft
        if chosen == _CHANGE:
            draft = self._changed(draft)
        typed = self.talk.ask_secret("Password (Enter: the same as before)")
        return replace(draft, password=tidy(self.preset, typed) or draft.password)

    def _changed(self, draft: Draft) -> Draft:
        ask = self.talk.ask
        port_before = draft.port
        user = ask("User name", _given, usual=draft.user)
        host = ask("Server", _given, usual=draft.host)
        port = ask("Its port", _given, usual=draft.port)
        same = port == port_before
        security = draft.security if same else self._security(port, None, draft.security)
        certificate = ask(
            "Path of its certificate, only for a server of your own (Enter: none)",
            str,
            usual=draft.certificate,
        )
        folder = ask("Folder", _given, usual=draft.folder) if draft.folder else ""
        return replace(
            draft,
            user=user,
            host=host,
            port=port,
            security=security,
            certificate=certificate,
            folder=folder,
        )


def _given(typed: str) -> str:
    return answered.one_line("an answer", typed)
