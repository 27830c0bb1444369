"""Writes imagenet-1k.json from timm's imagenet_synsets.txt and imagenet_synset_to_lemma.txt (timm/data/_info, Apache-2.0).

python3 imagenet-1k.py FOLDER   with the folder that holds both files
"""
import json, pathlib, sys

folder = pathlib.Path(sys.argv[1])
lemmas = dict(line.split("\t") for line in (folder / "imagenet_synset_to_lemma.txt").read_text().splitlines())
synsets = (folder / "imagenet_synsets.txt").read_text().split()
assert len(synsets) == 1000 and synsets == sorted(synsets)
document = {
    "source": "timm 1.0.29, timm/data/_info (Apache-2.0); names from WordNet",
    "classes": [f"{synset} {lemmas[synset]}" for synset in synsets],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
