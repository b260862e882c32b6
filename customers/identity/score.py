"""How good a partition is, beside the truth."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Score(NamedTuple):
    """A partition beside the truth; rates are in [0, 1], NaN where nothing could be right.

    Attributes:
        precision, recall, f1: of pairs of records after closure: of the pairs put together, the
            share that belong together; of those that belong together, the share put together.
        b_cubed_precision, b_cubed_recall, b_cubed_f1: the same seen from each record and
            averaged over records (Bagga and Baldwin 1998), so that one large error counts less.
        largest: records in the largest cluster.
        clusters: how many there are.

    """

    precision: float
    recall: float
    f1: float
    b_cubed_precision: float
    b_cubed_recall: float
    b_cubed_f1: float
    largest: int
    clusters: int


def score(predicted: npt.ArrayLike, truth: npt.ArrayLike) -> Score:
    """Compare two columns that name each record's cluster and its person, of any one type each.

    >>> score(["a", "a", "b", "b"], [1, 1, 1, 2])[:3]
    (0.5, 0.3333333333333333, 0.4)
    """
    _, found = np.unique(np.asarray(predicted), return_inverse=True)
    _, real = np.unique(np.asarray(truth), return_inverse=True)
    founds, reals = np.bincount(found), np.bincount(real)
    _, at, both = np.unique(
        found.astype(np.int64) * len(reals) + real, return_inverse=True, return_counts=True
    )
    right, put, belong = (float(np.sum(n * (n - 1) // 2)) for n in (both, founds, reals))
    precision, recall = _ratio(right, put), _ratio(right, belong)
    same = both[at]
    b_precision, b_recall = float(np.mean(same / founds[found])), float(np.mean(same / reals[real]))
    return Score(
        precision,
        recall,
        _ratio(2 * right, put + belong),
        b_precision,
        b_recall,
        _ratio(2 * b_precision * b_recall, b_precision + b_recall),
        int(founds.max()),
        len(founds),
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
