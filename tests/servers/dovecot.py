"""A real Dovecot on loopback ports: IMAP (plain, STARTTLS, TLS), LMTP and SASL for Postfix.

Everything lies in one temporary folder and ends with the session; every xdist worker has its own.
Each test asks for its own user, so tests never see each other's mail.
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.servers.need import binary, missing
from tests.servers.ports import free_ports

DOMAIN = "mail.example"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
mail_location = maildir:~/Maildir
mail_fsync = never
auth_failure_delay = 0
first_valid_uid = 1
default_client_limit = 500
default_process_limit = 50
default_vsz_limit = 512M
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = {folder}/users/%u
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap {{
  service_count = 500
}}
service imap-login {{
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  inet_listener sasl {{
    port = {sasl}
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@{domain}
}}
"""

#: Whether a token holds is asked of the token server (``tests.servers.tokens``).
OAUTH2 = """
introspection_mode = auth
introspection_url = http://127.0.0.1:{tokens}/introspect
username_attribute = username
active_attribute = active
active_value = true
"""


def wait_for(port: int, *, seconds: float = 120) -> bool:
    """Tell whether something listens on *port* within *seconds*."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        except OSError:
            time.sleep(0.05)
    return False


def make_certificate(folder: Path) -> None:
    """Write ``cert.pem`` and ``key.pem`` for localhost and 127.0.0.1, signed by itself."""
    subprocess.run(
        [
            *(
                binary("openssl", package="openssl"),
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
            ),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
            *("-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
        ],
        check=True,
        capture_output=True,
    )


@dataclass(frozen=True, kw_only=True)
class MailUser:
    """One fresh mailbox."""

    name: str  #: login and address
    password: str


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """The running server and what a test does with it."""

    folder: Path
    host: str
    imap_port: int
    imaps_port: int
    lmtp_port: int
    sasl_port: int
    tokens_port: int  #: where it asks whether a token holds
    cafile: str  #: the certificate to trust

    def user(self, name: str = "", password: str = "") -> MailUser:
        """Make a fresh mailbox; *name* is the readable start of its address."""
        unique = uuid.uuid4().hex
        user = MailUser(
            name=f"{name or 'reader'}-{unique[:12]}@{DOMAIN}",
            password=password or f'b\u00e4r "{unique[12:20]}" \\{{}}',
        )
        entry = self.folder / "users" / user.name
        entry.write_text(f"{user.name}:{{PLAIN}}{user.password}\n", encoding="utf-8")
        entry.chmod(0o644)
        return user

    @contextlib.contextmanager
    def open(self, user: MailUser, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Yield a logged-in connection with *folder* made and selected for writing."""
        with imaplib.IMAP4(self.host, self.imap_port, timeout=20) as imap:
            imap.authenticate("PLAIN", lambda _: f"\0{user.name}\0{user.password}".encode())
            if folder != "INBOX":
                imap.create(f'"{folder}"')
            assert imap.select(f'"{folder}"')[0] == "OK"
            yield imap

    def deliver(
        self, user: MailUser, *raw: bytes, folder: str = "INBOX", received: datetime | None = None
    ) -> None:
        """Put each *raw* mail into *folder*, unseen, as received at *received* (now if None)."""
        when = imaplib.Time2Internaldate(received) if received else ""
        with self.open(user, folder) as imap:
            for mail in raw:
                answer = imap.append(f'"{folder}"', "", when, mail)
                assert answer[0] == "OK", answer

    def drop(self, user: MailUser, folder: str) -> None:
        """Delete *folder* with all its mails."""
        with self.open(user) as imap:
            assert imap.delete(f'"{folder}"')[0] == "OK"

    def flags(self, user: MailUser, folder: str = "INBOX") -> list[bytes]:
        """Return the FLAGS answer of every mail in *folder*."""
        with self.open(user, folder) as imap:
            return [part for part in imap.fetch("1:*", "(FLAGS)")[1] if part]

    def mails(
        self, user: MailUser, *, at_least: int = 0, folder: str = "INBOX", seconds: float = 120
    ) -> list[bytes]:
        """Return all mails of *folder*, raw, waiting until there are *at_least* that many."""
        ends = time.monotonic() + seconds
        while True:
            found = self._mails(user, folder)
            if len(found) >= at_least or time.monotonic() > ends:
                return found
            time.sleep(0.1)

    def _mails(self, user: MailUser, folder: str) -> list[bytes]:
        with self.open(user, folder) as imap:
            if not imap.search(None, "ALL")[1][0]:
                return []
            return [part[1] for part in imap.fetch("1:*", "(BODY.PEEK[])")[1] if part != b")"]

    def log(self) -> str:
        """Return what the server logged so far."""
        log = self.folder / "dovecot.log"
        return log.read_text(errors="replace") if log.exists() else ""


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """The running Dovecot of this session."""
    program = binary("dovecot", package="dovecot-imapd dovecot-lmtpd")
    if os.geteuid() != 0:
        missing("Dovecot can only be started by root")
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    if not version.stdout.startswith("2.3."):
        missing(f"Dovecot is {version.stdout.strip()}; the tests know how to configure 2.3")
    # Not pytest's folder: sockets of base_dir have at most 108 letters of path.
    folder = Path(tempfile.mkdtemp(prefix="cxd-"))
    try:
        _lay_out(folder)
        server, config = _configure(folder)
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(
                [program, "-F", "-c", str(config)], stdout=output, stderr=output
            )
        try:
            ports = (server.imap_port, server.imaps_port, server.lmtp_port, server.sasl_port)
            assert all(map(wait_for, ports)), (folder / "output").read_text() + server.log()
            yield server
        finally:
            process.terminate()
            process.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lay_out(folder: Path) -> None:
    folder.chmod(0o755)
    make_certificate(folder)
    for name in ("run", "state", "users", "mail"):
        (folder / name).mkdir(mode=0o755)
    os.chown(folder / "mail", 65534, 65534)


def _configure(folder: Path) -> tuple[Dovecot, Path]:
    names = ("imap", "imaps", "lmtp", "sasl", "tokens")
    ports = dict(zip(names, free_ports(5), strict=True))
    (folder / "oauth2.conf").write_text(OAUTH2.format(**ports))
    config = folder / "dovecot.conf"
    config.write_text(CONFIG.format(folder=folder, domain=DOMAIN, uid=65534, gid=65534, **ports))
    server = Dovecot(
        folder=folder,
        host="127.0.0.1",
        imap_port=ports["imap"],
        imaps_port=ports["imaps"],
        lmtp_port=ports["lmtp"],
        sasl_port=ports["sasl"],
        tokens_port=ports["tokens"],
        cafile=str(folder / "cert.pem"),
    )
    return server, config
