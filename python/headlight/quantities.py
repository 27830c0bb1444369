"""Numbers and arrays of samples that a run has beside its scores and maps, as the query and the box of a detector."""
import json
import sqlite3
from typing import List, NamedTuple, Tuple

import numpy as np

from .blocks import BLOCK
from .checksums import check_blobs
from .pages import Page

_TYPES = {"float16": "<f2", "float32": "<f4", "int32": "<i4"}
#: Stands for no value among whole numbers; NaN does among others.
_NO_INTEGER = -(2**31)


class Quantity(NamedTuple):
    """``name``; ``version`` of what computes it; ``settings``; ``shape`` of a sample's value, ``()`` of a number."""

    name: str
    version: int
    settings: dict
    shape: Tuple[int, ...]
    id: int
    type: str


def quantities(cache: sqlite3.Connection, run_id: int) -> List[Quantity]:
    """All of a run, numbers first."""
    about = "SELECT name, version, settings, {}, id, type FROM {} WHERE run_id = ? ORDER BY id"
    rows = [
        row
        for shape, table in (("'[]'", "quantity"), ("shape", "vector"))
        for row in cache.execute(about.format(shape, table), (run_id,))
    ]
    return [Quantity(row[0], row[1], json.loads(row[2]), tuple(json.loads(row[3])), row[4], row[5]) for row in rows]


def values_of(cache: sqlite3.Connection, quantity: Quantity) -> Page:
    """Samples that have a value, in order of ids, and their values ``[n, *shape]``."""
    return _numbers(cache, quantity) if quantity.shape == () else _arrays(cache, quantity)


def _numbers(cache: sqlite3.Connection, quantity: Quantity) -> Page:
    ids, values = [np.zeros(0, np.int64)], [np.zeros(0, _TYPES[quantity.type])]
    blocks = cache.execute("SELECT block, numbers, checksum FROM quantity_block WHERE quantity_id = ? ORDER BY block", (quantity.id,))
    for block, blob, checksum in blocks:
        check_blobs([blob], checksum, f"a block of {quantity.name}")
        numbers = np.frombuffer(blob, _TYPES[quantity.type])
        here = np.flatnonzero(numbers != _NO_INTEGER if quantity.type == "int32" else ~np.isnan(numbers))
        ids.append(block * BLOCK + here.astype(np.int64))
        values.append(numbers[here])
    return Page(np.concatenate(ids), np.concatenate(values))


def _arrays(cache: sqlite3.Connection, quantity: Quantity) -> Page:
    ids: List[int] = []
    values: List[np.ndarray] = []
    rows = cache.execute("SELECT sample_id, numbers, checksum FROM vector_value WHERE vector_id = ? ORDER BY sample_id", (quantity.id,))
    for sample, blob, checksum in rows:
        check_blobs([blob], checksum, f"{quantity.name} of sample {sample}")
        ids.append(sample)
        values.append(np.frombuffer(blob, _TYPES[quantity.type]))
    return Page(np.array(ids, np.int64), np.array(values, np.float32).reshape(len(ids), *quantity.shape))
