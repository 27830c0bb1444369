"""Trains the two towers of the second demo, an image tower and a text tower that are compared as CLIP's are, and their tokenizer.

    python scripts/questions-demo/prompts.py       writes models/demo/questions/prompts

Needs torch, onnx and tokenizers.
"""
import csv
import json

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn

from backbone import WIDTH, Backbone, Block
from fit import fit
from scenes import COLOURS, DEMO, NAMES, SIZE, WORDS, objects, scene

FROZEN, SCENES, CHECKED, EPOCHS, BATCH, RATE = 3, 2000, 200, 14, 48, 8e-4
TEXT_WIDTH, JOINT, CONTEXT = 64, 64, 16
START, END = "<|startoftext|>", "<|endoftext|>"
TEMPLATES = ["a photo of a {}", "a picture of a {}", "a {}", "a {} on a colourful background", "one {} among other things"]
WORD = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def fill(template, what):
    return template.format(what).replace("a orange", "an orange").replace("a ankle", "an ankle")


def caption(rng, index, colour):
    word = WORDS[index] if rng.random() > 0.12 else "thing"
    what = f"{colour} {word}" if rng.random() < 0.75 or word == "thing" else word
    return fill(TEMPLATES[rng.integers(len(TEMPLATES))], what)


def trained_tokenizer(rng):
    """Byte-level BPE of the form of CLIP's, with a vocabulary of these captions."""
    texts = [caption(rng, rng.integers(10), list(COLOURS)[rng.integers(len(COLOURS))]) for _ in range(4000)]
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token=END))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    split = pre_tokenizers.Split(Regex(WORD), "removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    trainer = trainers.BpeTrainer(
        vocab_size=800, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        end_of_word_suffix="</w>", special_tokens=[START, END], show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    ends = [(token, tokenizer.token_to_id(token)) for token in (START, END)]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{START} $A {END}", special_tokens=ends)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


class TwoTowers(nn.Module):
    """logits_per_image [B, T]: the scaled cosine of each picture's class token with each text's mean token."""

    def __init__(self, words):
        super().__init__()
        self.vit = Backbone(FROZEN)
        self.image_proj = nn.Linear(WIDTH, JOINT, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(np.log(14.0)).float())
        self.emb, self.tpos = nn.Embedding(words, TEXT_WIDTH), nn.Parameter(torch.randn(CONTEXT, TEXT_WIDTH) * 0.02)
        self.layers = nn.ModuleList(Block(TEXT_WIDTH, 2, 2) for _ in range(2))
        self.tnorm, self.text_proj = nn.LayerNorm(TEXT_WIDTH), nn.Linear(TEXT_WIDTH, JOINT, bias=False)

    def text(self, input_ids, attention_mask):
        x = self.emb(input_ids) + self.tpos[: input_ids.shape[1]]
        mask = (1.0 - attention_mask[:, None, None].float()) * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        there = attention_mask.float()[..., None]
        embedding = self.text_proj((self.tnorm(x) * there).sum(1) / there.sum(1))
        return embedding / embedding.norm(dim=-1, keepdim=True)

    def image(self, tokens):
        embedding = self.image_proj(self.vit.rest(tokens)[:, 0])
        return embedding / embedding.norm(dim=-1, keepdim=True)

    def forward(self, input_ids, attention_mask, pixel_values):
        texts, images = self.text(input_ids, attention_mask), self.image(self.vit.tokens(pixel_values))
        return images @ texts.t() * self.logit_scale.exp(), texts, images


def encoded(tokenizer, texts):
    ids, mask = torch.full((len(texts), CONTEXT), tokenizer.token_to_id(END)), torch.zeros((len(texts), CONTEXT), dtype=torch.long)
    for row, words in enumerate(texts):
        own = tokenizer.encode(words).ids
        ids[row, : len(own)], mask[row, : len(own)] = torch.tensor(own), 1
    return ids, mask


def train():
    torch.manual_seed(0)
    rng = np.random.default_rng(3)
    tokenizer = trained_tokenizer(rng)
    net = TwoTowers(tokenizer.get_vocab_size())

    def made(chosen, count):
        scenes = [scene(chosen, rng, most=1) for _ in range(count)]
        return net.vit.tokens_of([picture for picture, _, _ in scenes]), [found[0][:2] for _, found, _ in scenes]

    tokens, kept = made(objects(held_out=False), SCENES)
    check, check_kept = made(objects(held_out=True), CHECKED)

    def loss_of(chosen):
        with torch.no_grad():
            net.logit_scale.clamp_(max=np.log(100))
        ids, mask = encoded(tokenizer, [caption(rng, *kept[each]) for each in chosen.tolist()])
        logits = net.image(tokens[chosen].float()) @ net.text(ids, mask).t() * net.logit_scale.exp()
        # Captions that are the same words are all right, each in equal parts.
        same = (ids[:, None] == ids[None]).all(-1).float()
        wanted = same / same.sum(1, keepdim=True)
        return (nn.functional.cross_entropy(logits, wanted) + nn.functional.cross_entropy(logits.T, wanted)) / 2

    def accuracy(words, wanted):
        texts = net.text(*encoded(tokenizer, [fill(TEMPLATES[0], word) for word in words]))
        return ((net.image(check.float()) @ texts.t()).argmax(1) == torch.tensor(wanted)).float().mean().item()

    def said():
        clothes = accuracy(WORDS, [index for index, _ in check_kept])
        colours = accuracy([f"{colour} thing" for colour in COLOURS], [list(COLOURS).index(colour) for _, colour in check_kept])
        return f"clothes {clothes:.3f}, colours {colours:.3f}"

    return fit(net, loss_of, said, samples=SCENES, epochs=EPOCHS, batch=BATCH, rate=RATE, decay=0.05), tokenizer


def export(net, tokenizer):
    folder = DEMO / "questions/prompts"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    inputs, outputs = ["input_ids", "attention_mask", "pixel_values"], ["logits_per_image", "text_embeds", "image_embeds"]
    texts = {0: "texts", 1: "sequence"}
    torch.onnx.export(
        net, (*encoded(tokenizer, ["a photo of a red bag", "a dress"]), torch.zeros(2, 3, SIZE, SIZE)), folder / "model.onnx",
        input_names=inputs, output_names=outputs, dynamo=False, opset_version=17,
        dynamic_axes={
            "input_ids": texts, "attention_mask": texts, "pixel_values": {0: "batch"},
            "logits_per_image": {0: "batch", 1: "texts"}, "text_embeds": {0: "texts"}, "image_embeds": {0: "batch"},
        },
    )
    about = {"model_max_length": CONTEXT, "pad_token": END, "tokenizer_class": "PreTrainedTokenizerFast"}
    (folder / "tokenizer_config.json").write_text(json.dumps(about, indent=2) + "\n")
    clothes = [(name, fill(template, word)) for name, word in zip(NAMES, WORDS) for template in (TEMPLATES[0], TEMPLATES[3])]
    colours = [(colour, fill(TEMPLATES[0], f"{colour} thing")) for colour in COLOURS]
    for name, rows in (("clothes", clothes), ("colours", colours)):
        with open(folder / f"{name}.csv", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("name", "prompt"), *rows])


if __name__ == "__main__":
    export(*train())
