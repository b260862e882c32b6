"""Connected components of records that share identifiers."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def labels(
    size: int, *pairs: tuple["npt.NDArray[np.int64]", "npt.NDArray[np.int64]"]
) -> "npt.NDArray[np.int64]":
    """Return for the nodes 0 to `size` - 1 the numbers of their components, by pairs of nodes."""
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only
    from scipy.sparse import coo_array  # noqa: PLC0415  heavy, worker only
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415  heavy, worker only

    left = np.concatenate([np.zeros(0, np.int64), *(one for one, _ in pairs)])
    right = np.concatenate([np.zeros(0, np.int64), *(other for _, other in pairs)])
    edges = coo_array((np.ones(len(left), np.bool_), (left, right)), shape=(size, size))
    _, found = connected_components(edges, directed=False)
    return np.asarray(found, np.int64)


def smallest(labels: "npt.NDArray[np.int64]") -> "npt.NDArray[np.int64]":
    """Return for each node the first node of its component.

    >>> import numpy as np
    >>> smallest(np.array([1, 0, 1])).tolist()
    [0, 1, 0]
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

    _, first, back = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(first[back], np.int64)
