"""The first blocks of the demo's vision transformer in PyTorch, with its weights, which both models of the second demo begin with."""
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from scenes import DEMO, pixel_values

WIDTH, HEADS, BLOCKS = 160, 5, 6


class Block(nn.Module):
    """A pre-norm transformer block; its attention is written out, so that exports have a softmax to find."""

    def __init__(self, width=WIDTH, heads=HEADS, widening=4):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width, 1e-6), nn.LayerNorm(width, 1e-6)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, widening * width), nn.Linear(widening * width, width)

    def forward(self, x, mask=0.0):
        batch, tokens, width = x.shape
        size = width // self.heads
        q, k, v = self.qkv(self.norm1(x)).reshape(batch, tokens, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        attention = (q * size**-0.5 @ k.transpose(-2, -1) + mask).softmax(-1)
        x = x + self.proj((attention @ v).transpose(1, 2).reshape(batch, tokens, width))
        return x + self.fc2(nn.functional.gelu(self.fc1(self.norm2(x))))


class Backbone(nn.Module):
    """``tokens`` goes through the first blocks, which stay as the demo's model has them; ``rest`` through those that are trained."""

    def __init__(self, frozen):
        super().__init__()
        self.frozen = frozen
        self.patch = nn.Conv2d(3, WIDTH, 8, 8)
        self.cls, self.pos = nn.Parameter(torch.zeros(1, 1, WIDTH)), nn.Parameter(torch.zeros(1, 197, WIDTH))
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.norm = nn.LayerNorm(WIDTH, 1e-6)
        self.load_state_dict(demo_weights())
        for parameter in [*self.patch.parameters(), self.cls, self.pos, *self.blocks[:frozen].parameters()]:
            parameter.requires_grad = False

    def tokens(self, pixel_values):
        x = self.patch(pixel_values).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], 1) + self.pos
        for block in self.blocks[: self.frozen]:
            x = block(x)
        return x

    @torch.no_grad()
    def tokens_of(self, pictures):
        """The same for pictures as they are made, in half precision, to be kept while the rest is trained."""
        parts = [self.tokens(pixel_values(pictures[start : start + 32])).half() for start in range(0, len(pictures), 32)]
        return torch.cat(parts)

    def rest(self, x):
        for block in self.blocks[self.frozen :]:
            x = block(x)
        return self.norm(x)


def demo_weights():
    """By the names above. The exporter has named the weights of linear layers anew and transposed them: they stand in order."""
    graph = onnx.load(DEMO / "clutter-vit.onnx").graph
    arrays = {each.name: torch.from_numpy(numpy_helper.to_array(each).copy()) for each in graph.initializer}
    products = sorted((name for name in arrays if name.startswith("onnx::MatMul_")), key=lambda name: int(name.split("_")[-1]))
    state = {"cls": arrays["cls_token"], "pos": arrays["pos_embed"], "norm.weight": arrays["norm.weight"], "norm.bias": arrays["norm.bias"]}
    for end in ("weight", "bias"):
        state[f"patch.{end}"] = arrays[f"patch_embed.proj.{end}"]
    for block in range(BLOCKS):
        for place, (ours, theirs) in enumerate((("qkv", "attn.qkv"), ("proj", "attn.proj"), ("fc1", "mlp.fc1"), ("fc2", "mlp.fc2"))):
            state[f"blocks.{block}.{ours}.weight"] = arrays[products[4 * block + place]].T.contiguous()
            state[f"blocks.{block}.{ours}.bias"] = arrays[f"blocks.{block}.{theirs}.bias"]
        for norm in ("norm1", "norm2"):
            for end in ("weight", "bias"):
                state[f"blocks.{block}.{norm}.{end}"] = arrays[f"blocks.{block}.{norm}.{end}"]
    return state
