"""Which vision transformers Headlight explains: builds, exports, explains and compares with autograd; writes docs/COVERAGE.md.

    python scripts/coverage/coverage.py [--only timm,transformers,open_clip,torchvision] [--family NAME] [--results FILE] [--one] [--page]

Needs torch, torchvision, timm, transformers, open_clip_torch, onnx, onnxscript and numpy, and a build of Headlight (`npm run build`). Each case
runs in a process of its own, at most 400 seconds and 12 GB. Results are appended to a file with one JSON document a line; cases
that stand there are not run again. `--page` writes the page from the results only.

The reference is autograd of the PyTorch model in float32 (in float64 where that differs): the scores of a head are the sum of |d logit / d A| over its matrix for the
class with the largest logit. The error of a model is the largest difference of any head's score, divided by the largest score of
its layer.
"""
import argparse
import contextlib
import json
import multiprocessing
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import warnings

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))
LIMIT = 1e-4
SECONDS = 400
MEMORY = 12 << 30
MOST_PIXELS = 400

EXPORTERS = {  # name: (dynamo, opset, free batch)
    "legacy 17": (False, 17, True),
    "legacy 14": (False, 14, True),
    "legacy 17 fixed": (False, 17, False),
    "dynamo 18": (True, 18, True),
    "dynamo 23": (True, 23, True),
}


def cases(only, every, one=False):
    """`{id, source, family, build, entries, exporter}` of each export; the first of a family in every exporter. `one`: one build a class."""
    if "timm" in only:
        import timm_models

        seen = set()
        for (module, _, _), names in (timm_models.one_a_class() if one else timm_models.groups()).items():
            name = timm_models.smallest(names)
            first = module not in seen
            for exporter in EXPORTERS if first or every else ["legacy 17"]:
                yield dict(source="timm", family=module, build=name, entries=len(names), exporter=exporter, **(dict(one=True) if one else {}))
            seen.add(module)
    from other_models import OPEN_CLIP, TORCHVISION, TRANSFORMERS

    for source, names in (("transformers", TRANSFORMERS), ("open_clip", OPEN_CLIP), ("torchvision", TORCHVISION)):
        for name in names if source in only else []:
            for exporter in EXPORTERS if source == "transformers" else ["legacy 17", "dynamo 18"]:
                yield dict(source=source, family=name, build=name, entries=1, exporter=exporter)


def build(case):
    import other_models

    if case["source"] == "timm":
        import timm_models

        return timm_models.build(case["build"])[:2]
    return getattr(other_models, "build_" + case["source"])(case["build"])


def run_case(case):
    """The case with `status`: accepted, wrong, refused, failed, rounded, no attention, no gradient, too large, not built, not exported."""
    import numpy as np
    import torch

    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    started = time.time()
    try:
        model, shape = build(case)
    except Exception as error:
        return dict(case, status="not built", reason=_short(error))
    if max(shape[1:]) > MOST_PIXELS:
        return dict(case, status="too large", reason=f"its picture is {shape[1]} x {shape[2]}")
    x = torch.randn(2, *shape)
    give_weight(model)
    calibrate(model, x)
    sites, y = attention(model, x)
    if not sites or not isinstance(y, torch.Tensor):
        return dict(case, status="no attention")
    scalar, asked = question(case, y)
    if scalar is None:
        return dict(case, status="other question", reason=asked)
    scalar(y).backward()
    if not any(site.grad is not None and site.grad.abs().sum() > 0 for site in sites):
        return dict(case, status="no gradient", reason="every gradient is 0 with these weights, which would agree with anything")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        try:
            export(model, x, folder / "model.onnx", *EXPORTERS[case["exporter"]])
        except Exception as error:
            return dict(case, status="not exported", reason=_short(error))
        size = sum(f.stat().st_size for f in folder.iterdir())
        np.save(folder / "x.npy", x.numpy())
        got = explain(folder, asked)
        out = dict(case, sites=[list(a.shape) for a in sites][:40], megabytes=round(size / 1e6, 1), seconds=round(time.time() - started, 1))
        if got["status"] != "explained":
            return dict(out, **got)
        out = dict(out, certificate=got["certificate"], **compare(folder / "out", sites, y.detach().numpy()))
        return against_double(out, model, x, scalar, folder / "out", sites) if out["status"] == "wrong" and "error" in out else out


def attention(model, x):
    """The attention matrices of a forward pass, in order, and the output."""
    from attention import AttentionProbe

    with AttentionProbe() as probe:
        y = model(x.clone().requires_grad_())
    return probe.sites, y


def question(case, y):
    """What is explained: a function from the output to the sum of both pictures' scalars, and its name; or None and the reason."""
    import torch

    if y.dim() == 2:
        target = y.argmax(1)
        return lambda y: y[torch.arange(2), target].sum(), ",".join(str(int(t)) for t in target)
    if y.dim() == 3 and case["family"] == "YOLOS":
        return lambda y: y[:, 0, 1].sum(), "query:0:1"
    if y.dim() == 4:
        chosen = y.argmax(1)
        target = int(chosen.flatten().bincount().argmax())
        mask = (chosen == target).float()
        if (mask.sum((1, 2)) == 0).any():
            return None, "no class has a place in both pictures"
        return lambda y: ((y[:, target] * mask).sum((1, 2)) / mask.sum((1, 2))).sum(), f"mask:{target}"
    return None, f"its output is {list(y.shape)}"


def against_double(result, model, x, scalar, folder, single):
    """The same compared with autograd in double precision, where autograd in single precision differs: which of the two is off?

    "rounded": PyTorch in single precision is itself further from double precision than the limit.
    """
    try:
        sites, y = attention(model.double(), x.double())
        scalar(y).backward()
    except RuntimeError as error:  # the model casts to single precision inside
        return dict(result, reason=f"an error of {result['error']:.1e}; double precision: {_short(error)}")
    theirs = max(_difference(a.grad, b.grad) for a, b in zip(single, sites))
    ours = compare(folder, sites, y.detach().numpy())
    if ours["status"] == "wrong" and theirs > LIMIT:
        ours = dict(ours, status="rounded", reason=f"single precision is not enough: PyTorch's scores differ by {theirs:.0e} from its own in double precision, Headlight's by {ours['error']:.0e}")
    return dict(result, **ours, single=theirs)


def _difference(single, double):
    """How far PyTorch's scores of a site in single precision are from those in double, of the largest."""
    from attention import head_scores

    a, b = head_scores(single, 2)[0], head_scores(double, 2)[0]
    return float((a - b).abs().max() / max(float(b.max()), 1e-300))


def give_weight(model):
    """Scales and layers that a fresh model has at 0, such as the last normalisation of a branch or the head, would hide all that is before them."""
    import torch

    for name, parameter in model.named_parameters():
        if parameter.any() or name.endswith("bias"):
            continue
        if parameter.dim() == 1:
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
        else:
            torch.nn.init.normal_(parameter, std=0.02)


def calibrate(model, x):
    """Gives batch normalisations the statistics of `x`: with those of a fresh model, values vanish within some blocks."""
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.train()
        norm.momentum = 1.0
    if norms:
        with torch.no_grad():
            model(x)
    for norm in norms:
        # A feature of the whole picture hardly differs between two: divided by that, rounding errors would become the logits.
        norm.running_var.clamp_(min=0.01)
        norm.eval()


def export(model, x, path, dynamo, opset, free):
    import torch

    x = x if free else x[:1]
    names = dict(input_names=["pixel_values"], output_names=["logits"], opset_version=opset)
    if dynamo:
        shapes = dict(dynamic_shapes=({0: torch.export.Dim("batch")},)) if free else {}
        torch.onnx.export(model, (x,), str(path), dynamo=True, external_data=False, verbose=False, **names, **shapes)
    else:
        axes = {"pixel_values": {0: "batch"}, "logits": {0: "batch"}} if free else None
        torch.onnx.export(model, (x,), str(path), dynamo=False, dynamic_axes=axes, **names)


def explain(folder, target):
    command = ["node", str(ROOT / "scripts/headlight.mjs"), "explain", "model.onnx", "--input", "x.npy", "--out", "out", "--target", target, "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode == 0:
        return dict(status="explained", certificate=json.loads(done.stdout)["certificate"]["passed"])
    said = [line for line in done.stderr.splitlines() if line.strip() and "was passed over" not in line]
    try:
        document = json.loads(done.stdout)
        said = [document["error"]["message"]] if "error" in document else ["the certificate did not pass: " + document["certificate"]["failures"][0]]
    except Exception:
        pass
    return dict(status="refused" if done.returncode == 3 else "failed", reason=(said or ["nothing was said"])[-1][:400])


def compare(folder, sites, logits):
    import numpy as np

    whole = folder / "head_l1.npy"
    ours = list(np.load(whole).transpose(1, 0, 2)) if whole.exists() else [np.load(f) for f in sorted(folder.glob("head_l1_*.npy"))]
    if logits.ndim == 2 and np.abs(np.load(folder / "logits.npy") - logits).max() > LIMIT * max(1, np.abs(logits).max()):
        return dict(status="wrong", reason="the logits differ")
    # A query that pools the tokens is no layer: Headlight reads the last layer's rows by it.
    pooled = len(sites) - len(ours)
    if pooled > 0:
        square = [site for site in sites if site.shape[-1] == site.shape[-2]]
        sites = square if len(square) == len(ours) else sites
    at, worst = 0, 0.0
    for layer, mine in enumerate(ours):
        error, used = _layer_error(mine, sites[at:])
        if error is None:
            return dict(status="wrong", reason=f"layer {layer} has {mine.shape[1]} heads, PyTorch's matrices are {[list(s.shape) for s in sites[at : at + 2]]}")
        at, worst = at + used, max(worst, error)
    if at != len(sites):
        return dict(status="wrong", reason=f"{len(ours)} layers of attention, PyTorch has {len(sites)} matrices")
    return dict(status="accepted" if worst <= LIMIT else "wrong", error=worst, pooled=max(0, pooled - (at - len(ours))))


def _layer_error(mine, sites):
    """The error of one layer `[B, heads]`, and how many matrices it has: branches of a parallel block are heads of one layer."""
    import numpy as np

    from attention import head_scores

    for count in range(1, min(4, len(sites)) + 1):
        candidates = [head_scores(site.grad, len(mine)) for site in sites[:count]]
        errors = []
        for which in range(max(len(c) for c in candidates)):
            scores = np.concatenate([c[min(which, len(c) - 1)].numpy() for c in candidates], 1)
            if scores.shape == mine.shape:
                errors.append(float(np.abs(scores - mine).max() / max(scores.max(), 1e-30)))
        if errors:
            return min(errors), count
    return None, 0


def _short(error):
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", default="timm,transformers,open_clip,torchvision")
    arguments.add_argument("--family")
    arguments.add_argument("--results", type=pathlib.Path, default=ROOT / "coverage.jsonl")
    arguments.add_argument("--every", action="store_true", help="every exporter for each timm group, not for the first of a family alone")
    arguments.add_argument("--one", action="store_true", help="one configuration of each of timm's classes, in place of each configuration")
    arguments.add_argument("--again", default="", help="cases with these results are run again: refused,wrong,failed")
    arguments.add_argument("--shuffle", action="store_true", help="in an order by chance (seeded), so that what is done early stands for all")
    arguments.add_argument("--exporters", default=",".join(EXPORTERS))
    arguments.add_argument("--otherwise", help="the exporter for what the asked one does not export")
    arguments.add_argument("--page", action="store_true")
    asked = arguments.parse_args()
    if not asked.page:
        run_all(asked)
    from page import write_page

    write_page(asked.results, ROOT / "docs/COVERAGE.md")


def run_alone(case):
    """`run_case` in a child, forked so that torch is not loaded again; a child that dies or takes too long is that case's result."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_in_child, args=(case, sender))
    child.start()
    sender.close()
    try:
        if not receiver.poll(SECONDS):
            return dict(case, status="too slow", reason=f"more than {SECONDS} s")
        return receiver.recv()
    except EOFError:
        child.join()
        return dict(case, status="failed", reason=f"the process ended with {child.exitcode}")
    finally:
        # Its group: what it started would go on.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.join()


def _in_child(case, sender):
    os.setsid()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    try:
        sender.send(run_case(case))
    except Exception as error:
        sender.send(dict(case, status="failed", reason=_short(error)))


def run_all(asked):
    if asked.only != "timm":
        import transformers  # noqa: F401
    import timm  # noqa: F401  loaded once, for all children
    import torch

    torch.set_num_threads(1)
    def key(case):
        return (case["source"], case["build"], case["exporter"])

    kept = [json.loads(line) for line in asked.results.read_text().splitlines()] if asked.results.exists() else []
    kept = [result for result in kept if result["status"] not in asked.again.split(",")]
    asked.results.write_text("".join(json.dumps(result) + "\n" for result in kept))
    done = {key(result) for result in kept}
    never = {"no attention", "too large", "not built", "other question"}
    without = {(result["source"], result["build"]) for result in kept if result["status"] in never}
    wanted = list(cases(asked.only.split(","), asked.every, asked.one))
    if asked.shuffle:
        random.Random(0).shuffle(wanted)
    for case in wanted:
        if key(case) in done or case["exporter"] not in asked.exporters.split(",") or (asked.family and case["family"] != asked.family) or (case["source"], case["build"]) in without:
            continue
        result = run_alone(case)
        if result["status"] == "not exported" and asked.otherwise:
            _note(result, asked.results)
            result = run_alone(dict(case, exporter=asked.otherwise))
        if result["status"] in never:
            without.add((case["source"], case["build"]))
        _note(result, asked.results)


def _note(result, results):
    with results.open("a") as file:
        file.write(json.dumps(result) + "\n")
    print(result["source"], result["build"], result["exporter"], result["status"], result.get("error", result.get("reason", "")), file=sys.stderr)


if __name__ == "__main__":
    main()
