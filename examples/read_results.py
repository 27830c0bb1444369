"""Reads an export of Headlight and recomputes accuracy and a head statistic from it.

    headlight export --project P.headlight --what predictions --format npz --out predictions.npz
    headlight export --project P.headlight --what scores --format npz --out scores.npz
    headlight export --project P.headlight --what statistics --format npz --out statistics.npz
    python read_results.py predictions.npz scores.npz statistics.npz

Needs NumPy only. With pandas, the same tables are pd.read_parquet("predictions.parquet") and so on; columns of arrays
are one column an element there (`l1_7_2` is layer 7, head 2).
"""

import json
import sys

import numpy as np

predictions, scores, statistics = (np.load(path) for path in sys.argv[1:4])

# %% What the numbers are: model, settings, target, columns.
meta = json.loads(scores["meta.json"])
print(f"model {meta['about']['model']['file']}, SHA-256 {meta['about']['model']['sha256'][:12]}")
for column in meta["columns"]:
    print(f"  {column['name']:18} {column['type']:8} {column['meaning']}")

# %% Accuracy: 1 is correct, 0 wrong, -1 has no label or no result.
correct = predictions["correct"]
accuracy = (correct == 1).sum() / (correct >= 0).sum()
print(f"accuracy {accuracy:.4f} of {(correct >= 0).sum()}")

# %% Head weights are scores divided by their sum over the heads of the layer: [samples, layers, heads].
weights = scores["l1"].astype(np.float64)
weights /= weights.sum(axis=2, keepdims=True)
mean = weights.mean(axis=0)
layer, head = np.unravel_index(mean.argmax(), mean.shape)
print(f"the head of the largest mean weight: layer {layer}, head {head}: {mean[layer, head]:.4f}")

# %% The same from Headlight's own statistics.
rows = (statistics["norm"] == "l1") & (statistics["by"] == "all")
theirs = np.zeros_like(mean)
theirs[statistics["layer"][rows], statistics["head"][rows]] = statistics["mean"][rows]
difference = np.abs(mean - theirs).max()
print(f"largest difference to Headlight's means: {difference:.1e}")
# Headlight's statistics take weights to 2^-24, and are float32.
assert difference < 1e-5
