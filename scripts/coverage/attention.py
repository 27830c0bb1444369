"""Finds the attention matrices of a PyTorch model while it runs, and gives their gradients.

A is the matrix that multiplies V. It is found by following what a softmax computes: through dropout, masks, reshapes and the
layers that mix heads, up to the matrix product whose other factor is not a weight. This needs no knowledge of the model.
Fused attention (`scaled_dot_product_attention`) is written out, with the same numbers.
"""
import math

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode, resolve_name

SOFTMAX = {"softmax", "_softmax"}
PRODUCT = {"matmul", "__matmul__", "__rmatmul__", "bmm", "einsum", "baddbmm"}
KEEPS = {
    "dropout", "dropout1d", "dropout2d", "mul", "__mul__", "__rmul__", "add", "__add__", "__radd__", "sub", "__sub__", "div", "__truediv__",
    "reshape", "view", "permute", "transpose", "contiguous", "flatten", "unflatten", "squeeze", "unsqueeze", "to", "float", "type_as",
    "type", "half", "clone", "expand", "repeat", "masked_fill", "where", "swapaxes", "movedim", "__getitem__", "nan_to_num",
}
MOST_HEADS = 64


class AttentionProbe(TorchFunctionMode):
    """Within it, `sites` gets every attention matrix in the order of the calls; each keeps its gradient."""

    def __init__(self):
        super().__init__()
        self.sites = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "") or str(resolve_name(func))
        if name == "scaled_dot_product_attention":
            return self._written_out(*args, **kwargs)
        if name in PRODUCT:
            return self._product(func, name, args, kwargs)
        if name == "multi_head_attention_forward":
            return self._module(func, args, kwargs)
        out = func(*args, **kwargs)
        if name in SOFTMAX or (self._marked(args) and self._keeps(name, args)):
            _mark(out)
        return out

    def _written_out(self, q, k, v, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
        if enable_gqa:
            k = k.repeat_interleave(q.shape[-3] // k.shape[-3], -3)
            v = v.repeat_interleave(q.shape[-3] // v.shape[-3], -3)
        logits = q @ k.transpose(-2, -1) * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
        if is_causal:
            logits = logits.masked_fill(torch.ones(logits.shape[-2:], dtype=torch.bool).triu(1), -math.inf)
        if attn_mask is not None:
            logits = logits.masked_fill(~attn_mask, -math.inf) if attn_mask.dtype == torch.bool else logits + attn_mask
        attention = logits.softmax(-1)
        self._record(attention)
        return attention @ v

    def _module(self, func, args, kwargs):
        """nn.MultiheadAttention, within which nothing else is seen: its fused attention is written out."""
        fused = F.scaled_dot_product_attention
        F.scaled_dot_product_attention = self._written_out
        try:
            return func(*args, **{**kwargs, "need_weights": False})
        finally:
            F.scaled_dot_product_attention = fused

    def _product(self, func, name, args, kwargs):
        factors = [a for a in args if isinstance(a, torch.Tensor)]
        if isinstance(args[-1], (list, tuple)):  # einsum takes a list as well
            factors = list(args[-1])
        marked = [f for f in factors if _is_marked(f)]
        others = [f for f in factors if not _is_marked(f)]
        out = func(*args, **kwargs)
        if not marked or not others:
            return out
        if all(isinstance(o, torch.nn.Parameter) for o in others):  # talking heads written as a product
            _mark(out)
        else:
            self._record(marked[0])
        return out

    def _record(self, attention):
        if attention.requires_grad:
            attention.retain_grad()
            self.sites.append(attention)

    def _keeps(self, name, args):
        if name in KEEPS:
            return True
        weights = [a for a in args[1:] if isinstance(a, torch.nn.Parameter)]
        # Talking heads are a layer from heads to heads.
        square = weights and weights[0].dim() >= 2 and weights[0].shape[0] == weights[0].shape[1] <= MOST_HEADS
        return name in {"linear", "conv2d", "layer_norm", "batch_norm"} and (bool(square) or name.endswith("norm"))

    def _marked(self, args):
        return any(_is_marked(a) for a in args)


def _is_marked(value):
    return isinstance(value, torch.Tensor) and getattr(value, "_is_attention", False)


def _mark(value):
    if isinstance(value, torch.Tensor):
        value._is_attention = True


def head_scores(gradient, batch):
    """The candidates for `[batch, heads]` scores of a site: sums of |G| over all but a sample and a head.

    Windows of a sample stand beside the batch, `[batch * windows, heads, rows, columns]`, or behind the heads,
    `[batch, heads, windows, rows, columns]`; a matrix without an axis of heads has one head.
    """
    g = gradient.detach().double().abs()
    if g.dim() == 2:
        return [g.reshape(batch, -1).sum(1, keepdim=True)]
    if g.dim() == 3:  # [batch * heads, rows, columns], or one head
        return [g.reshape(batch, -1, *g.shape[1:]).sum((2, 3)), g.reshape(batch, -1).sum(1, keepdim=True)]
    g = g.reshape(batch, -1, *g.shape[1:])  # [batch, windows, ...]
    kept = {axis: g.sum([a for a in range(1, g.dim()) if a != axis]) for axis in range(1, g.dim() - 2)}
    return list(kept.values())
