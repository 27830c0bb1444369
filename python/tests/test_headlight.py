"""The package against what Headlight exported of the same project: HEADLIGHT_PROJECT is a .headlight folder, HEADLIGHT_EXPORTS a
folder with predictions.npz, scores.npz, maps.npz, annotations.json, detections.json
(query and box of each sample in order of ids) and attention.json (attention as it was written, and the means that Headlight shows). The project may be open in Headlight.

    python3 -m unittest discover -s python/tests -t python
"""
import contextlib
import io
import json
import os
import shutil
import sqlite3
import struct
import tempfile
import unittest
from pathlib import Path

import numpy as np

import headlight
from headlight import databases
from headlight.maps import map_values

PROJECT = Path(os.environ["HEADLIGHT_PROJECT"])
EXPORTS = Path(os.environ["HEADLIGHT_EXPORTS"])


def exported(name):
    return np.load(EXPORTS / f"{name}.npz")


def joined(pages):
    pages = list(pages)
    return np.concatenate([page.ids for page in pages]), np.concatenate([page.values for page in pages])


class AgainstExports(unittest.TestCase):
    def setUp(self):
        self.project = headlight.open(PROJECT)
        (self.run,) = self.project.runs
        table = self.run.samples()
        self.path = table["path"].to_dict()

    def paths(self, ids):
        return [self.path[each] for each in ids.tolist()]

    def test_samples_are_the_rows_of_the_predictions(self):
        table, wanted = self.run.samples(), exported("predictions")
        self.assertEqual(table["path"].tolist(), wanted["path"].tolist())
        for name in ("label", "prediction", "dataset_label", "split"):
            self.assertEqual(table[name].astype(object).fillna("").tolist(), wanted[name].tolist(), name)
        for name in ("label_index", "prediction_index"):
            self.assertEqual(table[name].tolist(), wanted[name].tolist(), name)
        np.testing.assert_array_equal(table["confidence"], wanted["confidence"])
        self.assertEqual(table["correct"].astype("float").fillna(-1).tolist(), wanted["correct"].tolist())
        failed = table[table["state"] == "failed"]
        self.assertEqual(len(failed), int((wanted["prediction_index"] == -1).sum()))
        self.assertGreater(len(failed), 0)
        self.assertTrue(failed["error"].str.len().gt(0).all())

    def test_scores_maps_and_classes_are_those_of_the_exports_whatever_the_page(self):
        scores, maps = exported("scores"), exported("maps")
        for page in (1, 3, 1024):
            for norm in ("l1", "l2"):
                ids, values = joined(self.run.head_scores(norm, page=page))
                self.assertEqual(self.paths(ids), scores["path"].tolist())
                np.testing.assert_array_equal(values, scores[norm])
            for method in self.run.methods:
                ids, values = joined(self.run.maps(method, page=page))
                self.assertEqual(self.paths(ids), maps["path"].tolist())
                np.testing.assert_array_equal(values, maps[method])
        tops = list(self.run.top_classes())
        best = {sample: int(row[0]) for top in tops for sample, row in zip(top.ids.tolist(), top.classes)}
        table = self.run.samples()
        self.assertEqual(best, table.loc[list(best), "prediction_index"].to_dict())

    def test_asked_ids_come_in_their_order_and_those_without_are_left_out(self):
        ids = self.run.samples().index.to_numpy()[::-1]
        found, values = joined(self.run.head_scores("l1", ids=ids))
        self.assertEqual(found.tolist(), [each for each in ids.tolist() if each in set(found.tolist())])
        backwards, _ = joined(self.run.head_scores("l1"))
        self.assertEqual(found.tolist(), backwards.tolist()[::-1])
        self.assertEqual(list(self.run.maps(self.run.methods[0], ids=[10**9])), [])

    def test_weights_are_scores_over_the_sum_of_their_layer(self):
        for norm in ("l1", "l2"):
            ids, scores = joined(self.run.head_scores(norm))
            for layer, heads in self.run.layers:
                wanted = scores[:, layer, :heads].astype(np.float64)
                wanted /= wanted.sum(1, keepdims=True)
                page = self.run.head_weights(norm, layer)
                order = np.argsort(ids)
                self.assertEqual(page.ids.tolist(), ids[order].tolist())
                np.testing.assert_allclose(page.values, wanted[order], atol=2**-23)
                one = self.run.head_weights(norm, layer, heads - 1)
                np.testing.assert_array_equal(one.values, page.values[:, heads - 1])

    def test_numbers_and_arrays_of_samples_are_those_that_were_written(self):
        wanted = json.loads((EXPORTS / "detections.json").read_text("utf8"))
        self.assertEqual([(each.name, each.shape) for each in self.run.quantities()], [("query", ()), ("box", (4,)), ("taylor", (2, 2))])
        for name, shape in (("query", (-1,)), ("box", (-1, 4))):
            ids, values = self.run.quantity(name)
            self.assertEqual(len(ids), self.run.state()["done"])
            self.assertEqual(sorted(ids.tolist()), ids.tolist())
            np.testing.assert_array_equal(values, np.array(wanted[name], values.dtype).reshape(shape))
        with self.assertRaises(headlight.HeadlightError) as caught:
            self.run.quantity("no_such")
        self.assertIn("query, box, taylor", str(caught.exception))

    def test_annotations_are_those_of_the_export(self):
        wanted = json.loads((EXPORTS / "annotations.json").read_text("utf8"))["rows"]
        table = self.project.annotations()
        self.assertGreater(len(table), 0)
        found = [(row.path, row.kind, row.text, row.reviewer) for row in table.itertuples()]
        self.assertEqual(found, [(each["sample"], each["kind"], each["text"], each["reviewer"]) for each in wanted])

    def test_attention_means_are_those_that_headlight_shows(self):
        written = json.loads((EXPORTS / "attention.json").read_text("utf8"))
        for layer, heads in self.run.layers:
            means = self.run.attention_means(layer)
            for head in range(heads):
                (shown,) = [each for each in written["shown"] if (each["layer"], each["head"]) == (layer, head)]
                self.assertEqual(means.labels.tolist(), shown["labels"])
                self.assertEqual(means.counts.tolist(), shown["counts"])
                found = means.means[:, head].reshape(-1)
                np.testing.assert_allclose(found, shown["means"], rtol=0, atol=2**-24)
            whole = np.array(written["attention"], np.float64).reshape(-1, len(self.run.layers), heads, *self.run.grid)
            np.testing.assert_allclose(means.overall(), whole[:, layer].mean(0), rtol=0, atol=2**-24)
        self.assertEqual(set(means.outcomes), {"correct", "wrong"})

    def test_what_is_not_there_is_said(self):
        for ask, code in (
            (lambda: self.project.run("no such run"), "not-found"),
            (lambda: self.run.head_weights("l3"), "usage"),
            (lambda: self.run.head_weights("l1", 99), "usage"),
            (lambda: list(self.run.maps("no_method")), "usage"),
            (lambda: headlight.open(EXPORTS), "not-found"),
        ):
            with self.assertRaises(headlight.HeadlightError) as caught:
                ask()
            self.assertEqual(caught.exception.code, code)


class OfCopies(unittest.TestCase):
    """What other versions, kills and disks make of a project."""

    def setUp(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        self.copy = Path(folder) / "Copy.headlight"
        self.copy.mkdir()
        for name in ("review.sqlite", "cache.sqlite"):
            with contextlib.closing(sqlite3.connect(f"file:{PROJECT / name}?mode=ro", uri=True)) as original:
                with contextlib.closing(sqlite3.connect(self.copy / name)) as copy:
                    original.backup(copy)

    def change(self, name, *statements):
        with contextlib.closing(sqlite3.connect(self.copy / name)) as database:
            # Headlight's triggers call a function of its own, and one that Debian's SQLite is too old for.
            for function in ("row_checksum", "concat_ws"):
                database.create_function(function, -1, lambda *_: 0)
            for statement in statements:
                database.execute(statement)
            database.commit()

    def raises(self, code, ask):
        with self.assertRaises(headlight.HeadlightError) as caught:
            ask()
        self.assertEqual(caught.exception.code, code, str(caught.exception))

    def test_rows_answer_where_a_block_has_no_columns(self):
        (whole,) = headlight.open(PROJECT).runs
        self.change("cache.sqlite", "UPDATE run_block SET columns = NULL, weighed = 0")
        (run,) = headlight.open(self.copy).runs
        self.assertTrue(run.samples().equals(whole.samples()))
        for layer, _ in run.layers:
            rows, columns = run.head_weights("l1", layer), whole.head_weights("l1", layer)
            self.assertEqual(rows.ids.tolist(), columns.ids.tolist())
            np.testing.assert_allclose(rows.values, columns.values, atol=2**-23)

    def test_a_run_of_a_former_version_says_how_to_have_sum_a_o_g(self):
        self.change("cache.sqlite", "DELETE FROM vector WHERE name = 'taylor'")
        (run,) = headlight.open(self.copy).runs
        with self.assertRaisesRegex(headlight.HeadlightError, "no sum A o G: run it again"):
            run.quantity("taylor")

    def test_a_changed_byte_is_no_number(self):
        (run,) = headlight.open(self.copy).runs
        method = run.methods[0]
        self.change("cache.sqlite", "UPDATE map SET relevance = zeroblob(length(relevance))")
        self.raises("project-damaged", lambda: list(run.maps(method)))
        self.change("cache.sqlite", "UPDATE result SET head_l1 = zeroblob(length(head_l1))")
        self.raises("project-damaged", lambda: list(run.head_scores("l1")))
        self.change("cache.sqlite", "UPDATE weight_block SET high = zeroblob(length(high))")
        self.raises("project-damaged", lambda: run.head_weights("l1"))
        self.change("cache.sqlite", "UPDATE run_block SET columns = zeroblob(length(columns))")
        self.raises("project-damaged", run.samples)

    def test_other_formats_and_another_review_file_are_refused(self):
        versions = (("review.sqlite", databases.REVIEW_VERSION), ("cache.sqlite", databases.CACHE_VERSION))
        for name, version in versions:
            self.change(name, f"PRAGMA user_version = {version + 1}")
            self.raises("project-too-new", lambda: headlight.open(self.copy))
            self.change(name, f"PRAGMA user_version = {version - 1}")
            self.raises("project-too-old", lambda: headlight.open(self.copy))
            self.change(name, f"PRAGMA user_version = {version}")
        self.change("cache.sqlite", "UPDATE lineage SET review_key = 'another'")
        self.raises("project-damaged", lambda: headlight.open(self.copy))
        (self.copy / "cache.sqlite").write_bytes(b"no database at all" * 100)
        self.raises("project-damaged", lambda: headlight.open(self.copy))
        (self.copy / "cache.sqlite").unlink()
        self.raises("not-found", lambda: headlight.open(self.copy))

    def test_localisation_is_a_row_a_sample_and_method(self):
        (run,) = headlight.open(self.copy).runs
        self.assertEqual(len(run.localisation()), 0)
        rows = [(2, "gmar_l1", 1.0, 0.25, 0.5), (3, "gmar_l1", 0.0, 0.125, 0.75)]
        values = ", ".join(f"({run.id}, '{method}', {sample}, {point}, {energy}, {iou})" for sample, method, point, energy, iou in rows)
        self.change("cache.sqlite", f"INSERT INTO localisation (run_id, method, sample_id, pointing, energy, iou) VALUES {values}")
        self.assertEqual(list(run.localisation().itertuples(index=False, name=None)), rows)

    def test_attention_that_is_not_kept_is_said(self):
        (run,) = headlight.open(self.copy).runs
        self.change("cache.sqlite", "DELETE FROM attention_sum")
        self.raises("not-found", lambda: run.attention_means(0))

    def test_a_deleted_run_is_not_listed(self):
        (run,) = headlight.open(self.copy).runs
        self.change("review.sqlite", f"INSERT OR REPLACE INTO setting VALUES ('deleted-runs', '[{run.id}]')")
        self.assertEqual(headlight.open(self.copy).runs, [])

    def test_nothing_is_written(self):
        before = {file.name: file.read_bytes() for file in self.copy.iterdir()}
        project = headlight.open(self.copy)
        (run,) = project.runs
        run.samples()
        list(run.maps(run.methods[0]))
        project.annotations()
        after = {file.name: file.read_bytes() for file in self.copy.iterdir()}
        # SQLite's own, of every reader of a write-ahead log: shared memory, and a log without anything in it.
        for name in list(after):
            if name.endswith("-shm") or (name.endswith("-wal") and after[name] == b""):
                del after[name]
        self.assertTrue(after == before, "a file has changed")

    def test_a_held_file_is_a_sentence(self):
        with contextlib.closing(sqlite3.connect(self.copy / "cache.sqlite", isolation_level=None)) as holder:
            holder.execute("PRAGMA journal_mode = DELETE")
            holder.execute("PRAGMA locking_mode = EXCLUSIVE")
            holder.execute("BEGIN EXCLUSIVE")
            timeout, databases.TIMEOUT_S = databases.TIMEOUT_S, 0.05
            try:
                self.raises("project-locked", lambda: headlight.open(self.copy))
            finally:
                databases.TIMEOUT_S = timeout


class Notebook(unittest.TestCase):
    def test_it_runs_from_top_to_bottom(self):
        notebook = json.loads((Path(__file__).parents[1] / "review.ipynb").read_text("utf8"))
        names = {}
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
        self.assertEqual(len(names["samples"]), len(names["run"].samples()))
        self.assertRegex(printed.getvalue(), r"accuracy \d\.\d+ of \d+ labelled")


class StoredMaps(unittest.TestCase):
    def test_half_of_the_width_behind_a_power_of_two(self):
        values = np.array([0.75, 3.5, 0.001953125, 0], np.float32)
        blob = struct.pack("<f", 2.0) + (values / 2).astype("<f2").tobytes()
        np.testing.assert_array_equal(map_values(blob, 4), values)
        np.testing.assert_array_equal(map_values(values.astype("<f4").tobytes(), 4), values)


if __name__ == "__main__":
    unittest.main()
