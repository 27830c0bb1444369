"""GMAR by PyTorch's autograd against Headlight's, for a timm or transformers vision transformer.

    python compare_with_pytorch.py timm vit_tiny_patch16_224
    python compare_with_pytorch.py transformers google/vit-base-patch16-224

Needs torch, onnx and timm or transformers, and `headlight` on the path (or HEADLIGHT="npm run -s headlight --").
Attention is taken where it is applied: softmax is replaced, while the model runs, by one that keeps its result.
"""

import os
import shlex
import subprocess
import sys
import tempfile

import numpy as np
import torch


def load(library: str, name: str) -> torch.nn.Module:
    if library == "timm":
        import timm

        timm.layers.set_fused_attn(False)
        return timm.create_model(name, pretrained=True).eval()
    from transformers import AutoModelForImageClassification

    model = AutoModelForImageClassification.from_pretrained(name, attn_implementation="eager").eval()

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, x):
            return self.model(x).logits

    return Logits()


def autograd_scores(model: torch.nn.Module, x: torch.Tensor):
    """Logits [B, C] and the L1 and L2 scores of every head, [B, L, H]."""
    kept: list[torch.Tensor] = []
    tensor_softmax, functional = torch.Tensor.softmax, torch.nn.functional.softmax

    def keep(attention: torch.Tensor) -> torch.Tensor:
        if attention.dim() == 4 and attention.shape[-1] == attention.shape[-2]:
            attention.retain_grad()
            kept.append(attention)
        return attention

    torch.Tensor.softmax = lambda self, *args, **kwargs: keep(tensor_softmax(self, *args, **kwargs))
    torch.nn.functional.softmax = lambda *args, **kwargs: keep(functional(*args, **kwargs))
    try:
        logits = model(x.requires_grad_())
    finally:
        torch.Tensor.softmax, torch.nn.functional.softmax = tensor_softmax, functional
    logits.max(dim=1).values.sum().backward()
    gradients = torch.stack([attention.grad for attention in kept], dim=1)
    return logits.detach(), gradients.abs().sum((-2, -1)), gradients.square().sum((-2, -1)).sqrt()


def main() -> None:
    library, name = sys.argv[1:3]
    model = load(library, name)
    torch.manual_seed(0)
    x = torch.randn(2, 3, 224, 224)
    logits, l1, l2 = autograd_scores(model, x.clone())
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        axes = {"pixel_values": {0: "batch"}, "logits": {0: "batch"}}
        torch.onnx.export(model, (x,), path, input_names=["pixel_values"], output_names=["logits"],
                          opset_version=17, dynamic_axes=axes, dynamo=False)
        np.save(os.path.join(folder, "x.npy"), x.numpy())
        command = shlex.split(os.environ.get("HEADLIGHT", "headlight"))
        subprocess.run([*command, "explain", path, "--input", os.path.join(folder, "x.npy"), "--out", folder,
                        "--methods", "gmar_l1,gmar_l2", "--target", "predicted"], check=True)
        for what, expected in (("logits", logits), ("head_l1", l1), ("head_l2", l2)):
            found = np.load(os.path.join(folder, f"{what}.npy"))
            error = np.abs(found - expected.numpy()).max() / np.abs(expected.numpy()).max()
            print(f"{what:8} {str(found.shape):16} largest relative difference {error:.1e}")
            assert error < 1e-3, what


main()
