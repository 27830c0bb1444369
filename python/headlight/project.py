"""A project: runs, and what reviewers said of its samples."""
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, List, Union

from .databases import Databases
from .errors import HeadlightError
from .run import Run
from .tables import table

if TYPE_CHECKING:
    import pandas


def open(path: Union[str, "os.PathLike[str]"]) -> "Project":
    """Opens a ``.headlight`` folder for reading. Headlight may have it open, and may be computing.

    Raises ``not-found``, ``project-too-old``, ``project-too-new``, ``project-damaged`` and ``project-locked`` (on network
    disks Headlight keeps a project to itself).
    """
    return Project(Path(path))


class Project:
    """A project that is read, never written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._databases = Databases(path)

    def __repr__(self) -> str:
        return f"<Project {self.path.name}: {len(self.runs)} runs>"

    @property
    def runs(self) -> List[Run]:
        """Runs in the order in which they were made, without deleted ones."""
        with self._databases.open("review") as review:
            deleted = review.execute("SELECT value FROM setting WHERE key = 'deleted-runs'").fetchone()
            rows = review.execute("SELECT id, name, definition, model, created_at, dataset_id, origin FROM run ORDER BY id").fetchall()
        hidden = set(json.loads(deleted[0])) if deleted else set()
        with self._databases.open("cache") as cache:
            origins = dict(cache.execute("SELECT run_id, origin FROM run_identity"))
        for row in rows:
            if row[0] in origins and origins[row[0]] != row[6]:
                raise HeadlightError(
                    "project-damaged", f"Run {row[0]} is another one in cache.sqlite. Open the project in Headlight, which tells them apart."
                )
        return [Run(self._databases, row[:6]) for row in rows if row[0] not in hidden]

    def run(self, which: Union[int, str]) -> Run:
        """A run by its id or its name. Raises ``not-found``, and ``usage`` for a name that several runs have."""
        runs = self.runs
        found = [run for run in runs if which in (run.id, run.name)]
        if len(found) == 1:
            return found[0]
        names = ", ".join(f"{run.id} {run.name!r}" for run in runs)
        if not found:
            raise HeadlightError("not-found", f"The project has no run {which!r}. It has: {names or 'none yet'}.")
        raise HeadlightError("usage", f"Several runs are called {which!r}: ask for one by its id. Runs: {names}.")

    def annotations(self) -> "pandas.DataFrame":
        """A row an annotation, in order of path: ``sample`` (id), ``path, kind, text, reviewer, shape, run, created_at, changed_at``.

        ``kind`` is ``tag``, ``verdict``, ``note``, ``region`` or ``settled``; ``text`` the tag, verdict or note; ``shape`` of
        a region is a dictionary in pixels of the upright picture. Needs pandas.
        """
        names = ("sample", "path", "kind", "text", "reviewer", "shape", "run", "created_at", "changed_at")
        with self._databases.open("review") as review:
            rows = review.execute(
                "SELECT sample_id, path, kind, text, reviewer, shape, run, annotation.created_at, changed_at "
                "FROM annotation JOIN sample_key ON sample_key.id = sample_id WHERE deleted = 0 "
                "ORDER BY path, sample_id, kind, reviewer, key"
            ).fetchall()
        columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        columns["shape"] = [None if shape is None else json.loads(shape) for shape in columns["shape"]]
        return table(columns)
