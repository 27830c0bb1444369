"""Columns of blocks of 4,096 sample ids, as Headlight keeps them beside its rows; rows answer where a block has none."""
import sqlite3
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np

from .checksums import check_blobs

#: Samples of a block: block b holds the ids from b * BLOCK on, and a sample's slot is its place in it.
BLOCK = 4096
_ABSENT = 255
_NO_WEIGHTS = 255

#: What a run says of its samples, in the order in which a block holds it: name, type, and what stands for none.
_COLUMNS = (
    ("position", "<u4"),
    ("label", "<i4"),
    ("prediction", "<i4"),
    ("confidence", "<f4"),
    ("dataset_label", "<i4"),
    ("split", "<i2"),
    ("correct", "i1"),
    ("state", "u1"),
)
_BYTES_A_SLOT = 24
_NONE = {"confidence": np.nan}

Columns = Dict[str, np.ndarray]


class LayerPlace(NamedTuple):
    """Where the scores of a layer's heads lie in the scores of a sample."""

    layer: int
    first: int
    heads: int


def sample_columns(cache: sqlite3.Connection, run_id: int) -> Columns:
    """``id`` and the columns above of every sample of a run, ``[samples]`` each, in natural order of paths.

    ``label``, ``prediction``, ``dataset_label``, ``split`` and ``correct`` are -1 for none, ``confidence`` is NaN;
    ``state`` is 0 pending, 1 done, 2 failed.
    """
    parts: List[Columns] = []
    blocks = cache.execute("SELECT block, columns, checksum FROM run_block WHERE run_id = ? ORDER BY block", (run_id,))
    for block, stored, checksum in blocks.fetchall():
        if stored is None:
            parts.append(_rows(cache, run_id, block))
            continue
        check_blobs([stored], checksum, f"a block of results of run {run_id}")
        parts.append(_stored(block, stored))
    names = ["id", *(name for name, _ in _COLUMNS)]
    if not parts:
        return {"id": np.zeros(0, np.int64), **{name: np.zeros(0, kind) for name, kind in _COLUMNS}}
    joined = {name: np.concatenate([part[name] for part in parts]) for name in names}
    order = np.argsort(joined["position"], kind="stable")
    return {name: joined[name][order] for name in names}


def _stored(block: int, blob: bytes) -> Columns:
    slots = len(blob) // _BYTES_A_SLOT
    columns: Columns = {}
    at = 0
    for name, kind in _COLUMNS:
        columns[name] = np.frombuffer(blob, kind, slots, at)
        at += columns[name].nbytes
    here = columns["state"] != _ABSENT
    columns = {name: values[here] for name, values in columns.items()}
    columns["id"] = block * BLOCK + np.flatnonzero(here).astype(np.int64)
    return columns


def _rows(cache: sqlite3.Connection, run_id: int, block: int) -> Columns:
    names = ", ".join(name for name, _ in _COLUMNS)
    rows = cache.execute(
        f"SELECT sample_id, {names} FROM run_sample WHERE run_id = ? AND sample_id >= ? AND sample_id < ? ORDER BY sample_id",
        (run_id, block * BLOCK, (block + 1) * BLOCK),
    ).fetchall()
    columns: Columns = {"id": np.array([row[0] for row in rows], np.int64)}
    for place, (name, kind) in enumerate(_COLUMNS, 1):
        none = _NONE.get(name, -1)
        columns[name] = np.array([none if row[place] is None else row[place] for row in rows], kind)
    return columns


def head_weights(
    cache: sqlite3.Connection, run_id: int, norm: str, place: "LayerPlace", head: Optional[int]
) -> Iterator[Tuple[np.ndarray, np.ndarray]]:
    """Ids and weights of one layer, a block at a time: ``[n]`` and float32 ``[n, heads]``, or ``[n, 1]`` of one head.

    Samples without weights are left out. Weights are right to 2^-24 where they come from columns.
    """
    blocks = cache.execute("SELECT block, weighed FROM run_block WHERE run_id = ? ORDER BY block", (run_id,)).fetchall()
    for block, weighed in blocks:
        planes = _planes(cache, run_id, norm, place.layer, block, head) if weighed else None
        if planes is not None:
            first, high, low = planes
            here = np.flatnonzero(first != _NO_WEIGHTS)
            high, low = high[: place.heads], low[: place.heads]
            codes = (high[:, here].astype(np.uint32) << 8) | low[:, here]
            weights = codes.T.astype(np.float32) / np.float32(1 << 24)
            weights[codes.T == (1 << 24) - 1] = 1
            yield block * BLOCK + here.astype(np.int64), weights
        elif not weighed:
            yield _weights_of_rows(cache, run_id, norm, place, head, block)


def _planes(cache: sqlite3.Connection, run_id: int, norm: str, layer: int, block: int, head: Optional[int]):
    where = "FROM weight_block WHERE run_id = ? AND norm = ? AND block = ? AND layer = ?"
    key = (run_id, norm, block, layer)
    if head is None:
        row = cache.execute(f"SELECT first, high, low, checksum {where}", key).fetchone()
        if row is None:
            return None
        check_blobs(row[:3], row[3], f"a block of head weights of run {run_id}")
        first, high, low = row[:3]
    else:
        # A part of a blob: SQLite reads what lies before it, but hands over this head's alone.
        row = cache.execute(
            f"SELECT first, substr(high, 1 + ? * 2 * length(first), 2 * length(first)), substr(low, 1 + ? * length(first), length(first)) {where}",
            (head, head, *key),
        ).fetchone()
        if row is None:
            return None
        first, high, low = row
    slots = len(first)
    return (
        np.frombuffer(first, np.uint8),
        np.frombuffer(high, "<u2").reshape(-1, slots),
        np.frombuffer(low, np.uint8).reshape(-1, slots),
    )


def _weights_of_rows(cache: sqlite3.Connection, run_id: int, norm: str, place: LayerPlace, head: Optional[int], block: int):
    rows = cache.execute(
        f"SELECT sample_id, head_l1, head_l2, head_checksum FROM result "
        f"WHERE run_id = ? AND sample_id >= ? AND sample_id < ? ORDER BY sample_id",
        (run_id, block * BLOCK, (block + 1) * BLOCK),
    )
    ids: List[int] = []
    scores: List[np.ndarray] = []
    for sample, l1, l2, checksum in rows:
        check_blobs([l1, l2], checksum, f"the head scores of sample {sample}")
        blob = l1 if norm == "l1" else l2
        if blob is None:
            continue
        all_scores = np.frombuffer(blob, "<f4")
        # One broken score is no weight of any head: Headlight leaves the sample out as well.
        if not np.isfinite(all_scores).all():
            continue
        ids.append(sample)
        scores.append(all_scores[place.first : place.first + place.heads])
    return np.array(ids, np.int64), _normalised(np.array(scores, np.float64).reshape(-1, place.heads), head)


def _normalised(scores: np.ndarray, head: Optional[int]) -> np.ndarray:
    sums = scores.sum(1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        weights = np.where(sums == 0, 1 / max(scores.shape[1], 1), scores / sums).astype(np.float32)
    return weights if head is None else weights[:, head : head + 1]
