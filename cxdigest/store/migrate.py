"""Bring a database to the tables of this version, one process at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, text

from cxdigest.errors import StoreError
from cxdigest.store.connection import Database
from cxdigest.store.schema import metadata

_FOLDER = Path(__file__).parent / "migrations"
#: Any number that no other program on the same server is likely to lock.
_LOCK = 0x6378_6469_6765_7374  # "cxdigest"


def migrate(database: Database) -> None:
    """Migrate to the newest tables, making them where there are none.

    Raises:
        StoreError: the database failed, is of a newer cxdigest, or of another program.
    """
    config = alembic_config()
    head = ScriptDirectory.from_config(config).get_current_head()
    with database.reading() as connection:
        if _revision(connection) == head:
            return
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        revision = _revision(connection)
        _refuse_strangers(connection, database.place, revision, config)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def alembic_config() -> Config:
    """Return what Alembic needs to find the migrations."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _refuse_strangers(
    connection: Connection, place: str, revision: str | None, config: Config
) -> None:
    if revision is None:
        if strange := sorted(set(inspect(connection).get_table_names()) & set(metadata.tables)):
            raise StoreError(
                f"{place} holds tables of another program ({', '.join(strange)}); "
                "name another database under store.url"
            )
        return
    scripts = ScriptDirectory.from_config(config)
    try:
        scripts.get_revision(revision)
    except CommandError as error:
        raise StoreError(
            f"{place} was written by a newer cxdigest (its tables are version {revision}, this "
            f"program knows up to {scripts.get_current_head()}); install that newer version, or "
            "restore the backup that was made before it"
        ) from error
