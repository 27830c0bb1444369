#!/usr/bin/env bash
# transformers 5 saves the same preprocessor_config.json for an image processor over Pillow and for one over torchvision, and
# AutoImageProcessor reads it with torchvision wherever that is installed. Seen with transformers 5.24.0, torch 2.15.0,
# torchvision 0.29.2 and pillow 13.0.0: what was saved by ViTImageProcessorPil comes back as ViTImageProcessor without a warning.
# The pixels that reach the model are others: by one level for ViT, by 16 for a portrait under ConvNeXt's processor in the noise
# here. So the file cannot tell with which of the two a model was evaluated. Exits non-zero once the files differ, the class
# comes back as it was saved, or both ways give the same pixels.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet transformers==5.24.0 torch==2.15.0 torchvision==0.29.2 pillow==13.0.0 numpy==2.4.6
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
from pathlib import Path
import numpy as np
from PIL import Image
from transformers import AutoImageProcessor, ConvNextImageProcessorPil, ViTImageProcessor, ViTImageProcessorPil

saved = {}
for written in (ViTImageProcessorPil, ViTImageProcessor):
    written().save_pretrained(Path(sys.argv[1], written.__name__))
    saved[written] = Path(sys.argv[1], written.__name__, "preprocessor_config.json").read_bytes()
print("files are equal:", saved[ViTImageProcessorPil] == saved[ViTImageProcessor])

noise = np.random.default_rng(0).integers(0, 256, (640, 427, 3)).astype(np.uint8)
portrait = Image.fromarray(noise)

def levels(processor):
    values = processor(portrait, return_tensors="np", do_rescale=False, do_normalize=False)["pixel_values"]
    return np.asarray(values, dtype=float)

most = {}
for written in (ViTImageProcessorPil, ConvNextImageProcessorPil):
    place = Path(sys.argv[1], "read", written.__name__)
    written().save_pretrained(place)
    read = AutoImageProcessor.from_pretrained(place)
    most[written] = np.abs(levels(read) - levels(written())).max()
    print(f"saved by {written.__name__}, read as {type(read).__name__}: up to {most[written]:.0f} levels away")
    assert type(read) is not written
assert saved[ViTImageProcessorPil] == saved[ViTImageProcessor]
assert most[ViTImageProcessorPil] > 0 and most[ConvNextImageProcessorPil] > 10
PY
