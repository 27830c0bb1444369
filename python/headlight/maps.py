"""Relevance maps as they are stored."""
import numpy as np


def map_values(blob: bytes, patches: int) -> np.ndarray:
    """float32 ``[patches]``: stored as that, or as float16 behind a power of two by which the values were divided."""
    if len(blob) >= patches * 4:
        return np.frombuffer(blob, "<f4", patches)
    scale = np.frombuffer(blob, "<f4", 1)[0]
    return np.frombuffer(blob, "<f2", patches, 4).astype(np.float32) * scale
