#!/usr/bin/env bash
# ONNX Runtime gives other numbers each time it runs a BatchNormalization in training mode whose further outputs nobody reads.
# Seen with onnxruntime 1.32.0 (CPU). With training_mode = 1, ONNX's BatchNormalization-15 normalises by the mean and variance of
# its input, and the outputs running_mean and running_var must be there. torch.onnx.export writes weight standardisation
# (timm's StdConv2d: ViT hybrids, BiT) that way. At ORT_DISABLE_ALL, or where all three outputs are read, y is right. From ORT_ENABLE_BASIC on
# (the default is higher) the unread outputs are dropped, y is wrong, and in one session each run on the same input gives another y.
# Exits non-zero once the optimised session gives the right y.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto as T, helper as h, numpy_helper as n

x = np.random.default_rng(0).standard_normal((2, 4, 9)).astype(np.float32)
right = (x - x.mean((0, 2), keepdims=True)) / np.sqrt(x.var((0, 2), keepdims=True) + 1e-5) + 1
node = h.make_node("BatchNormalization", ["x", "scale", "bias", "mean", "var"], ["y", "running_mean", "running_var"], training_mode=1)
ones = [n.from_array(np.ones(4, np.float32), name) for name in ("scale", "bias", "mean", "var")]
graph = h.make_graph([node], "g", [h.make_tensor_value_info("x", T.FLOAT, x.shape)], [h.make_tensor_value_info("y", T.FLOAT, x.shape)], ones)
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=10)
onnx.checker.check_model(model, full_check=True)
errors = {}
for level in ("ORT_DISABLE_ALL", "ORT_ENABLE_BASIC", "ORT_ENABLE_ALL"):
    options = ort.SessionOptions()
    options.graph_optimization_level = getattr(ort.GraphOptimizationLevel, level)
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    errors[level] = [float(np.abs(session.run(None, {"x": x})[0] - right).max()) for _ in range(3)]
    print(f"onnxruntime {ort.__version__} {level}: errors of three runs {errors[level]}")
assert max(errors["ORT_DISABLE_ALL"]) < 1e-5, "the unoptimised session is wrong, too"
assert min(errors["ORT_ENABLE_ALL"]) > 1e-2, "the optimised session is right now"
PY
