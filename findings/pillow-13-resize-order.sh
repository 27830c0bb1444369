#!/usr/bin/env bash
# Pillow 13 resizes the height before the width where the height loses more than twice as many pixels; Pillow 12 always
# resized the width first. Seen with pillow 12.0.0 and 13.0.0. The picture in between is rounded and clipped to 8 bits, so
# that Image.resize gives other levels for tall pictures: a model's preprocessing (ViT's exact resize of a portrait, for
# example) changes with the version of Pillow, by up to 4 levels in the noise here and by 20 for 50 x 301 pixels; nothing in the
# documentation of resize says so. Pictures that lose less height are the same in both. Exits non-zero once both agree.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
for version in 12.0.0 13.0.0; do
  "$folder/venv/bin/pip" install --quiet "pillow==$version" numpy==2.4.6
  "$folder/venv/bin/python" - "$folder/$version.npz" <<'PY'
import sys
import numpy as np
import PIL
from PIL import Image

def resized(width, height):
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)
    picture = Image.fromarray(noise)
    whole = np.asarray(picture.resize((224, 224), Image.BICUBIC))
    width_first = picture.resize((224, height), Image.BICUBIC).resize((224, 224), Image.BICUBIC)
    height_first = picture.resize((width, 224), Image.BICUBIC).resize((224, 224), Image.BICUBIC)
    order = [name for name, way in [("width first", width_first), ("height first", height_first)] if (np.asarray(way) == whole).all()]
    print(f"pillow {PIL.__version__}, {width} x {height} to 224 x 224: {order}")
    return whole

np.savez(sys.argv[1], wide=resized(640, 427), tall=resized(427, 640))
PY
done
"$folder/venv/bin/python" - "$folder/12.0.0.npz" "$folder/13.0.0.npz" <<'PY'
import sys
import numpy as np

before, after = (np.load(path) for path in sys.argv[1:])
most = {name: int(np.abs(before[name].astype(int) - after[name]).max()) for name in ("wide", "tall")}
print("largest difference between the versions, in levels:", most)
assert most["wide"] == 0 and most["tall"] > 0, "the versions agree, or differ for all pictures"
PY
