"""Writes the pictures of the second demo, of objects that the models were not trained on, with masks of the objects that they are labelled with.

    python scripts/questions-demo/pictures.py
"""
import json

import numpy as np
from PIL import Image

from scenes import DEMO, MEAN, NAMES, SIZE, STD, objects, scene

OF_ONE, OF_TWO = 4, 2


def write():
    rng = np.random.default_rng(11)
    folder, held_out = DEMO / "questions", objects(held_out=True)
    for index, name in enumerate(NAMES):
        own = [each for each in held_out if each[0] == index]
        for place in range(OF_ONE + OF_TWO):
            count = 1 if place < OF_ONE else 2
            while True:
                picture, found, places = scene(own if count == 1 else held_out, rng, most=count)
                # The first object is the label; the other one, where there is one, is of another class.
                if [len(found), found[0][0]] == [count, index] and all(each[0] != index for each in found[1:]):
                    break
            for kind in ("images", "masks"):
                (folder / kind / name).mkdir(parents=True, exist_ok=True)
            Image.fromarray((picture * 255).round().astype("uint8")).save(folder / f"images/{name}/{place:02}.jpg", quality=92)
            Image.fromarray(((places == 1) * 255).astype("uint8")).convert("1").save(folder / f"masks/{name}/{place:02}.png")
    pixels = {
        **{"do_resize": False, "size": {"height": SIZE, "width": SIZE}, "do_rescale": True, "rescale_factor": 1 / 255},
        **{"do_normalize": True, "image_mean": [MEAN] * 3, "image_std": [STD] * 3},
    }
    for model in ("prompts", "detector", "swin"):
        (folder / model).mkdir(exist_ok=True)
        (folder / model / "preprocessor_config.json").write_text(json.dumps(pixels, indent=2) + "\n")


if __name__ == "__main__":
    write()
