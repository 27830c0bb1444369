"""Checksums of blobs, as Headlight writes them beside each: a byte that changed on the disk is not taken for a number."""
from typing import Optional, Sequence
from zlib import crc32

from .errors import HeadlightError


def check_blobs(blobs: Sequence[Optional[bytes]], checksum: Optional[int], what: str) -> None:
    """Raises ``project-damaged`` where blobs are not as they were written. Those of early versions have no checksum."""
    if checksum is None:
        return
    found = 0
    for blob in blobs:
        found = crc32(b"n", found) if blob is None else crc32(blob, crc32(b"b%d:" % len(blob), found))
    if found != checksum:
        raise HeadlightError(
            "project-damaged",
            f"{what} is not as it was written. Open the project in Headlight, which mends it, or run `headlight check`.",
        )
