"""Trains the Swin of the second demo: a classifier with two stages and shifted windows, over scenes of one or two objects.

    python scripts/questions-demo/swin.py       writes models/demo/questions/swin

Needs torch, timm and onnx. It begins with the patches and first blocks of the demo's vision transformer, whose attention goes on within windows.
Every scene is seen once; one of two objects is to be half of each class.
"""
import sys

import numpy as np
import torch
from timm.models.swin_transformer import SwinTransformer
from torch import nn

from backbone import HEADS, WIDTH, demo_weights
from export import export
from fit import fit
from scenes import DEMO, NAMES, SIZE, objects, pixel_values, scene

SCENES, CHECKED, BATCH, RATE = 14_400, 200, 32, 8e-4
DEPTHS = (2, 1)


def network():
    """112 x 112 pixels as 14 x 14 tokens in four windows of 7 x 7, shifted in every second layer; then 7 x 7 in one."""
    net = SwinTransformer(
        img_size=SIZE, patch_size=8, window_size=7, embed_dim=WIDTH, depths=DEPTHS, num_heads=(HEADS, 2 * HEADS),
        num_classes=len(NAMES), drop_path_rate=0.0,
    )
    net.patch_embed.norm = nn.Identity()
    for block in net.modules():
        if hasattr(block, "fused_attn"):
            block.fused_attn = False
    known = demo_weights()
    # Windows know where a token lies in them alone: of the positions of the demo's model the mean is kept.
    bias = known["patch.bias"] + known["pos"][0, 1:].mean(0)
    state = {"patch_embed.proj.weight": known["patch.weight"], "patch_embed.proj.bias": bias}
    for block in range(DEPTHS[0]):
        for ours, theirs in (("norm1", "norm1"), ("attn.qkv", "qkv"), ("attn.proj", "proj"), ("norm2", "norm2"), ("mlp.fc1", "fc1"), ("mlp.fc2", "fc2")):
            for end in ("weight", "bias"):
                state[f"layers.0.blocks.{block}.{ours}.{end}"] = known[f"blocks.{block}.{theirs}.{end}"]
    unknown = net.load_state_dict(state, strict=False).unexpected_keys
    assert not unknown, unknown
    return net


def made(chosen, rng, count, most):
    """Pictures [count, 3, 112, 112] and the share of each class [count, 10]."""
    scenes = [scene(chosen, rng, most) for _ in range(count)]
    shares = torch.zeros(count, len(NAMES))
    for share, (_, found, _) in zip(shares, scenes):
        for index, _, _ in found:
            share[index] += 1 / len(found)
    return pixel_values([picture for picture, _, _ in scenes]), shares


def train(scenes):
    torch.manual_seed(0)
    rng = np.random.default_rng(7)
    net = network()
    known, (checked, wanted) = objects(held_out=False), made(objects(held_out=True), rng, CHECKED, 1)
    done = 0

    def loss_of(_):
        nonlocal done
        done += 1
        pictures, shares = made(known, rng, BATCH, 1 if rng.random() < 0.7 else 2)
        loss = nn.functional.cross_entropy(net(pictures), shares, label_smoothing=0.05)
        if done % 50 == 0:
            print(f"{done} batches: loss {loss.item():.3f}, held out: {said()}", flush=True)
        return loss

    def said():
        net.eval()
        with torch.no_grad():
            right = (net(checked).argmax(1) == wanted.argmax(1)).float().mean().item()
        net.train()
        return f"{right:.3f} of scenes of one object right"

    return fit(net, loss_of, said, samples=scenes, epochs=1, batch=BATCH, rate=RATE, decay=0.05)


if __name__ == "__main__":
    export(train(int(sys.argv[1]) if len(sys.argv) > 1 else SCENES), "swin", "swin", ["logits"])
