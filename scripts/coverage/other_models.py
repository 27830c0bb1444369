"""Models of transformers, open_clip and torchvision, by configuration with few blocks and random weights."""
import torch


class Output(torch.nn.Module):
    """A model that gives one tensor: the named output of the wrapped one."""

    def __init__(self, model, name, **settings):
        super().__init__()
        self.model, self.name, self.settings = model, name, settings

    def forward(self, pixel_values):
        out = self.model(pixel_values, **self.settings)
        if isinstance(out, tuple):  # pooled, tokens
            return out[0]
        return out if isinstance(out, torch.Tensor) else getattr(out, self.name)


# family: (configuration, model, its settings, output, picture)
SMALL = dict(hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96)
TRANSFORMERS = {
    "ViT": ("ViTConfig", "ViTForImageClassification", dict(SMALL, image_size=32, patch_size=8), "logits", 32),
    "DeiT": ("DeiTConfig", "DeiTForImageClassification", dict(SMALL, image_size=32, patch_size=8), "logits", 32),
    "DeiT distilled": ("DeiTConfig", "DeiTForImageClassificationWithTeacher", dict(SMALL, image_size=32, patch_size=8), "logits", 32),
    "BEiT": ("BeitConfig", "BeitForImageClassification", dict(SMALL, image_size=32, patch_size=8, use_relative_position_bias=True), "logits", 32),
    "Data2Vec": ("Data2VecVisionConfig", "Data2VecVisionForImageClassification", dict(SMALL, image_size=32, patch_size=8), "logits", 32),
    "DINOv2": ("Dinov2Config", "Dinov2ForImageClassification", dict(SMALL, image_size=32, patch_size=8), "logits", 32),
    "DINOv2 with registers": ("Dinov2WithRegistersConfig", "Dinov2WithRegistersForImageClassification", dict(SMALL, image_size=32, patch_size=8), "logits", 32),
    "DINOv3": ("DINOv3ViTConfig", "DINOv3ViTModel", dict(SMALL, image_size=32, patch_size=8, num_register_tokens=4), "pooler_output", 32),
    "ViT-MSN": ("ViTMSNConfig", "ViTMSNForImageClassification", dict(SMALL, image_size=32, patch_size=8), "logits", 32),
    "I-JEPA": ("IJepaConfig", "IJepaForImageClassification", dict(SMALL, image_size=32, patch_size=8), "logits", 32),
    "Hiera": ("HieraConfig", "HieraForImageClassification", dict(embed_dim=16, depths=[1, 1, 1, 1], num_heads=[1, 2, 2, 4], image_size=[64, 64]), "logits", 64),
    "Swin": ("SwinConfig", "SwinForImageClassification", dict(embed_dim=16, depths=[2, 2], num_heads=[2, 4], image_size=64, patch_size=4, window_size=4), "logits", 64),
    "SwinV2": ("Swinv2Config", "Swinv2ForImageClassification", dict(embed_dim=16, depths=[2, 2], num_heads=[2, 4], image_size=64, patch_size=4, window_size=4), "logits", 64),
    "SegFormer": ("SegformerConfig", "SegformerForImageClassification", dict(hidden_sizes=[8, 16, 32, 48], depths=[1, 1, 1, 1], num_attention_heads=[1, 2, 4, 8]), "logits", 64),
    "PVT": ("PvtConfig", "PvtForImageClassification", dict(hidden_sizes=[8, 16, 32, 48], depths=[1, 1, 1, 1], num_attention_heads=[1, 2, 4, 8], image_size=64), "logits", 64),
    "PVTv2": ("PvtV2Config", "PvtV2ForImageClassification", dict(hidden_sizes=[8, 16, 32, 48], depths=[1, 1, 1, 1], num_attention_heads=[1, 2, 4, 8], image_size=64), "logits", 64),
    "LeViT": ("LevitConfig", "LevitForImageClassification", dict(image_size=64, hidden_sizes=[32, 48, 64], num_attention_heads=[2, 3, 4], depths=[1, 1, 1], key_dim=[8, 8, 8]), "logits", 64),
    "CvT": ("CvtConfig", "CvtForImageClassification", dict(embed_dim=[16, 32, 48], num_heads=[1, 2, 4], depth=[1, 2, 3]), "logits", 64),
    "MobileViT": ("MobileViTConfig", "MobileViTForImageClassification", dict(image_size=64, hidden_sizes=[16, 24, 32], neck_hidden_sizes=[8, 8, 16, 16, 24, 24, 64]), "logits", 64),
    "MobileViTv2": ("MobileViTV2Config", "MobileViTV2ForImageClassification", dict(image_size=64), "logits", 64),
    "YOLOS": ("YolosConfig", "YolosForObjectDetection", dict(SMALL, image_size=[32, 32], patch_size=8, num_detection_tokens=5), "logits", 32),
    "CLIP image tower": ("CLIPVisionConfig", "CLIPVisionModelWithProjection", dict(SMALL, image_size=32, patch_size=8, projection_dim=10), "image_embeds", 32),
    "CLIP classifier": ("CLIPConfig", "CLIPForImageClassification", dict(vision_config=dict(SMALL, image_size=32, patch_size=8), text_config=dict(SMALL)), "logits", 32),
    "SigLIP image tower": ("SiglipVisionConfig", "SiglipVisionModel", dict(SMALL, image_size=32, patch_size=8), "pooler_output", 32),
    "SigLIP classifier": ("SiglipConfig", "SiglipForImageClassification", dict(vision_config=dict(SMALL, image_size=32, patch_size=8), text_config=dict(SMALL)), "logits", 32),
    "SigLIP 2": ("SiglipVisionConfig", "SiglipVisionModel", dict(SMALL, image_size=48, patch_size=8), "pooler_output", 48),
    "DPT": ("DPTConfig", "DPTForSemanticSegmentation", dict(SMALL, num_hidden_layers=4, image_size=32, patch_size=8, backbone_out_indices=[0, 1, 2, 3], neck_hidden_sizes=[8, 8, 8, 8], fusion_hidden_size=16, is_hybrid=False, num_labels=10), "logits", 32),
    "SegFormer segmentation": ("SegformerConfig", "SegformerForSemanticSegmentation", dict(hidden_sizes=[8, 16, 32, 48], depths=[1, 1, 1, 1], num_attention_heads=[1, 2, 4, 8], decoder_hidden_size=32, num_labels=10), "logits", 64),
    "Depth Anything": ("DepthAnythingConfig", "DepthAnythingForDepthEstimation", dict(backbone_config=dict(model_type="dinov2", hidden_size=48, num_hidden_layers=4, num_attention_heads=4, image_size=28, patch_size=7, out_indices=[1, 2, 3, 4], reshape_hidden_states=False), patch_size=7, neck_hidden_sizes=[8, 8, 8, 8], fusion_hidden_size=16, head_hidden_size=8, reassemble_hidden_size=48), "predicted_depth", 28),
}

OPEN_CLIP = ["ViT-B-32", "ViT-B-16-SigLIP", "RN50", "coca_ViT-B-32", "EVA02-B-16", "ViTamin-S"]


def build_transformers(family):
    import transformers

    config_name, model_name, settings, output, picture = TRANSFORMERS[family]
    config = getattr(transformers, config_name)(**settings)
    if output == "logits" and "num_labels" not in settings:
        config.num_labels = 10
    config._attn_implementation = "eager"
    model = getattr(transformers, model_name)(config).eval()
    return Output(model, output), (3, picture, picture)


def build_open_clip(name):
    import open_clip

    config = open_clip.get_model_config(name)
    vision = config["vision_cfg"]
    if isinstance(vision.get("layers"), int):
        vision["layers"] = 2
    from open_clip import timm_model
    from open_clip.model import _build_vision_tower

    create = timm_model.timm.create_model
    if "vitamin" not in vision.get("timm_model_name", ""):
        timm_model.timm.create_model = lambda *args, **kwargs: create(*args, **{**kwargs, "depth": 2})
    try:
        tower = _build_vision_tower(config["embed_dim"], open_clip.CLIPVisionCfg(**vision), quick_gelu=config.get("quick_gelu", False)).eval()
    finally:
        timm_model.timm.create_model = create
    size = vision.get("image_size", 224)
    return Output(tower, "image_embeds"), (3, size, size)


TORCHVISION = {  # class of torchvision.models: its settings, picture
    "VisionTransformer": (dict(image_size=32, patch_size=8, num_layers=2, num_heads=4, hidden_dim=48, mlp_dim=96), 32),
    "SwinTransformer": (dict(patch_size=[4, 4], embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=[4, 4]), 64),
    "MaxVit": (dict(input_size=(64, 64), stem_channels=16, partition_size=2, block_channels=[16, 32], block_layers=[1, 1], head_dim=8, stochastic_depth_prob=0.0), 64),
}


def build_torchvision(name):
    import torchvision

    settings, picture = TORCHVISION[name]
    model = getattr(torchvision.models, name)(**settings, num_classes=10).eval()
    for weights in model.parameters():  # torchvision starts a ViT's last layer with zeros, behind which nothing has a gradient
        if weights.dim() > 1 and not weights.any():
            torch.nn.init.normal_(weights, std=0.02)
    return model, (3, picture, picture)
