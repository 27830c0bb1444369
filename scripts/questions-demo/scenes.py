"""Scenes like the demo's: objects cut out of its pictures by their masks, tinted, on backgrounds of noise, with their boxes."""
import colorsys
import pathlib

import numpy as np
import torch
from PIL import Image

DEMO = pathlib.Path(__file__).parents[2] / "models/demo"
NAMES = ["T-shirt_top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle_boot"]
WORDS = ["t-shirt", "pair of trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]
#: Hues in degrees.
COLOURS = {"red": 0, "orange": 30, "yellow": 58, "green": 120, "turquoise": 175, "blue": 228, "purple": 275, "pink": 325}
SIZE = 112
MEAN, STD = 0.45, 0.25


def objects(held_out):
    """``[(class, brightness [h, w], mask [h, w])]``: one picture in ten is held out, the others are for training."""
    found = []
    for index, name in enumerate(NAMES):
        for place, file in enumerate(sorted((DEMO / "images" / name).glob("*.jpg"))):
            if (place % 10 == 0) != held_out:
                continue
            picture = np.asarray(Image.open(file).convert("RGB"), np.float32) / 255
            mask = np.asarray(Image.open(DEMO / "masks" / name / f"{file.stem}.png").convert("L")) > 0
            rows, columns = np.where(mask)
            if len(rows) < 60:
                continue
            box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
            found.append((index, picture[box].mean(-1), mask[box]))
    return found


def scene(chosen, rng, most=3):
    """A picture [112, 112, 3], ``[(class, colour, (left, top, right, bottom))]`` of 1 to ``most`` objects, and their places:
    [112, 112] with 1 for the first, 2 for the second, .."""
    picture, places = _background(rng), np.zeros((SIZE, SIZE), np.uint8)
    found = []
    count = rng.integers(1, most + 1)
    for _ in range(count):
        index, brightness, mask = chosen[rng.integers(len(chosen))]
        scale = rng.uniform(0.75, 1.15) * (1 if count == 1 else 0.8)
        height, width = (max(10, int(length * scale)) for length in mask.shape)
        if height >= SIZE or width >= SIZE:
            continue
        if rng.random() < 0.5:
            brightness, mask = brightness[:, ::-1], mask[:, ::-1]
        brightness, mask = _resized(brightness, width, height), _resized(mask, width, height) > 0.5
        for _ in range(12):
            left, top = rng.integers(0, SIZE - width + 1), rng.integers(0, SIZE - height + 1)
            part = np.s_[top : top + height, left : left + width]
            if not places[part][mask].any():
                break
        else:
            continue
        colour, tinted = _tinted(rng, brightness)
        picture[part][mask] = tinted[mask]
        places[part][mask] = len(found) + 1
        rows, columns = np.where(mask)
        box = (left + columns.min(), top + rows.min(), left + columns.max() + 1, top + rows.max() + 1)
        found.append((index, colour, box))
    return (picture.clip(0, 1).astype(np.float32), found, places) if found else scene(chosen, rng, most)


def pixel_values(pictures):
    """float32 ``[B, 3, 112, 112]``, normalised as the demo's model takes it."""
    return (torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2) - MEAN) / STD


def _background(rng):
    cells = rng.integers(5, 10)
    noise = Image.fromarray((rng.random((cells, cells, 3)) * 255).astype("uint8")).resize((SIZE, SIZE), Image.BICUBIC)
    picture = np.asarray(noise, np.float32) / 255 * 0.85 + rng.random((SIZE, SIZE, 3)).astype(np.float32) * 0.12
    for _ in range(rng.integers(2, 5)):
        width, height = rng.integers(8, 22, 2)
        left, top = rng.integers(0, SIZE - width), rng.integers(0, SIZE - height)
        picture[top : top + height, left : left + width] = rng.random(3) * 0.8 + rng.random((height, width, 3)) * 0.1
    return picture


def _resized(values, width, height):
    bytes_ = Image.fromarray((values * 255).astype("uint8"))
    return np.asarray(bytes_.resize((width, height), Image.BILINEAR), np.float32) / 255


def _tinted(rng, brightness):
    colour = list(COLOURS)[rng.integers(len(COLOURS))]
    hue = (COLOURS[colour] + rng.uniform(-8, 8)) % 360 / 360
    tint = np.array(colorsys.hsv_to_rgb(hue, rng.uniform(0.65, 0.95), 1.0), np.float32)
    shade = brightness / max(brightness.max(), 0.01) * rng.uniform(0.75, 1)
    return colour, np.clip(shade[..., None] * tint, 0, 1)
