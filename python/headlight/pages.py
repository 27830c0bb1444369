"""What belongs to some samples: arrays are read a page of samples at a time, so that memory does not grow with a run."""
from typing import NamedTuple

import numpy as np


class Page(NamedTuple):
    """Samples that have a value, and their values, ``[n, ...]``."""

    ids: np.ndarray
    values: np.ndarray
