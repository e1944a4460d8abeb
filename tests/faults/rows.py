"""The rows of docs/reliability.md: what is done to the program, and which tests do it.

``python -m tests.faults.rows`` prints the files of all rows, as ``make faults`` runs them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One kind of fault."""

    title: str  #: as the first column says it
    tests: tuple[str, ...]  #: how the names of its tests begin

    def __post_init__(self) -> None:
        if not self.tests:
            raise ValueError(f"{self.title}: a row without a test")


def _row(title: str, *tests: str) -> Row:
    return Row(title=title, tests=tuple(f"tests/{one}" for one in tests))


_DATABASE = "faults/test_database.py::test_"
_CLOCK = "faults/test_clock.py::test_"
_INBOX = "faults/test_mailbox.py::test_"
_MAILBOX = "sources/test_mailbox.py::test_"
_NET = "test_net.py::test_"
_GUARDED = "pipeline/test_pages_guarded.py::test_"

ROWS = (
    # -- the program is killed
    _row("SIGKILL at random moments of whole days, one of three workers too", "faults/test_day.py"),
    _row("SIGKILL at every commit and every mail of a turn", "pipeline/test_kill.py"),
    _row(
        "SIGKILL at every commit of a turn that merges, reads pages, takes a reply and prunes",
        "pipeline/test_kill_whole.py",
    ),
    _row("SIGKILL while mails are sent", "pipeline/test_kill_sending.py"),
    _row("SIGKILL of the command, started from nothing", "acceptance/test_kill.py"),
    _row("SIGKILL while stored alerts are read again", "pipeline/test_reread_kill.py"),
    _row("two workers at once on one store", "pipeline/test_two_workers.py"),
    # -- the database goes away
    _row(
        "PostgreSQL: connections cut",
        f"{_DATABASE}connections_that_are_cut",
        "store/test_faults.py::test_a_postgresql_connection_that_was_cut",
    ),
    _row("PostgreSQL: restarted", f"{_DATABASE}a_server_that_is_restarted"),
    _row(
        "PostgreSQL: gone right after a mail has left",
        f"{_DATABASE}a_mail_that_left",
        f"{_DATABASE}a_server_that_comes_back_later",
    ),
    _row("PostgreSQL: a deadlock of two transactions", f"{_DATABASE}a_deadlock"),
    _row(
        "PostgreSQL: gone without a word",
        f"{_DATABASE}a_server_that_goes_away_without_a_word",
    ),
    _row(
        "SQLite: locked by another process for too long",
        f"{_DATABASE}a_file_that_another_process_locks",
        "store/test_faults.py::test_a_locked_sqlite_file",
    ),
    _row(
        "SQLite: the disk is full",
        f"{_DATABASE}a_disk_that_fills_up",
        "store/test_faults.py::test_a_full_disk",
        "store/test_faults.py::test_a_database_that_may_not_grow",
    ),
    _row("SQLite: a volume that may only be read", f"{_DATABASE}a_volume_that_may_only_be_read"),
    _row("SQLite: the end of the WAL is torn", f"{_DATABASE}a_torn_wal"),
    _row("SQLite: the file is damaged", "store/test_faults.py::test_a_damaged_file"),
    # -- the clock is wrong
    _row(
        "a clock that runs ahead or behind and is set right",
        f"{_CLOCK}what",
        f"{_CLOCK}a_mail",
        f"{_CLOCK}a_try",
        f"{_CLOCK}a_source",
        f"{_CLOCK}clocks",
    ),
    _row("a clock set back under a running worker", f"{_CLOCK}a_worker_wakes_on"),
    _row("changes of clocks and zones around the send time", "test_local_days.py"),
    # -- the mailbox
    _row("IMAP: a large mailbox, cut and thinned out while it is read", f"{_INBOX}a_mailbox_of"),
    _row("IMAP: a slow line that is cut again and again", f"{_INBOX}a_slow_line"),
    _row("IMAP: a folder renamed", f"{_INBOX}a_renamed_folder", f"{_MAILBOX}missing_folder"),
    _row(
        "IMAP: a password that changes, a token that ends",
        f"{_INBOX}a_password",
        f"{_MAILBOX}wrong_password",
        "oauth/test_servers.py",
    ),
    _row(
        "IMAP: BYE, cuts, silence and nonsense at any command",
        f"{_MAILBOX}faults_end_the_poll",
        "sources/test_mailbox_chaos.py::test_each_mail",
        f"{_MAILBOX}mail_the_server",
        f"{_MAILBOX}mail_on_which",
        f"{_MAILBOX}too_many_connections",
    ),
    _row("IMAP: UIDVALIDITY changes", f"{_MAILBOX}folder_made_anew"),
    _row("IMAP: mails removed while they are read", f"{_MAILBOX}mail_that_vanishes"),
    # -- feeds and pages
    _row(
        "feeds and pages: slow drip, silence, names that are not found",
        f"{_NET}a_dripping",
        f"{_NET}dripping_headers",
        f"{_NET}a_server_that_says_nothing",
        f"{_NET}one_deadline",
        f"{_NET}a_name_",
        f"{_NET}a_port",
        f"{_GUARDED}a_page_that_never_ends",
        f"{_GUARDED}one_deadline",
    ),
    _row(
        "feeds and pages: endless bodies, bombs",
        f"{_NET}a_body_over",
        f"{_NET}an_endless",
        f"{_NET}a_bomb",
        f"{_NET}headers_without_end",
        "test_net_hostile.py::test_a_flood",
        "test_net_hostile.py::test_a_bomb",
        "test_net_hostile.py::test_an_old_server_that_never_ends",
        f"{_GUARDED}a_bomb",
    ),
    _row(
        "feeds and pages: circles of redirects",
        f"{_NET}five_redirects",
        f"{_NET}a_circle",
        f"{_GUARDED}a_circle",
    ),
    _row(
        "feeds and pages: wrong types, broken bodies",
        f"{_NET}a_body_that",
        f"{_NET}an_answer_that_is_not_http",
        "sources/test_feed.py::test_what_is_no_feed",
        "sources/test_feed.py::test_trouble",
        "sources/test_feed.py::test_a_feed_over",
        "pages/test_hostile_pages.py",
    ),
    # -- the mail server
    _row(
        "SMTP: refusals, 4xx, hang-ups and silence anywhere",
        "channels/test_smtp.py::test_answer",
        "channels/test_smtp.py::test_failure",
        "channels/test_smtp.py::test_faults",
        "channels/test_smtp.py::test_connection_lost",
        "channels/test_smtp.py::test_server_nobody",
        "channels/test_smtp.py::test_wrong_password",
    ),
    # -- load
    _row("hours of a busy instance in fast motion", "faults/test_soak.py"),
)


def files() -> list[str]:
    """Return the files that hold the tests of all rows, each once."""
    return list(dict.fromkeys(one.partition("::")[0] for row in ROWS for one in row.tests))


if __name__ == "__main__":
    print(*files())
