"""What belongs to some samples: arrays are read a page of samples at a time, so that memory does not grow with a run."""
import json
import sqlite3
from typing import Any, Iterator, NamedTuple, Sequence, Tuple

import numpy as np


class Page(NamedTuple):
    """Samples that have a value, and their values, ``[n, ...]``."""

    ids: np.ndarray
    values: np.ndarray


def rows_of(database: sqlite3.Connection, sql: str, ids: Sequence[int], key: Tuple[Any, ...]) -> Iterator[Tuple]:
    """Rows of ``sql``, which names the wanted samples as ``wanted(value)`` and orders by ``wanted.key``."""
    return database.execute(sql, (json.dumps([int(each) for each in ids]), *key))
