"""The two SQLite files of a project, opened for reading only."""
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Tuple
from urllib.parse import quote

from .errors import HeadlightError

#: Versions of the files' formats that are read. A test compares them with the program's migrations.
REVIEW_VERSION = 6
CACHE_VERSION = 11
#: Seconds to wait for a file that is being written.
TIMEOUT_S = 10.0
_LETTERS = {"review": "R", "cache": "C"}
_NAMES = {"review": "review.sqlite", "cache": "cache.sqlite"}
_VERSIONS = {"review": REVIEW_VERSION, "cache": CACHE_VERSION}


class Databases:
    """Opens a file for each question and closes it again, so that no reader is in the way of Headlight's own upkeep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for kind in ("review", "cache"):
            if not (folder / _NAMES[kind]).is_file():
                raise HeadlightError(
                    "not-found", f"{folder} is no Headlight project: it has no {_NAMES[kind]}. A project is a folder whose name ends in .headlight."
                )
            with self.open(kind) as database:
                _check_format(database, kind, folder)
        with self.open("review") as review, self.open("cache") as cache:
            _check_lineage(review, cache)

    @contextmanager
    def open(self, kind: str) -> Iterator[sqlite3.Connection]:
        """One consistent state of the file, for as long as it is open."""
        database = _connect(self.folder / _NAMES[kind])
        try:
            database.execute("BEGIN")
            yield database
        except sqlite3.DatabaseError as error:
            raise _sentence(error, self.folder / _NAMES[kind]) from error
        finally:
            database.close()


def _connect(file: Path) -> sqlite3.Connection:
    address = "file:" + quote(str(file.resolve()))
    for attempt in range(3):
        database = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=TIMEOUT_S, isolation_level=None)
        try:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return database
        except sqlite3.OperationalError as error:
            database.close()
            if "readonly" in str(error) or "unable to open" in str(error):
                # A folder that cannot be written holds no shared memory: the file alone is read, where nothing is beside it.
                wal = file.with_name(file.name + "-wal")
                if not wal.exists() or wal.stat().st_size == 0:
                    return sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True, isolation_level=None)
            if attempt == 2:
                raise _sentence(error, file) from error
            time.sleep(0.2)
        except sqlite3.DatabaseError as error:
            database.close()
            raise _sentence(error, file) from error
    raise AssertionError("unreachable")


def _sentence(error: Exception, file: Path) -> HeadlightError:
    if "locked" in str(error) or "busy" in str(error):
        return HeadlightError(
            "project-locked",
            f"{file} is held by Headlight alone, as projects on network disks are. Close the project there, or copy it to a local disk.",
        )
    return HeadlightError("project-damaged", f"{file} cannot be read ({error}). Open the project in Headlight, which mends what it can.")


def _check_format(database: sqlite3.Connection, kind: str, folder: Path) -> None:
    (identity,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    wanted = _VERSIONS[kind]
    letters = int.from_bytes(f"HL{_LETTERS[kind]}".encode(), "big")
    if version < wanted:
        raise HeadlightError(
            "project-too-old", f"{folder} was written by an earlier Headlight ({_NAMES[kind]} has format {version}, {wanted} is read). Open it once in Headlight, which brings it up to date."
        )
    if version > wanted:
        raise HeadlightError(
            "project-too-new", f"{folder} was written by a later Headlight ({_NAMES[kind]} has format {version}, {wanted} is read). Install the `headlight` package that came with it."
        )
    if identity >> 8 != letters:
        raise HeadlightError("project-damaged", f"{folder / _NAMES[kind]} is not what its name says. Open the project in Headlight, which mends it.")


def _check_lineage(review: sqlite3.Connection, cache: sqlite3.Connection) -> None:
    """Both files give numbers to runs and samples: results of another review file are never taken for this one's."""
    keys: Tuple = review.execute("SELECT key FROM identity").fetchone()
    lineage = cache.execute("SELECT review_key FROM lineage").fetchone()
    if keys is None or lineage is None or keys != lineage:
        raise HeadlightError("project-damaged", "cache.sqlite belongs to another review.sqlite. Open the project in Headlight, which sets it aside.")
