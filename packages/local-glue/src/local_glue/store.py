"""What survives a restart: JSON documents in SQLite, kept apart by account and region."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local_glue.api.glue_api_model import Json
from local_glue.hints import hint

logger = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    scope  TEXT NOT NULL,
    kind   TEXT NOT NULL,
    name   TEXT NOT NULL,
    parent TEXT NOT NULL,
    body   TEXT NOT NULL,
    UNIQUE (scope, kind, name)
);
CREATE INDEX IF NOT EXISTS by_parent ON documents (scope, kind, parent, seq);
"""
BUSY_SECONDS = 5.0  # how long one waits for another who writes to the file
_VERSION = 1  # of the schema; files from before it was written down have 0 and the same tables
# Between the attempts at what must be stored: half a minute in all.
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
# A full disk, a lock, no right to write; and a damaged file. What derives from these is a bug of ours.
_FAULTS_OF_THE_FILE = (sqlite3.OperationalError, sqlite3.DatabaseError)


class StoreError(Exception):
    """The state can't be read or written; the message says why and what to do."""


@dataclass(frozen=True)
class Scope:
    """The account and region a request is signed for."""

    account: str
    region: str

    def __str__(self) -> str:
        return f"{self.account}/{self.region}"

    @property
    def user(self) -> str:
        """The ARN of the caller: who holds the keys of an account is its root user here."""
        return f"arn:aws:iam::{self.account}:root"

    def arn(self, resource: str) -> str:
        """Return the ARN of a Glue resource, e.g. of `job/my-job`."""
        return f"arn:aws:glue:{self.region}:{self.account}:{resource}"


@dataclass
class Documents:
    """The documents of one scope, inside one transaction.

    A document has a kind (`job`), a name unique in its kind, and perhaps a parent (a run's job).
    """

    scope: Scope
    _connection: sqlite3.Connection
    _after_commit: list[Callable[[], None]] = field(default_factory=list)

    def get(self, kind: str, name: str) -> Json | None:
        """Return a document, or None."""
        row = self._connection.execute(
            "SELECT body FROM documents WHERE scope = ? AND kind = ? AND name = ?",
            (str(self.scope), kind, name),
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, kind: str, name: str, body: Json, parent: str = "") -> None:
        """Store a document; one that exists keeps its place in the order."""
        self._connection.execute(
            "INSERT INTO documents (scope, kind, name, parent, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (scope, kind, name) DO UPDATE SET body = excluded.body",
            (str(self.scope), kind, name, parent, json.dumps(body)),
        )

    def delete(self, kind: str, name: str) -> bool:
        """Remove a document; return whether there was one."""
        cursor = self._connection.execute(
            "DELETE FROM documents WHERE scope = ? AND kind = ? AND name = ?", (str(self.scope), kind, name)
        )
        return cursor.rowcount > 0

    def delete_children(self, kind: str, parent: str) -> None:
        """Remove all documents of a parent."""
        self._connection.execute(
            "DELETE FROM documents WHERE scope = ? AND kind = ? AND parent = ?",
            (str(self.scope), kind, parent),
        )

    def all(self, kind: str, parent: str = "") -> list[Json]:
        """Return the documents of a kind below a parent, oldest first."""
        rows = self._connection.execute(
            "SELECT body FROM documents WHERE scope = ? AND kind = ? AND parent = ? ORDER BY seq",
            (str(self.scope), kind, parent),
        )
        return [json.loads(body) for (body,) in rows]

    def names(self, kind: str, parent: str = "") -> list[str]:
        """Return the names of the documents of a kind below a parent, oldest first."""
        rows = self._connection.execute(
            "SELECT name FROM documents WHERE scope = ? AND kind = ? AND parent = ? ORDER BY seq",
            (str(self.scope), kind, parent),
        )
        return [name for (name,) in rows]

    def all_of_kind(self, kind: str) -> list[Json]:
        """Return the documents of a kind below all parents, oldest first."""
        rows = self._connection.execute(
            "SELECT body FROM documents WHERE scope = ? AND kind = ? ORDER BY seq", (str(self.scope), kind)
        )
        return [json.loads(body) for (body,) in rows]

    def after_commit(self, action: Callable[[], None]) -> None:
        """Do something once what was written is safe; not at all when the transaction fails."""
        self._after_commit.append(action)


class Store:
    """One SQLite file. Transactions run one after the other, from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            path.chmod(0o600)  # for the service's user only: the arguments of runs may be secrets
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
            )
            self._open()
        except (OSError, sqlite3.DatabaseError) as error:
            raise StoreError(self._advice(error)) from error

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[Documents]:
        """All that happens inside is stored together, or not at all.

        Raises:
            StoreError: the file can't be read or written.
        """
        with self._lock:
            documents = Documents(scope, self._connection)
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield documents
                self._connection.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                if type(error) not in _FAULTS_OF_THE_FILE:
                    raise
                raise StoreError(self._advice(error)) from error
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

        for action in documents._after_commit:
            action()

    def retry_transaction(self, scope: Scope, work: Callable[[Documents], None]) -> None:
        """Do in a transaction what can't be asked for again: when it can't be stored, again after a while."""
        for pause in (*_PAUSES, None):
            try:
                with self.transaction(scope) as documents:
                    work(documents)
                return
            except StoreError as error:
                if pause is None:
                    raise
                logger.warning("again in %.1f s: %s", pause, error)
                time.sleep(pause)

    def _open(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        ((version,),) = self._connection.execute("PRAGMA user_version")
        if version > _VERSION:
            raise StoreError(
                f"The state in {self._path} is of version {version}, this service knows {_VERSION} at most: "
                f"use the newer version that wrote it, or {hint('empty_state')}, to begin with an empty state"
            )
        self._connection.executescript(_SCHEMA)
        self._connection.execute(f"PRAGMA user_version = {_VERSION}")
        ((found,),) = self._connection.execute("PRAGMA quick_check(1)")
        if found != "ok":
            raise sqlite3.DatabaseError(found)

    def _advice(self, error: Exception) -> str:
        """Return what is wrong with the file, and the next step."""
        step = "look at the disk's space and the file's owner, then try again"
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            step = f"move it away, or {hint('empty_state')}, to begin with an empty state"
        return f"The state in {self._path} can't be used ({error}): {step}"

    def scopes(self) -> list[Scope]:
        """Name the accounts and regions that have documents."""
        with self._lock:
            rows = self._connection.execute("SELECT DISTINCT scope FROM documents").fetchall()
        return [Scope(*text.split("/", 1)) for (text,) in rows]

    def close(self) -> None:
        """Close the file; every transaction before is on disk."""
        with self._lock:
            self._connection.close()
