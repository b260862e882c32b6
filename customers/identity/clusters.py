"""From pairs to groups: average linkage inside connected components."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Ids = npt.NDArray[np.int64]
    type Numbers = npt.NDArray[np.float64]

LARGEST_COMPONENT = 300
STEPS = (0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999)
BARRED = 1e6


def components(a: "Ids", b: "Ids", probability: "Numbers") -> tuple["Ids", "Ids"]:
    """Return each id once, beside the number of its connected component (any, but equal ones).

    A component of more than LARGEST_COMPONENT ids keeps only its strongest pairs, by STEPS of
    probability, until none is larger; what is still larger falls apart.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only
    from scipy.sparse import coo_array  # noqa: PLC0415  heavy, worker only
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415  heavy, worker only

    ids, at = np.unique(np.concatenate([a, b]), return_inverse=True)
    left, right = at[: len(a)], at[len(a) :]
    kept = np.ones(len(a), dtype=bool)
    labels = np.arange(len(ids))
    for step in (*STEPS, 2.0):
        edges = (np.ones(int(kept.sum()), dtype=np.int8), (left[kept], right[kept]))
        graph = coo_array(edges, shape=(len(ids), len(ids)))
        _, labels = connected_components(graph, directed=False)
        large = np.bincount(labels, minlength=len(ids))[labels] > LARGEST_COMPONENT
        if not large.any():
            break
        kept &= ~large[left] | (probability >= step)
    return ids, labels.astype(np.int64)


def founders(
    a: "Ids",
    b: "Ids",
    probability: "Numbers",
    barred: "npt.NDArray[np.bool_]",
    *,
    joins: "npt.NDArray[np.bool_]",
    mean: float,
    at_most: int = 50,
) -> tuple["Ids", "Ids"]:
    """Return each id that joins another, beside the smallest id of its group.

    Pair i is (a[i], b[i]), each pair once. Pairs that join (`joins`) connect; inside a component
    two groups become one while the mean probability of all pairs across them is at least `mean`
    (unweighted average linkage, Sokal and Michener 1958), a missing pair counting as 0. So a
    chain of likenesses makes no group. A `barred` pair is never in one group, and no group has
    more than `at_most` ids: a larger one is cut where it is weakest. The result does not depend
    on the order of the pairs.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

    ids, labels = components(a[joins], b[joins], probability[joins])
    if not len(ids):
        return ids, ids
    smallest = np.full(int(labels.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(smallest, labels, ids)
    founder = smallest[labels]
    known = np.isin(a, ids) & np.isin(b, ids)
    left, right = np.searchsorted(ids, a[known]), np.searchsorted(ids, b[known])
    inside = labels[left] == labels[right]
    left, right = left[inside], right[inside]
    distance = np.where(barred[known][inside], BARRED, 1 - probability[known][inside])
    alone = np.zeros(int(labels.max()) + 1, dtype=bool)
    alone[labels[left[distance >= BARRED]]] = True
    order = np.argsort(labels[left], kind="stable")
    left, right, distance = left[order], right[order], distance[order]
    members = np.argsort(labels, kind="stable")
    begins = np.searchsorted(labels[left], np.arange(len(alone) + 1))
    first = np.searchsorted(labels[members], np.arange(len(alone) + 1))
    for label in np.flatnonzero((np.diff(first) > 2) | alone):  # noqa: PLR2004  two are a pair
        part = members[first[label] : first[label + 1]]
        at = slice(begins[label], begins[label + 1])
        places = np.searchsorted(part, left[at]), np.searchsorted(part, right[at])
        groups = _linked(len(part), *places, distance[at], furthest=1 - mean, at_most=at_most)
        for group in np.unique(groups):
            founder[part[groups == group]] = ids[part[groups == group]].min()
    return ids, founder


def _linked(
    size: int,
    left: "Ids",
    right: "Ids",
    distance: "Numbers",
    *,
    furthest: float,
    at_most: int,
) -> "npt.NDArray[np.int32]":
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415  heavy, worker only
    from scipy.spatial.distance import squareform  # noqa: PLC0415  heavy, worker only

    apart = np.ones((size, size))
    np.fill_diagonal(apart, 0)
    apart[left, right] = apart[right, left] = distance
    tree = linkage(squareform(apart, checks=False), "average")
    while True:
        groups: npt.NDArray[np.int32] = fcluster(tree, furthest, "distance")
        if np.bincount(groups).max() <= at_most or furthest <= 0:
            return groups
        lower = tree[:, 2][tree[:, 2] < furthest]
        furthest = float(lower.max()) if len(lower) else 0.0
