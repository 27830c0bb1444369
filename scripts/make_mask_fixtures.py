"""Writes src-main/datasets/mask/fixtures: masks as other tools write them, and what Pillow and numpy read of them.

Needs Pillow and numpy; not part of the tests. values.json has, by file, the number of pixels of each value and the CRC-32
of the values as little-endian int32, row by row.
"""
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

OUT = pathlib.Path(__file__).parent.parent / "src-main/datasets/mask/fixtures"
rng = np.random.default_rng(7)


def voc_palette():
    colours = []
    for index in range(256):
        r = g = b = 0
        for bit in range(8):
            r |= ((index >> (3 * bit)) & 1) << (7 - bit)
            g |= ((index >> (3 * bit + 1)) & 1) << (7 - bit)
            b |= ((index >> (3 * bit + 2)) & 1) << (7 - bit)
        colours += [r, g, b]
    return colours


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def write_png(name, values, bits, colour_type, palette=None, interlaced=False):
    """A PNG of any depth, interlaced or not, which Pillow does not write."""

    def packed(rows):
        out = b""
        for row in rows:
            if bits == 16:
                line = row.astype(">u2").tobytes()
            else:
                per = 8 // bits
                padded = np.concatenate([row, np.zeros((-len(row)) % per, row.dtype)]).reshape(-1, per)
                line = bytes(sum(int(v) << (8 - bits * (k + 1)) for k, v in enumerate(group)) for group in padded)
            out += b"\0" + line
        return out

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    parts = [values[y::dy, x::dx] for x, y, dx, dy in PASSES] if interlaced else [values]
    raw = b"".join(packed(part) for part in parts if part.size)
    height, width = values.shape
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, int(interlaced))
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    if palette is not None:
        content += chunk(b"PLTE", bytes(palette))
    (OUT / name).write_bytes(content + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


expected = {}


def expect(name, values):
    values = np.asarray(values)
    found, counts = np.unique(values, return_counts=True)
    crc = zlib.crc32(np.ascontiguousarray(values, "<i4").tobytes())
    expected[name] = {"values": {str(v): int(c) for v, c in zip(found, counts)}, "crc": crc}


def regions(size, *shapes):
    """Ellipses (left, top, right, bottom, value) on 0."""
    image = Image.new("I", size, 0)
    for left, top, right, bottom, value in shapes:
        ImageDraw.Draw(image).ellipse([left, top, right, bottom], fill=value)
    return np.array(image)


OUT.mkdir(exist_ok=True)
voc = voc_palette()
for bits in (1, 2, 4, 8):
    values = rng.integers(0, 2**bits, (11, 13))
    for interlaced in (False, True):
        tail = "-interlaced" if interlaced else ""
        write_png(f"palette-{bits}{tail}.png", values, bits, 3, voc[: 3 * 2**bits], interlaced)
        expect(f"palette-{bits}{tail}.png", values)
        write_png(f"grey-{bits}{tail}.png", values, bits, 0, None, interlaced)
        expect(f"grey-{bits}{tail}.png", values)
for interlaced in (False, True):
    tail = "-interlaced" if interlaced else ""
    values = rng.integers(0, 65536, (11, 13))
    write_png(f"grey-16{tail}.png", values, 16, 0, None, interlaced)
    expect(f"grey-16{tail}.png", values)

# What optimisers make of grey levels: a palette of greys in the order of their use.
levels = np.array([0, 15, 255])[rng.integers(0, 3, (11, 13))]
write_png("palette-of-greys.png", np.vectorize({255: 0, 0: 1, 15: 2}.get)(levels), 2, 3, [255] * 3 + [0] * 3 + [15] * 3)
expect("palette-of-greys.png", levels)

# VOC with a void border of two pixels, as palette and as colours.
person = regions((40, 30), (5, 5, 25, 24, 255), (7, 7, 23, 22, 15), (30, 10, 37, 20, 12))
image = Image.fromarray(person.astype("uint8"), "P")
image.putpalette(voc)
image.save(OUT / "voc.png")
expect("voc.png", np.array(Image.open(OUT / "voc.png")))
image.save(OUT / "voc.gif")
image.convert("RGB").save(OUT / "voc-colours.png")
image.convert("RGB").save(OUT / "voc-colours.tif")
car = Image.fromarray(regions((40, 30), (5, 5, 25, 24, 7)).astype("uint8"), "P")
car.putpalette(voc)
car.convert("RGB").save(OUT / "voc-car-colours.png")
image.save(OUT / "voc.bmp")
expect("voc.bmp", np.array(Image.open(OUT / "voc.bmp")))

# Grey levels in formats other than PNG.
ade = regions((40, 30), (0, 0, 39, 29, 3), (5, 5, 25, 24, 13), (30, 10, 37, 20, 150)).astype("uint8")
for name, options in (("ade.png", {}), ("ade.tif", {"compression": "tiff_lzw"}), ("ade.bmp", {}), ("ade.pgm", {})):
    Image.fromarray(ade).save(OUT / name, **options)
    expect(name, np.array(Image.open(OUT / name)))
Image.fromarray(ade).save(OUT / "ade.webp", lossless=True)
expect("ade.webp", np.array(Image.open(OUT / "ade.webp").convert("L")))
instances = regions((40, 30), (0, 0, 10, 10, 1000), (5, 12, 25, 24, 26003), (30, 10, 37, 20, 26004)).astype("uint16")
for name in ("instances-16.png", "instances-16.tif"):
    Image.fromarray(instances).save(OUT / name)
    expect(name, np.array(Image.open(OUT / name)))

# Silhouettes: hard, with soft edges, through JPEG.
hard = Image.fromarray(regions((40, 30), (5, 5, 25, 24, 255)).astype("uint8"))
hard.save(OUT / "silhouette.png")
expect("silhouette.png", np.array(hard))
hard.filter(ImageFilter.GaussianBlur(1.5)).save(OUT / "silhouette-soft.png")
expect("silhouette-soft.png", np.array(Image.open(OUT / "silhouette-soft.png")))
hard.save(OUT / "silhouette.jpg", quality=75)
hard.convert("1").save(OUT / "silhouette-1.png")
expect("silhouette-1.png", np.array(Image.open(OUT / "silhouette-1.png")).astype("uint8"))

(OUT / "values.json").write_text(json.dumps(expected, indent=1) + "\n")
