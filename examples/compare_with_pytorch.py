"""GMAR by PyTorch's autograd against Headlight's, for a timm or transformers vision transformer.

    python compare_with_pytorch.py timm vit_tiny_patch16_224
    python compare_with_pytorch.py transformers google/vit-base-patch16-224
    python compare_with_pytorch.py --random timm vit_tiny_patch16_224      (random weights: nothing is downloaded)
    python compare_with_pytorch.py --random transformers FOLDER            (of a config.json)

Needs torch, onnx and timm or transformers, and `headlight` on the path (or HEADLIGHT="npm run -s headlight --").
Attention is taken where it is applied: softmax is replaced, while the model runs, by one that keeps its result. The
class token is taken to be read out, as these models do; its row of the rollout, less its own column, is the map.
"""

import inspect
import os
import shlex
import subprocess
import sys
import tempfile

import numpy as np
import torch


def load(library: str, name: str, pretrained: bool) -> torch.nn.Module:
    if library == "timm":
        import timm

        timm.layers.set_fused_attn(False)
        return timm.create_model(name, pretrained=pretrained).eval()
    from transformers import AutoConfig, AutoModelForImageClassification

    if pretrained:
        model = AutoModelForImageClassification.from_pretrained(name, attn_implementation="eager").eval()
    else:
        config = AutoConfig.from_pretrained(name)
        model = AutoModelForImageClassification.from_config(config, attn_implementation="eager").eval()

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, x):
            return self.model(x).logits

    return Logits()


def attention_and_gradients(model: torch.nn.Module, x: torch.Tensor):
    """Logits [B, C]; attention after softmax and d logit[prediction] / d attention, both [B, L, H, N, N]."""
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
    assert kept, "no softmax was seen: the model computes attention some other way"
    logits.max(dim=1).values.sum().backward()
    attention = torch.stack([one.detach() for one in kept], dim=1)
    return logits.detach(), attention, torch.stack([one.grad for one in kept], dim=1)


def class_token_map(layers: torch.Tensor) -> torch.Tensor:
    """[B, L, N, N], each row summed to one, multiplied last layer first; the class token's row, [B, N - 1]."""
    layers = layers / layers.sum(-1, keepdim=True)
    rollout = layers[:, 0]
    for layer in range(1, layers.shape[1]):
        rollout = layers[:, layer] @ rollout
    return rollout[:, 0, 1:]


def expected_results(model: torch.nn.Module, x: torch.Tensor) -> dict[str, torch.Tensor]:
    """What Headlight should say, by autograd and full N x N products."""
    logits, attention, gradients = attention_and_gradients(model, x)
    scores = {"l1": gradients.abs().sum((-2, -1)), "l2": gradients.square().sum((-2, -1)).sqrt()}
    one = torch.eye(attention.shape[-1])
    results = {"logits": logits, "map_rollout": class_token_map(attention.mean(2) + one)}
    for norm, score in scores.items():
        weights = score / score.sum(-1, keepdim=True)
        results[f"head_{norm}"] = score
        results[f"map_gmar_{norm}"] = class_token_map((weights[..., None, None] * attention).sum(2) + one)
    return results


def export(model: torch.nn.Module, x: torch.Tensor, path: str) -> None:
    names = {"input_names": ["pixel_values"], "output_names": ["logits"]}
    axes = {"pixel_values": {0: "batch"}, "logits": {0: "batch"}}
    # The TorchScript exporter; before PyTorch 2.5 it was the only one and had no switch.
    switch = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with torch.no_grad():
        torch.onnx.export(model, (x,), path, opset_version=17, dynamic_axes=axes, **names, **switch)


def main() -> None:
    random = "--random" in sys.argv
    library, name = [word for word in sys.argv[1:] if word != "--random"]
    torch.manual_seed(0)
    model = load(library, name, pretrained=not random)
    x = torch.randn(2, 3, 224, 224)
    results = expected_results(model, x.clone())
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        export(model, x, path)
        np.save(os.path.join(folder, "x.npy"), x.numpy())
        command = shlex.split(os.environ.get("HEADLIGHT", "headlight"))
        subprocess.run([*command, "explain", path, "--input", os.path.join(folder, "x.npy"), "--out", folder,
                        "--methods", "gmar_l1,gmar_l2,rollout", "--target", "predicted"], check=True)
        for what, tensor in results.items():
            expected, found = tensor.numpy(), np.load(os.path.join(folder, f"{what}.npy"))
            error = np.abs(found - expected).max() / np.abs(expected).max()
            print(f"{what:12} {str(found.shape):16} largest difference {error:.1e} of the largest value")
            assert error < 1e-3, what


main()
