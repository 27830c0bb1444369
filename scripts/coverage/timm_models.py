"""timm's models with attention, one small build for each module class and configuration.

An entry point is a name that `timm.create_model` takes. Entry points that differ in size alone (widths, depths, heads, image)
are one group; the smallest of a group is built, with few blocks and random weights, and stands for all of them.
"""
import dataclasses
import importlib

import timm
from timm.models import _registry

SIZES = {
    "embed_dim", "embed_dims", "depth", "depths", "num_heads", "dims", "dim", "img_size", "patch_size", "init_values", "num_blocks", "layers", "widths",
    "drop_path_rate", "drop_rate", "width", "heads", "stage_dims", "downsamples", "mlp_ratio", "mlp_ratios", "channels", "stem_width", "hidden_dim",
    "global_att_blocks", "global_attn_indexes", "global_pool_size", "base_dims", "key_dim", "num_classes", "growth_rates", "hidden_size",
}
# Modules of timm without matrices of attention: convolutions, mixers, state spaces.
WITHOUT_ATTENTION = set(
    """efficientnet resnet mobilenetv3 convnext vovnet hgnet hrnet dla resnetv2 nfnet vgg dpn densenet hardcorenas mambaout regnet selecsls
    xception_aligned senet rexnet sknet ghostnet rdnet res2net tresnet convmixer fasternet repvit resnest cspnext cspnet inception_next
    inception_resnet_v2 inception_v3 inception_v4 lcnetv2 xception nasnet pnasnet repghost starnet mlp_mixer focalnet byobnet
    sequencer""".split()
)


class _Captured(Exception):
    pass


def capture(name):
    """What the entry point would build: its model class, the keyword arguments, and the module. None where timm builds otherwise."""
    entry = _registry._model_entrypoints[name]
    module = importlib.import_module(entry.__module__)
    seen = {}

    def stop(model_cls, variant, pretrained, *args, **kwargs):
        seen.update(cls=model_cls, kwargs=kwargs, variant=variant)
        raise _Captured

    patched = [m for m in {module, importlib.import_module("timm.models.vision_transformer")} if hasattr(m, "build_model_with_cfg")]
    originals = [m.build_model_with_cfg for m in patched]
    for m in patched:
        m.build_model_with_cfg = stop
    try:
        entry(pretrained=False)
    except _Captured:
        pass
    except Exception:
        return None
    finally:
        for m, original in zip(patched, originals):
            m.build_model_with_cfg = original
    return {"module": entry.__module__.split(".")[-1], **seen} if seen else None


def groups():
    """`{key: [names]}` of all entry points, by module, class and configuration without sizes."""
    found = {}
    for name in timm.list_models():
        got = capture(name)
        if got is None or got["module"] in WITHOUT_ATTENTION:
            continue
        kwargs = {k: v for k, v in got["kwargs"].items() if k not in SIZES}
        found.setdefault((got["module"], getattr(got["cls"], "__name__", str(got["cls"])), _described(kwargs)), []).append(name)
    return found


def one_a_class():
    """`groups()` with one configuration of each class, which stands for the names of all: the one with the most names."""
    classes = {}
    for key, names in sorted(groups().items(), key=lambda item: -len(item[1])):
        classes.setdefault(key[:2], (key, names, []))[2].extend(names)
    return {key: names for key, names, _ in classes.values()}


def _described(kwargs):
    def one(value):
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return type(value).__name__ + "".join(sorted(f"{k}={one(v)};" for k, v in vars(value).items() if k not in SIZES))
        if callable(value):
            return getattr(value, "__name__", None) or getattr(getattr(value, "func", None), "__name__", "partial")
        if isinstance(value, dict):
            return "".join(sorted(f"{k}={one(v)};" for k, v in value.items() if k not in SIZES))
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return "number"
        return repr(value)

    ignored = {"pretrained_filter_fn", "pretrained_strict", "feature_cfg", "pretrained_cfg", "pretrained_cfg_overlay", "default_cfg", "cache_dir"}
    return " ".join(f"{k}={one(v)}" for k, v in sorted(kwargs.items()) if k not in ignored)


def smallest(names):
    """The name with the fewest parameters by what it asks for: widths times blocks, as far as they are said."""

    def size(name):
        kwargs = capture(name)["kwargs"]
        width = next((kwargs[k] for k in ("embed_dim", "dims", "embed_dims", "dim", "widths", "channels") if k in kwargs), 512)
        width = max(width) if isinstance(width, (tuple, list)) else width
        image = timm.get_pretrained_cfg(name)
        pixels = kwargs.get("img_size") or (image.input_size[-1] if image else 224)
        pixels = max(pixels) if isinstance(pixels, (tuple, list)) else pixels
        return (pixels > 300, width if isinstance(width, (int, float)) else 512, pixels, name)

    return min(names, key=size)


MOST_PIXELS = 400


def build(name, classes=10):
    """A model of this name with few blocks and random weights, and the shape of its input, smaller where the model takes that."""
    kwargs = capture(name)["kwargs"]
    image = timm.get_pretrained_cfg(name)
    large = image is not None and max(image.input_size[1:]) > MOST_PIXELS
    patch = kwargs.get("patch_size")
    smaller = [*({"img_size": size} for size in (256, 224) if not isinstance(patch, int) or size % patch == 0), {}] if large else [{}]
    tries = [{**fewer, **few_classes, **size} for size in smaller for fewer in _fewer_blocks(kwargs) for few_classes in ({"num_classes": classes}, {})]
    error = None
    for extra in tries:
        try:
            model = timm.create_model(name, pretrained=False, **extra).eval()
            break
        except Exception as problem:  # this class does not take these arguments
            error = problem
    else:
        raise error
    shape = tuple(model.pretrained_cfg.get("input_size") or (3, 224, 224))
    if "img_size" in extra or (large and not model.pretrained_cfg.get("fixed_input_size")):
        shape = (shape[0],) + (extra.get("img_size", 256),) * 2
    return model, shape, extra


def _fewer_blocks(kwargs):
    width, heads = kwargs.get("embed_dim"), kwargs.get("num_heads")
    if isinstance(width, int) and isinstance(heads, int) and width > 16 * heads:
        yield {"depth": 2, "embed_dim": 16 * heads}
    if "depth" in kwargs and isinstance(kwargs["depth"], int):
        yield {"depth": 2}
    for key in ("depths", "layers", "depth", "num_blocks"):
        value = kwargs.get(key)
        if isinstance(value, (tuple, list)):
            yield {key: type(value)(min(2, d) if isinstance(d, int) else d for d in value)}
            yield {key: type(value)(min(1, d) if isinstance(d, int) else d for d in value)}
    cfg = kwargs.get("model_cfg") or kwargs.get("cfg")
    if dataclasses.is_dataclass(cfg) and hasattr(cfg, "depths"):
        yield {"cfg" if "cfg" in kwargs else "model_cfg": dataclasses.replace(cfg, depths=tuple(1 for _ in cfg.depths))}
    yield {"depth": 2}
    yield {}
