"""Who may see the console, who is signed in, and by what programs show whose they are.

Knows no password and no secret: only what argon2 made of the one and SHA-256 of the other. There
is always an admin among the users, once there is one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)

from cxdigest.errors import WrongUseError
from cxdigest.model import Role, require_utc
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import access_tokens, sessions, users
from cxdigest.store.schema.columns import Moment

#: How exactly it is known when a session or a token was used: a write each time would be too many.
_SEEN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One who may see the console."""

    name: str
    role: Role
    made: datetime
    changed: datetime  #: password or role
    coach: str = ""  #: whose clients a coach sees
    profile: str = ""  #: whose digest a client sees
    password: str = field(default="", repr=False)  #: as argon2 wrote it; "": a proxy alone knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that is signed in."""

    digest: str  #: SHA-256 of what the browser holds
    user: str
    made: datetime
    used: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """What one program shows."""

    digest: str  #: SHA-256 of what the program holds
    user: str
    label: str
    made: datetime
    used: datetime | None


class Users(Part):
    """People, and what they may see."""

    def has_users(self) -> bool:
        """Tell whether anybody has to sign in."""
        with self._database.reading() as connection:
            return connection.execute(select(users.c.name).limit(1)).first() is not None

    def users(self) -> tuple[User, ...]:
        """Return everybody, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(users).order_by(users.c.name)).mappings()
            return tuple(User(**row) for row in rows)

    def user(self, name: str) -> User | None:
        """Return the user of this name."""
        with self._database.reading() as connection:
            return _user(connection, name)

    def add_user(self, user: User) -> bool:
        """Keep a new user; False where the name is taken."""
        row = {name: getattr(user, name) for name in users.c.keys()}  # noqa: SIM118 - no mapping
        with self._database.writing() as connection:
            return _is_new(connection, users, row)

    def set_password(self, name: str, password: str, *, now: datetime, tokens: bool) -> bool:
        """Give *name* another password and end their sessions; False: there is nobody.

        With *tokens*, end their access tokens too.
        """
        require_utc("now", now)
        with self._database.writing() as connection:
            found = connection.execute(
                update(users).where(users.c.name == name).values(password=password, changed=now)
            )
            _end_all(connection, name)
            if tokens:
                connection.execute(delete(access_tokens).where(access_tokens.c.user == name))
            return found.rowcount > 0

    def renew_hash(self, name: str, old: str, new: str) -> None:
        """Keep the same password as *new*, unless it was changed since it was *old*."""
        with self._database.writing() as connection:
            connection.execute(
                update(users)
                .where(users.c.name == name, users.c.password == old)
                .values(password=new)
            )

    def set_role(
        self, name: str, role: Role, *, coach: str = "", profile: str = "", now: datetime
    ) -> bool:
        """Say anew what *name* may see, and end their sessions; False: there is nobody.

        Raises:
            WrongUseError: no admin would be left.
        """
        require_utc("now", now)
        with self._database.writing() as connection:
            if role != "admin":
                _keep_an_admin(connection, name)
            found = connection.execute(
                update(users)
                .where(users.c.name == name)
                .values(role=role, coach=coach, profile=profile, changed=now)
            )
            _end_all(connection, name)
            return found.rowcount > 0

    def remove_user(self, name: str) -> bool:
        """Forget a user with all sessions and tokens; False: there is nobody.

        Raises:
            WrongUseError: no admin would be left.
        """
        with self._database.writing() as connection:
            _keep_an_admin(connection, name)
            return connection.execute(delete(users).where(users.c.name == name)).rowcount > 0

    def begin_session(self, digest: str, user: User, *, now: datetime, ends: datetime) -> bool:
        """Sign *user* in; False where their password or role is no longer what it was."""
        require_utc("now", now)
        same = and_(users.c.name == user.name, users.c.changed == user.changed)
        with self._database.writing() as connection:
            if connection.execute(select(users.c.name).where(same).with_for_update()).first():
                connection.execute(delete(sessions).where(sessions.c.ends <= now))
                row = {"digest": digest, "user": user.name, "made": now, "used": now, "ends": ends}
                return _is_new(connection, sessions, row)
        return False

    def session(
        self, digest: str, *, now: datetime, idle: timedelta
    ) -> tuple[Session, User] | None:
        """Return the session and its user, and note that it was used; None where it has ended."""
        require_utc("now", now)
        asked = {"session": digest, "moment": now, "used_after": now - idle}
        with self._database.reading() as connection:
            row = connection.execute(_SIGNED_IN, asked).first()
        if row is None:
            return None
        found = Session(**dict(zip(_SESSION, row[:_OF_SESSION], strict=True)))
        user = User(**dict(zip(_USER, row[_OF_SESSION:], strict=True)))
        if now - found.used >= _SEEN:
            self._note(sessions, digest, now)
        return found, user

    def sessions(self, user: str, *, now: datetime, idle: timedelta) -> tuple[Session, ...]:
        """Return where *user* is signed in, the latest used first."""
        mine = sessions.c.user == user
        query = select(sessions).where(mine, *_going(now, idle)).order_by(sessions.c.used.desc())
        with self._database.reading() as connection:
            return tuple(Session(**row) for row in connection.execute(query).mappings())

    def end_sessions(self, user: str, digests: Collection[str]) -> int:
        """End those of *user*'s sessions; return how many there were."""
        gone = delete(sessions).where(sessions.c.user == user, sessions.c.digest.in_(list(digests)))
        with self._database.writing() as connection:
            return connection.execute(gone).rowcount

    def add_access_token(
        self, digest: str, *, user: str, label: str, now: datetime, most: int
    ) -> bool:
        """Keep a token of *user*; False where they have *most* already, or are gone."""
        require_utc("now", now)
        mine = select(func.count()).select_from(access_tokens).where(access_tokens.c.user == user)
        locked = select(users.c.name).where(users.c.name == user).with_for_update()
        row = {"digest": digest, "user": user, "label": label, "made": now, "used": None}
        with self._database.writing() as connection:
            if connection.execute(locked).first() is None or connection.scalars(mine).one() >= most:
                return False
            return _is_new(connection, access_tokens, row)

    def access_tokens(self, user: str) -> tuple[AccessToken, ...]:
        """Return *user*'s tokens, the newest first."""
        query = select(access_tokens).where(access_tokens.c.user == user)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(access_tokens.c.made.desc())).mappings()
            return tuple(AccessToken(**row) for row in rows)

    def user_of_token(self, digest: str, *, now: datetime) -> User | None:
        """Return whose token this is, and note that it was used."""
        require_utc("now", now)
        with self._database.reading() as connection:
            row = connection.execute(_TOKEN, {"token": digest}).mappings().first()
            user = _user(connection, row["user"]) if row else None
        if row is not None and (row["used"] is None or now - row["used"] >= _SEEN):
            self._note(access_tokens, digest, now)
        return user

    def end_access_token(self, user: str, digest: str) -> bool:
        """End one of *user*'s tokens; False: it is none of theirs."""
        columns = access_tokens.c
        gone = delete(access_tokens).where(columns.user == user, columns.digest == digest)
        with self._database.writing() as connection:
            return connection.execute(gone).rowcount > 0

    def _note(self, table: Table, digest: str, now: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(update(table).where(table.c.digest == digest).values(used=now))


def _is_new(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert *row*; tell whether there was none of its key."""
    # The library gives up an INSERT's count unless told.
    new = insert_new(connection, table).values(row).execution_options(preserve_rowcount=True)
    return connection.execute(new).rowcount > 0


def _user(connection: Connection, name: str) -> User | None:
    row = connection.execute(_NAMED, {"named": name}).mappings().first()
    return User(**row) if row else None


def _going(now: datetime, idle: timedelta) -> tuple[ColumnElement[bool], ...]:
    return sessions.c.ends > now, sessions.c.used > now - idle


def _end_all(connection: Connection, user: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.user == user))


def _keep_an_admin(connection: Connection, leaving: str) -> None:
    """Refuse to go on where *leaving* is the last admin; others who ask at once wait."""
    admins = select(users.c.name).where(users.c.role == "admin").order_by(users.c.name)
    if connection.scalars(admins.with_for_update()).all() == [leaving]:
        raise WrongUseError(f"{leaving} is the only admin; make somebody else one first")


#: Asked at each request, and so made once. Names and what stands under them, a session's first.
_SESSION, _USER = tuple(sessions.c.keys()), tuple(users.c.keys())
_OF_SESSION = len(_SESSION)
_SIGNED_IN = (
    select(*sessions.c, *users.c)
    .join(users, users.c.name == sessions.c.user)
    .where(
        sessions.c.digest == bindparam("session"),
        sessions.c.ends > bindparam("moment", type_=Moment),
        sessions.c.used > bindparam("used_after", type_=Moment),
    )
)
_NAMED = select(users).where(users.c.name == bindparam("named"))
_TOKEN = select(access_tokens).where(access_tokens.c.digest == bindparam("token"))
