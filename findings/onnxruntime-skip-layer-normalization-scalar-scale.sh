#!/usr/bin/env bash
# ONNX Runtime's optimiser makes a model fail that runs without it: Add and LayerNormalization with a scale of one element.
# Seen with onnxruntime 1.32.0 (CPU). ONNX's LayerNormalization-17 lets scale broadcast to the normalised axes, and the CPU
# kernel takes a scale of shape [1]. From ORT_ENABLE_EXTENDED on, Add + LayerNormalization become SkipLayerNormalization,
# whose kernel refuses that scale when it runs: "Last dimension of gamma and input does not match". Exits non-zero once
# the optimised model runs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto as T, helper as h

value = lambda name: h.make_tensor_value_info(name, T.FLOAT, [1, 4, 8])
graph = h.make_graph(
    [h.make_node("Add", ["a", "b"], ["s"]), h.make_node("LayerNormalization", ["s", "scale"], ["y"], axis=-1)],
    "g", [value("a"), value("b")], [value("y")], [h.make_tensor("scale", T.FLOAT, [1], [1.5])])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model, full_check=True)
rng = np.random.default_rng(0)
feeds = {name: rng.normal(size=(1, 4, 8)).astype(np.float32) for name in "ab"}
s = feeds["a"] + feeds["b"]
wanted = 1.5 * (s - s.mean(-1, keepdims=True)) / np.sqrt(s.var(-1, keepdims=True) + 1e-5)
said = {}
for level in ("ORT_DISABLE_ALL", "ORT_ENABLE_BASIC", "ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL"):
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = getattr(ort.GraphOptimizationLevel, level)
    try:
        session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        said[level] = f"right to {np.abs(session.run(None, feeds)[0] - wanted).max():.0e}"
    except Exception as error:
        said[level] = str(error).split("\n")[0][-120:]
    print(f"onnxruntime {ort.__version__} {level}: {said[level]}")
assert all(said[level].startswith("right") for level in ("ORT_DISABLE_ALL", "ORT_ENABLE_BASIC"))
assert all("gamma" in said[level] for level in ("ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL")), "the optimised model runs now"
PY
