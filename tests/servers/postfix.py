"""A real Postfix on loopback ports that hands every mail of any domain to Dovecot's LMTP.

``port`` takes mail from anyone (STARTTLS offered), ``submission_port`` asks for STARTTLS and a login
(a mailbox of Dovecot), ``smtps_port`` is TLS from the start. How it answers is decided by the start
of the recipient's address (``ANSWERS``), so a test provokes a refusal by naming its recipient.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot, wait_for
from tests.servers.need import binary, missing
from tests.servers.ports import free_ports

#: start of the recipient's address -> what RCPT is answered
ANSWERS = {
    "refused-": "550 5.1.1 No such mailbox here",
    "later-": "450 4.2.1 Mailbox busy, come back later",
    "closing-": "421 4.3.2 Service shutting down",
}
#: start of the recipient's address -> what the end of DATA is answered
DATA_ANSWERS = {
    "dislike-": "554 5.7.1 Content not wanted",
    "full-": "452 4.3.1 No space left",
}

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.mail.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
maillog_file_prefixes = {folder}
maillog_file = {folder}/maillog
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
smtpd_recipient_restrictions = check_recipient_access regexp:{folder}/recipients, permit_mynetworks, reject
smtpd_end_of_data_restrictions = check_recipient_access regexp:{folder}/contents
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
smtpd_sasl_security_options = noanonymous
broken_sasl_auth_clients = no
message_size_limit = 20000000
in_flow_delay = 0
minimal_backoff_time = 2s
queue_run_delay = 2s
"""

MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
127.0.0.1:{plain} inet n - n - - smtpd
  -o smtpd_tls_security_level=none
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, kw_only=True)
class Postfix:
    """The running server."""

    folder: Path
    host: str
    port: int  #: no login; STARTTLS offered
    submission_port: int  #: STARTTLS and a login of Dovecot's users demanded
    smtps_port: int  #: TLS from the start, login possible
    plain_port: int  #: no login, no STARTTLS
    cafile: str  #: the certificate to trust

    def log(self) -> str:
        """Return what the server logged so far."""
        log = self.folder / "maillog"
        return log.read_text(errors="replace") if log.exists() else ""


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """The running Postfix of this session, delivering into ``dovecot``."""
    program = binary("postfix", package="postfix")
    if os.geteuid() != 0:
        missing("Postfix can only be started by root")
    folder = Path(tempfile.mkdtemp(prefix="cxp-"))
    try:
        server = _lay_out(folder, dovecot)
        _run(program, folder, "start")
        try:
            assert all(map(wait_for, (server.port, server.submission_port))), server.log()
            yield server
        finally:
            _run(program, folder, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lay_out(folder: Path, dovecot: Dovecot) -> Postfix:
    folder.chmod(0o755)
    (folder / "queue").mkdir(mode=0o755)
    (folder / "data").mkdir(mode=0o700)
    shutil.chown(folder / "data", "postfix", "postfix")
    _write_answers(folder / "recipients", ANSWERS)
    _write_answers(folder / "contents", DATA_ANSWERS)
    smtp, submission, smtps, plain = free_ports(4)
    (folder / "main.cf").write_text(
        MAIN.format(
            folder=folder,
            daemons=_default("daemon_directory"),
            cert=dovecot.cafile,
            key=Path(dovecot.cafile).with_name("key.pem"),
            lmtp=dovecot.lmtp_port,
            sasl=dovecot.sasl_port,
        )
    )
    (folder / "master.cf").write_text(
        MASTER.format(smtp=smtp, submission=submission, smtps=smtps, plain=plain)
    )
    return Postfix(
        folder=folder,
        host="127.0.0.1",
        port=smtp,
        submission_port=submission,
        smtps_port=smtps,
        plain_port=plain,
        cafile=dovecot.cafile,
    )


def _write_answers(path: Path, answers: dict[str, str]) -> None:
    path.write_text("".join(f"/^{start}/ {answer}\n" for start, answer in answers.items()))


def _default(name: str) -> str:
    command = [binary("postconf", package="postfix"), "-d", "-h", name]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _run(program: str, folder: Path, verb: str) -> None:
    ended = subprocess.run(
        [program, "-c", str(folder), verb],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    log = folder / "maillog"
    assert ended.returncode == 0, ended.stderr + (log.read_text() if log.exists() else "")
