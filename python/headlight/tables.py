"""Tables of pandas, which is only needed for them."""
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple

import numpy as np

from .errors import HeadlightError

if TYPE_CHECKING:
    import pandas


def table(columns: Mapping[str, Any], index: Optional[Tuple[str, np.ndarray]] = None, kinds: Mapping[str, str] = {}) -> "pandas.DataFrame":
    """A DataFrame of these columns in their order. Raises ``usage`` where pandas is missing."""
    pandas = _pandas()
    made = pandas.DataFrame(dict(columns), index=None if index is None else pandas.Index(index[1], name=index[0]))
    return made.astype(dict(kinds)) if kinds else made


def named(codes: np.ndarray, names: Dict[int, str]) -> Any:
    """A categorical of codes; codes without a name, as -1, are missing."""
    pandas = _pandas()
    known = sorted(names)
    places = np.full(max(known, default=0) + 2, -1, np.int64)
    places[known] = np.arange(len(known))
    inside = (codes >= 0) & (codes < len(places))
    # Classes may share a name, which categories may not.
    words = [names[code] for code in known]
    unique = list(dict.fromkeys(words))
    place_of_word = {word: place for place, word in enumerate(unique)}
    by_place = np.array([place_of_word[word] for word in words] or [0], np.int64)
    found = np.where(inside, places[np.where(inside, codes, 0)], -1)
    return pandas.Categorical.from_codes(np.where(found >= 0, by_place[np.maximum(found, 0)], -1), unique)


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise HeadlightError("usage", "Tables need pandas: pip install pandas. Arrays do not: sample_arrays(), maps(), head_scores().") from error
    return pandas
