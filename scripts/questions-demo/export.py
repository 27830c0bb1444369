"""Writes a trained model of the second demo and the configuration that says its classes."""
import json

import torch

from scenes import DEMO, NAMES, SIZE


def export(net, folder, model_type, outputs):
    """Writes models/demo/questions/FOLDER: pictures [batch, 3, 112, 112] in, ``outputs`` out."""
    folder = DEMO / "questions" / folder
    folder.mkdir(parents=True, exist_ok=True)
    names = ["pixel_values", *outputs]
    torch.onnx.export(
        net, (torch.zeros(2, 3, SIZE, SIZE),), folder / "model.onnx", input_names=names[:1], output_names=names[1:],
        dynamo=False, opset_version=17, dynamic_axes={name: {0: "batch"} for name in names},
    )
    config = {"model_type": model_type, "id2label": {str(index): name for index, name in enumerate(NAMES)}}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
