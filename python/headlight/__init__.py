"""Reads Headlight projects, without changing them and also while Headlight has them open.

    import headlight

    project = headlight.open("Review.headlight")
    run = project.run("ViT-B on ImageNet-V2")
    run.samples()                          # pandas.DataFrame, a row a sample
    run.head_weights("l1", layer=7, head=2)  # float32 [samples]
    for page in run.maps("gmar_l1"):
        page.ids, page.values              # int64 [n], float32 [n, rows, columns]
    project.annotations()                  # pandas.DataFrame
"""
from .errors import HeadlightError
from .pages import Page
from .project import Project, open
from .quantities import Quantity
from .run import AttentionMeans, HeadLayer, Run, TopClasses

__all__ = ["AttentionMeans", "HeadLayer", "HeadlightError", "Page", "Project", "Quantity", "Run", "TopClasses", "open"]
