"""Trains the detector of the second demo: every patch says a class, or "no object", and a box, as the heads of OWL-ViT do.

    python scripts/questions-demo/detector.py      writes models/demo/questions/detector

Needs torch, torchvision and onnx.
"""
import numpy as np
import torch
from torch import nn
from torchvision.ops import box_convert, box_iou, generalized_box_iou_loss

from backbone import WIDTH, Backbone
from export import export
from fit import fit
from scenes import DEMO, NAMES, SIZE, objects, scene

FROZEN, SCENES, CHECKED, EPOCHS, BATCH, RATE = 4, 2500, 150, 14, 32, 6e-4
NO_OBJECT = len(NAMES)
GRID = 14


class Detector(nn.Module):
    """logits [B, 196, 11], the last class "no object"; boxes [B, 196, 4], centre and size in shares of the picture."""

    def __init__(self):
        super().__init__()
        self.vit = Backbone(FROZEN)
        self.cls = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, NO_OBJECT + 1))
        self.box = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, 4))
        middle = (torch.arange(GRID) + 0.5) / GRID
        centre = torch.stack([middle.repeat(GRID), middle.repeat_interleave(GRID)], -1)
        self.register_buffer("bias", torch.cat([torch.logit(centre), torch.full((GRID * GRID, 2), -1.1)], -1))

    def heads(self, tokens):
        patches = self.vit.rest(tokens)[:, 1:]
        return self.cls(patches), torch.sigmoid(self.box(patches) + self.bias)

    def forward(self, pixel_values):
        return self.heads(self.vit.tokens(pixel_values))


def targets(found, places):
    """Class [196] and box [196, 4] of each patch: patches in the middle of an object say it, others "no object"."""
    classes, boxes = torch.full((GRID * GRID,), NO_OBJECT), torch.zeros(GRID * GRID, 4)
    cells = torch.from_numpy(places).reshape(GRID, 8, GRID, 8).permute(0, 2, 1, 3).reshape(GRID * GRID, 64)
    x = (torch.arange(GRID) * 8 + 4).repeat(GRID)
    y = (torch.arange(GRID) * 8 + 4).repeat_interleave(GRID)
    for number, (index, _, (left, top, right, bottom)) in enumerate(found, 1):
        cover = (cells == number).float().mean(1)
        near = lambda at, low, high: (at - (low + high) / 2).abs() < max(6, (high - low) * 0.3)
        middle = near(x, left, right) & near(y, top, bottom) & (cover > 0.2)
        if not middle.any():
            middle = cover == cover.max()
        classes[middle] = index
        box = ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
        boxes[middle] = torch.tensor(box, dtype=torch.float32) / SIZE
    return classes, boxes


def train():
    torch.manual_seed(0)
    rng = np.random.default_rng(5)
    net = Detector()

    def made(chosen, count):
        scenes = [scene(chosen, rng) for _ in range(count)]
        return net.vit.tokens_of([picture for picture, _, _ in scenes]), [made[1:] for made in scenes]

    tokens, kept = made(objects(held_out=False), SCENES)
    classes, boxes = (torch.stack(each) for each in zip(*(targets(*each) for each in kept)))
    check = made(objects(held_out=True), CHECKED)
    weight = torch.ones(NO_OBJECT + 1)
    weight[NO_OBJECT] = 0.25

    def loss_of(chosen):
        logits, found = net.heads(tokens[chosen].float())
        wanted, on = classes[chosen], classes[chosen] < NO_OBJECT
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), weight=weight, label_smoothing=0.02)
        corners = [box_convert(each[on], "cxcywh", "xyxy") for each in (found, boxes[chosen])]
        return loss + 2.5 * nn.functional.l1_loss(found[on], boxes[chosen][on]) + 0.5 * generalized_box_iou_loss(*corners, reduction="mean")

    said = lambda: f"recall at IoU 0.5 {recall(net, *check):.3f}"
    return fit(net, loss_of, said, samples=SCENES, epochs=EPOCHS, batch=BATCH, rate=RATE, decay=0.02)


def recall(net, tokens, kept):
    """The share of objects whose surest query of their class says this class, with a box of IoU above 0.5."""
    hits, count = 0, 0
    logits, boxes = net.heads(tokens.float())
    probabilities = logits.softmax(-1)
    for sample, (found, _) in enumerate(kept):
        for index, _, box in found:
            count += 1
            query = probabilities[sample, :, index].argmax()
            corners = box_convert(boxes[sample, query : query + 1], "cxcywh", "xyxy") * SIZE
            near = box_iou(corners, torch.tensor([box], dtype=torch.float32)).item() > 0.5
            hits += int(near and probabilities[sample, query].argmax() == index)
    return hits / count


if __name__ == "__main__":
    export(train(), "detector", "patch-detector", ["logits", "pred_boxes"])
