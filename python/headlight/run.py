"""One run: a model over a dataset, with what it says of every sample."""
import json
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from .blocks import Columns, LayerPlace, head_weights, sample_columns
from .checksums import check_blobs
from .databases import Databases
from .errors import HeadlightError
from .maps import map_values
from .pages import Page
from .quantities import Quantity, quantities, values_of
from .tables import named, table

if TYPE_CHECKING:
    import pandas

_PAGE = 1024
_STATES = ("pending", "done", "failed")
_OUTCOMES = {-1: "unknown", 0: "wrong", 1: "correct"}
#: Sums of attention are whole numbers of this unit.
_UNIT = 2.0**-30


class HeadLayer(NamedTuple):
    """A layer of attention, counted from 0, and its number of heads."""

    layer: int
    heads: int


class TopClasses(NamedTuple):
    """The classes with the highest logits of some samples, the highest first, ``[n, k]`` each."""

    ids: np.ndarray
    classes: np.ndarray
    logits: np.ndarray
    probabilities: np.ndarray


class AttentionMeans(NamedTuple):
    """Mean attention from the read-out rows to each patch, by class and correctness, of one layer.

    ``labels`` are class indexes, -1 for none (and for all, where a run keeps no sums a class); ``outcomes`` are ``correct``,
    ``wrong`` or ``unknown``; ``counts`` are samples, ``[groups]`` each; ``means`` is float64 ``[groups, heads, rows, columns]``.
    """

    labels: np.ndarray
    outcomes: List[str]
    counts: np.ndarray
    means: np.ndarray

    def overall(self) -> np.ndarray:
        """The mean over all samples, ``[heads, rows, columns]``."""
        weights = self.counts / self.counts.sum()
        return np.tensordot(weights, self.means, 1)


class Run:
    """A run of a project. Numbers are those of the moment at which they are asked for: a run may be going on."""

    def __init__(self, databases: Databases, row: Tuple) -> None:
        self._databases = databases
        self.id: int = row[0]
        self.name: str = row[1]
        #: What was asked for: model, dataset, methods, settings, target, preprocessing. As in `run --json`.
        self.definition: Dict[str, Any] = json.loads(row[2])
        #: What was found in the model.
        self.model: Dict[str, Any] = json.loads(row[3])
        self.created_at: str = row[4]
        self._dataset_id: int = row[5]

    def __repr__(self) -> str:
        return f"<Run {self.id} {self.name!r}: {self.model['fileName']}, {self.state()['done']} samples>"

    @property
    def class_names(self) -> List[str]:
        """Names of the model's classes, by class index."""
        return list(self.definition["labels"])

    @property
    def methods(self) -> List[str]:
        """Methods whose maps the run has."""
        return list(self.definition["methods"])

    @property
    def grid(self) -> Tuple[int, int]:
        """Rows and columns of a map."""
        rows, columns = self.model["grid"]
        return rows, columns

    @property
    def layers(self) -> List[HeadLayer]:
        """The layers of attention; they may have different numbers of heads."""
        return [HeadLayer(place.layer, place.heads) for place in self._places()]

    def state(self) -> Dict[str, Any]:
        """``state``, ``provider``, ``error`` and the counts ``total``, ``done``, ``failed``, ``labelled``, ``correct``."""
        names = ("state", "provider", "error", "total", "done", "failed", "labelled", "correct")
        with self._databases.open("cache") as cache:
            row = cache.execute(f"SELECT {', '.join(names)} FROM run_state WHERE run_id = ?", (self.id,)).fetchone()
        return dict(zip(names, row)) if row else dict.fromkeys(names[:3]) | dict.fromkeys(names[3:], 0)

    def samples(self) -> "pandas.DataFrame":
        """A row a sample, in natural order of paths, with the sample's id as index. Needs pandas.

        Columns are those of Headlight's own tables: ``path, dataset_label, split, label, label_index, prediction,
        prediction_index, confidence, correct``; and ``state``, ``error``. What a sample does not have is missing, an index -1.
        """
        with self._databases.open("cache") as cache:
            columns = sample_columns(cache, self.id)
            paths = dict(cache.execute("SELECT id, path FROM sample WHERE dataset_id = ?", (self._dataset_id,)))
            labels = dict(cache.execute("SELECT id, name FROM label_name"))
            splits = dict(cache.execute("SELECT id, name FROM split_name"))
            errors = dict(cache.execute("SELECT sample_id, error FROM run_sample WHERE run_id = ? AND state = 2", (self.id,)))
        classes = dict(enumerate(self.class_names))
        correct = columns["correct"]
        return table(
            {
                "path": [paths.get(each) for each in columns["id"].tolist()],
                "dataset_label": named(columns["dataset_label"], labels),
                "split": named(columns["split"], splits),
                "label": named(columns["label"], classes),
                "label_index": columns["label"],
                "prediction": named(columns["prediction"], classes),
                "prediction_index": columns["prediction"],
                "confidence": columns["confidence"],
                "correct": [None if each < 0 else bool(each) for each in correct.tolist()],
                "state": named(columns["state"], dict(enumerate(_STATES))),
                "error": [errors.get(each) for each in columns["id"].tolist()] if errors else None,
            },
            index=("id", columns["id"]),
            kinds={"correct": "boolean", "path": "object", "error": "object"},
        )

    def sample_arrays(self) -> Columns:
        """The same without pandas and without words: arrays ``[samples]`` by name, labels and splits as Headlight's codes."""
        with self._databases.open("cache") as cache:
            return sample_columns(cache, self.id)

    def head_weights(self, norm: str = "l1", layer: int = 0, head: Optional[int] = None) -> Page:
        """Weights of the heads of one layer over all samples that have them, in order of ids.

        ``values`` is float32 ``[n, heads]``, or ``[n]`` of one head. Weights are scores divided by their sum over the layer
        (METHODS.md, GMAR), right to 2^-24. They are read from columns: a million samples take a second or two.
        """
        place = self._place(layer, head)
        _check_norm(norm)
        with self._databases.open("cache") as cache:
            parts = list(head_weights(cache, self.id, norm, place, head))
        width = place.heads if head is None else 1
        ids = np.concatenate([ids for ids, _ in parts]) if parts else np.zeros(0, np.int64)
        values = np.concatenate([values for _, values in parts]) if parts else np.zeros((0, width), np.float32)
        return Page(ids, values if head is None else values[:, 0])

    def head_scores(self, norm: str = "l1", ids: Optional[Sequence[int]] = None, page: int = _PAGE) -> Iterator[Page]:
        """Scores of every head before normalisation, a page of samples at a time: float32 ``[n, layers, heads]``.

        In order of paths, or of ``ids``. Samples without scores are left out. Where layers differ, ``heads`` is the largest
        number, and heads that a layer does not have are NaN.
        """
        _check_norm(norm)
        places = self._places()
        most = max(place.heads for place in places)

        def padded(sample: int, l1: Optional[bytes], l2: Optional[bytes], checksum: Optional[int]) -> Optional[np.ndarray]:
            check_blobs([l1, l2], checksum, f"the head scores of sample {sample}")
            blob = l1 if norm == "l1" else l2
            if blob is None:
                return None
            stored = np.frombuffer(blob, "<f4")
            scores = np.full((len(places), most), np.nan, np.float32)
            for place in places:
                scores[place.layer, : place.heads] = stored[place.first : place.first + place.heads]
            return scores

        columns = "head_l1, head_l2, head_checksum FROM json_each(?) wanted JOIN result ON run_id = ?"
        for found, values in self._read(columns, (self.id,), ids, page, padded):
            yield Page(found, np.stack(values))

    def maps(self, method: str, ids: Optional[Sequence[int]] = None, page: int = _PAGE) -> Iterator[Page]:
        """Raw relevance maps of a method, a page of samples at a time: float32 ``[n, rows, columns]``.

        In order of paths, or of ``ids``. Samples without a map are left out.
        """
        if method not in self.methods:
            raise HeadlightError("usage", f"The run has no maps of {method!r}. It has: {', '.join(self.methods)}.")
        rows, columns = self.grid

        def unpacked(sample: int, blob: bytes, checksum: Optional[int]) -> np.ndarray:
            check_blobs([blob], checksum, f"a map of sample {sample}")
            return map_values(blob, rows * columns).reshape(rows, columns)

        stored = "relevance, checksum FROM json_each(?) wanted JOIN map ON run_id = ? AND method = ?"
        for found, values in self._read(stored, (self.id, method), ids, page, unpacked):
            yield Page(found, np.stack(values))

    def top_classes(self, ids: Optional[Sequence[int]] = None, page: int = _PAGE) -> Iterator[TopClasses]:
        """The classes with the highest logits, a page of samples at a time. In order of paths, or of ``ids``."""
        def unpacked(sample: int, classes: bytes, logits: bytes, probabilities: bytes, checksum: Optional[int]) -> Tuple[np.ndarray, ...]:
            check_blobs([classes, logits, probabilities], checksum, f"the classes of sample {sample}")
            return np.frombuffer(classes, "<i4"), np.frombuffer(logits, "<f4"), np.frombuffer(probabilities, "<f4")

        columns = "top_class, top_logit, top_probability, top_checksum FROM json_each(?) wanted JOIN result ON run_id = ?"
        for found, values in self._read(columns, (self.id,), ids, page, unpacked):
            yield TopClasses(found, *(np.stack(each) for each in zip(*values)))

    def quantities(self) -> List[Quantity]:
        """What the run has of its samples beside scores and maps, as ``query`` and ``box`` of a detector."""
        with self._databases.open("cache") as cache:
            return quantities(cache, self.id)

    def quantity(self, which: Union[str, Quantity]) -> Page:
        """A quantity of all samples that have it, in order of ids: ``[n]``, or ``[n, *shape]``. Raises ``not-found``.

        A name means the newest of what has this name; an entry of :meth:`quantities` means itself.
        """
        with self._databases.open("cache") as cache:
            known = quantities(cache, self.id)
            found = [each for each in known if which in (each, each.name)]
            if not found:
                names = ", ".join(each.name for each in known) or "none"
                absent = " A run of a former version, or without head scores, has no sum A o G: run it again." if which == "taylor" else ""
                raise HeadlightError("not-found", f"Run {self.name!r} has no quantity {which!r}.{absent} It has: {names}.")
            return values_of(cache, found[-1])

    def localisation(self) -> "pandas.DataFrame":
        """How maps lie on the objects' masks: ``sample, method, pointing, energy, iou``, a row a sample and method."""
        with self._databases.open("cache") as cache:
            rows = cache.execute(
                "SELECT sample_id, method, pointing, energy, iou FROM localisation WHERE run_id = ? ORDER BY method, sample_id",
                (self.id,),
            ).fetchall()
        names = ("sample", "method", "pointing", "energy", "iou")
        return table({name: [row[place] for row in rows] for place, name in enumerate(names)})

    def attention_means(self, layer: int) -> AttentionMeans:
        """Mean attention of each head of a layer. Raises ``not-found`` where the run has kept none."""
        place = self._place(layer, None)
        rows, columns = self.grid
        with self._databases.open("cache") as cache:
            stored = cache.execute(
                "SELECT label, outcome, count, sums, checksum FROM attention_sum WHERE run_id = ? AND layer = ? ORDER BY label, outcome",
                (self.id, layer),
            ).fetchall()
        if not stored:
            raise HeadlightError("not-found", f"Run {self.name!r} has no sums of attention: it has no result yet, its samples have changed since, or its model has head scores only.")
        means = []
        for _, _, count, sums, checksum in stored:
            check_blobs([sums], checksum, f"the attention of layer {layer}")
            whole = np.frombuffer(sums, "<i8").reshape(-1, rows, columns)[: place.heads]
            means.append(whole * _UNIT / count)
        labels = np.array([row[0] for row in stored], np.int64)
        counts = np.array([row[2] for row in stored], np.int64)
        return AttentionMeans(labels, [_OUTCOMES[row[1]] for row in stored], counts, np.stack(means))

    def _read(
        self, columns: str, key: Tuple[Any, ...], ids: Optional[Sequence[int]], page: int, value: Callable[..., Any]
    ) -> Iterator[Tuple[np.ndarray, List[Any]]]:
        """Samples of a page and what ``value`` makes of each one's columns, where it is not None.

        ``columns`` goes from the columns to the condition of the join with the wanted samples, ``key`` fills its marks.
        """
        wanted = self.sample_arrays()["id"] if ids is None else np.asarray(ids, np.int64)
        for start in range(0, len(wanted), page):
            with self._databases.open("cache") as cache:
                rows = cache.execute(
                    f"SELECT sample_id, {columns} AND sample_id = wanted.value ORDER BY wanted.key",
                    (json.dumps(wanted[start : start + page].tolist()), *key),
                )
                made = [(row[0], value(*row)) for row in rows]
            found = [(sample, each) for sample, each in made if each is not None]
            if found:
                yield np.array([sample for sample, _ in found], np.int64), [each for _, each in found]

    def _places(self) -> List[LayerPlace]:
        heads: int = self.model["heads"]
        counts: List[int] = self.model.get("layerHeads") or [heads] * self.model["layers"]
        return [LayerPlace(layer, layer * heads, count) for layer, count in enumerate(counts)]

    def _place(self, layer: int, head: Optional[int]) -> LayerPlace:
        places = self._places()
        if not 0 <= layer < len(places) or (head is not None and not 0 <= head < places[layer].heads):
            words = ", ".join(str(place.heads) for place in places)
            raise HeadlightError("usage", f"The model has {len(places)} layers of {words} heads, counted from 0.")
        return places[layer]


def _check_norm(norm: str) -> None:
    if norm not in ("l1", "l2"):
        raise HeadlightError("usage", f"{norm!r} is no norm of head scores: 'l1' or 'l2'.")
