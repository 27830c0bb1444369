#!/usr/bin/env bash
# onnx's reference implementation of LpNormalization with p = 1 sums without absolute values.
# Seen with onnx 1.23.2. The operator divides by (sum |x|^p)^(1/p). onnx.reference gives x / sum(x) for p = 1, so that values
# of both signs come out too large, or of the wrong sign; onnxruntime 1.32.0 divides by sum |x|. Exits non-zero once both agree.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto as T, helper as h
from onnx.reference import ReferenceEvaluator

value = lambda name: h.make_tensor_value_info(name, T.FLOAT, [1, 3])
graph = h.make_graph([h.make_node("LpNormalization", ["x"], ["y"], axis=-1, p=1)], "g", [value("x")], [value("y")])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model, full_check=True)
x = np.array([[-1, 2, 3]], np.float32)
reference = ReferenceEvaluator(model).run(None, {"x": x})[0]
runtime = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
print(f"onnx {onnx.__version__} reference: {reference}; onnxruntime {ort.__version__}: {runtime}; x / sum |x|: {x / np.abs(x).sum()}")
assert np.allclose(runtime, x / np.abs(x).sum()), "onnxruntime no longer divides by the sum of absolute values"
assert np.allclose(reference, x / x.sum()), "the reference implementation has changed"
PY
