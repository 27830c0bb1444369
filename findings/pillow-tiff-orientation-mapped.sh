#!/usr/bin/env bash
# Pillow 13.0.0 scrambles an uncompressed greyscale TIFF that has an orientation of 90 degrees and is opened by its path. Of such a
# file of 9 x 6 pixels with orientation 6, `Image.open(path).size` says 6 x 9, as it should be; once loaded the picture is 9 x 6 and
# its pixels are in no order: the file is mapped into memory with the size that it has after turning. The same pixels as RGB,
# compressed, or opened from a file object are right. A mask or a 16-bit scan that a tool turned by its orientation tag is read wrong
# without a word. Exits non-zero once the mapped file is read as the others are.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pillow==13.0.0 numpy==2.4.6
"$folder/venv/bin/python" - "$folder/turned.tif" <<'PY'
import io
import sys
import numpy as np
from PIL import Image

path = sys.argv[1]
stored = np.arange(54, dtype=np.uint8).reshape(6, 9)
upright = np.rot90(stored, -1)
exif = Image.Exif()
exif[274] = 6

def read(pixels, where, **options):
    Image.fromarray(pixels).save(path, exif=exif.tobytes(), **options)
    picture = Image.open(path if where == "path" else io.BytesIO(open(path, "rb").read()))
    before = picture.size
    picture.load()
    values = np.asarray(picture)
    values = values[..., 0] if values.ndim == 3 else values
    right = values.shape == upright.shape and bool((values == upright).all())
    print(f"{picture.mode}, by {where} {options or ''}: size {before} before, {picture.size} after loading, right: {right}")
    return right

assert read(np.dstack([stored] * 3), "path")
assert read(stored, "path", compression="tiff_lzw")
assert read(stored, "file object")
assert not read(stored, "path")
PY
