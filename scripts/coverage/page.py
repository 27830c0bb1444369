"""docs/COVERAGE.md, from the results of coverage.py."""
import importlib.metadata
import json
import re
from collections import Counter, defaultdict

PACKAGES = ["torch", "torchvision", "timm", "transformers", "open_clip_torch", "onnx", "onnxscript"]
TRIED = {"accepted", "wrong", "refused", "failed", "rounded"}


def write_page(results, page):
    rows = [json.loads(line) for line in results.read_text().splitlines()]
    tried = [r for r in rows if r["status"] in TRIED]
    page.write_text("\n".join([*_start(tried, len(rows)), *_timm(rows), *_families(rows), *_reasons(tried), *_left_out(rows)]) + "\n")


def _start(tried, every):
    count = Counter(r["status"] for r in tried)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    families = len({(r["source"], r["family"]) for r in tried})
    certified = [r for r in tried if r["status"] == "accepted" and "certificate" in r]
    failed = sum(not r["certificate"] for r in certified)
    lines = [
        "# Coverage: which exports are explained, and how exactly",
        "",
        "`scripts/coverage/coverage.py` writes this page. It builds each model with few blocks and random weights, exports it, explains two",
        "random pictures with Headlight and compares the score of every head (the sum of |d logit / d A|) with PyTorch's autograd. A model is",
        "**accepted** if every score agrees to 1e-4 of the largest score of its layer. Of a detector one query is explained, of a",
        "segmentation a class over its own mask. Which families have maps, too, is said in docs/MODELS.md.",
        f"Versions: {versions}.",
        "",
        f"{len(tried)} exports of {families} families were tried: **{count['accepted']} accepted**, {count['refused']} refused with a reason, "
        f"{count['wrong']} wrong, {count['failed']} failed. {every - len(tried)} more have no such result (last table).",
    ]
    if certified:
        lines.append(f"Of {len(certified)} accepted ones the certificate was noted: {len(certified) - failed} passed, {failed} failed. The others were run before it was noted.")
    return [*lines, ""]


def _timm(rows):
    """What became of timm's builds: accepted if one exporter's file is; one build stands for all names of its class or configuration."""
    import timm_models

    builds = {}
    for r in rows:
        if r["source"] == "timm" and builds.get(r["build"], {}).get("status") != "accepted":
            builds[r["build"]] = r
    if not builds:
        return []
    wanted = timm_models.groups().values()
    # The same classes as asked for now: a build of an older results file may stand for other names.
    stands = {timm_models.smallest(names): len(names) for names in wanted}
    tried = {name: r["status"] for name, r in builds.items() if name in stands}
    names = {status: sum(stands[n] for n, s in tried.items() if s == status) for status in set(tried.values())}
    without = {"no attention", "not built"}
    attention = {status: count for status, count in names.items() if status not in without}
    total = sum(attention.values())
    others = ", ".join(f"{count} {status}" for status, count in sorted(attention.items(), key=lambda each: (-each[1], each[0])) if status != "accepted")
    accepted = attention.get("accepted", 0)
    return [
        "## timm",
        "",
        f"The {sum(stands.values())} names that `timm.create_model` takes, of modules that may hold attention, fall into {len(stands)} classes and configurations.",
        f"Of each, one build with few blocks stands for all of its names. {len(tried)} were tried, in an order by chance; they stand for {sum(names.values())} names,",
        f"of which {total} have matrices of attention. Of these names **{accepted} ({100 * accepted / total:.0f} %) are accepted**" + (f"; {others}." if others else "."),
        "",
    ]


def _families(rows):
    groups = defaultdict(list)
    for r in rows:
        if r["status"] != "no attention":
            groups[(r["source"], r["family"])].append(r)
    lines = ["## Families", "", "| from | family | exports | accepted | exporters accepted | largest error | seconds |", "|---|---|---|---|---|---|---|"]
    for (source, family), cases in sorted(groups.items()):
        good = [c for c in cases if c["status"] == "accepted"]
        exporters = ", ".join(sorted({c["exporter"] for c in good})) or "none"
        error = f"{max(c['error'] for c in good):.0e}" if good else ""
        seconds = f"{max((c.get('seconds', 0) for c in cases), default=0):.0f}"
        lines.append(f"| {source} | {family} | {len(cases)} | {len(good)} | {exporters} | {error} | {seconds} |")
    return [*lines, ""]


def _reasons(tried):
    found = defaultdict(list)
    for r in tried:
        if r["status"] != "accepted":
            found[(r["status"], _general(_said(r)))].append(r)
    if not found:
        return []
    lines = ["## What is not accepted, and why", "", "| | what was said of the example | exports alike | example |", "|---|---|---|---|"]
    for (status, _), cases in sorted(found.items(), key=lambda item: -len(item[1])):
        first = cases[0]
        lines.append(f"| {status} | {_said(first).replace('|', '/')} | {len(cases)} | {first['source']} {first['build']}, {first['exporter']} |")
    return [*lines, ""]


def _left_out(rows):
    left = [r for r in rows if r["status"] not in TRIED | {"no attention"}]
    if not left:
        return []
    lines = ["## Without a result", "", "| | from | build | reason |", "|---|---|---|---|"]
    for r in left:
        lines.append(f"| {r['status']} | {r['source']} | {r['build']}, {r['exporter']} | {r.get('reason', '').replace('|', '/')[:160]} |")
    return [*lines, ""]


def _said(result):
    reason = result.get("reason") or f"an error of {result['error']:.2e}, where 1e-4 is allowed"
    return reason.removeprefix("model.onnx cannot be explained. ").removeprefix("Refused: ")


def _general(reason):
    """The reason without what differs from model to model: names of nodes and values, numbers of layers."""
    reason = re.sub(r"(/[\w.]+)+|node_\w+|\b\w+_\d+\b", "…", reason)
    return re.sub(r"\d+", "n", reason)[:220]
