"""Alembic's part in bringing a database to the tables of this version.

A module of its own, because Alembic takes long to load and a store is mostly up to date.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from cxdigest.errors import StoreError
from cxdigest.store.schema import metadata

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, place: str, revision: str | None) -> None:
    """Migrate the tables at *place* from *revision* to the newest, making them where it is None.

    Raises:
        StoreError: they are of a newer cxdigest, or of another program.
    """
    config = alembic_config()
    _refuse_strangers(connection, place, revision)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_known(revision: str) -> bool:
    """Tell whether this version knows tables of *revision*."""
    try:
        return ScriptDirectory.from_config(alembic_config()).get_revision(revision) is not None
    except CommandError:
        return False


def alembic_config() -> Config:
    """Return what Alembic needs to find the migrations."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _refuse_strangers(connection: Connection, place: str, revision: str | None) -> None:
    if revision is None:
        if strange := sorted(set(inspect(connection).get_table_names()) & set(metadata.tables)):
            raise StoreError(
                f"{place} holds tables of another program ({', '.join(strange)}); "
                "name another database under store.url"
            )
        return
    refuse_newer(revision, place)


def refuse_newer(revision: str, place: str) -> None:
    """See that this version knows tables of *revision*, which those at *place* are.

    Raises:
        StoreError: they are of a newer cxdigest.
    """
    scripts = ScriptDirectory.from_config(alembic_config())
    try:
        scripts.get_revision(revision)
    except CommandError as error:
        raise StoreError(
            f"{place} was written by a newer cxdigest (its tables are version {revision}, this "
            f"program knows up to {scripts.get_current_head()}); install that newer version, or "
            "restore the backup that was made before it"
        ) from error
