"""A trained model as plain numbers, to be kept as a version and loaded for any engine."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from customers.identity.blocks import BLUNT, PARTS, SHARP
from customers.identity.comparisons import COMPARISONS

FORMAT = 1


class StaleModelError(Exception):
    """The model was trained for other comparisons than the code now makes."""


class Thresholds(NamedTuple):
    """Probabilities in [0, 1] from which a pair is confirmed, probable, or up for review.

    Two groups join while the mean probability over all pairs across them reaches `mean`.
    """

    confirmed: float = 0.999
    probable: float = 0.7
    review: float = 0.5
    mean: float = 0.3


class Model(NamedTuple):
    """What `train` found.

    Attributes:
        columns: what people are compared by.
        numbers: of each column and level, m and u, both in (0, 1).
        partners: how many other records of the same person a record has, on average.
        vetoes: columns whose conflict keeps two people apart, whatever else agrees.
        thresholds: from which probability what is done.
        rules: the blocking rules that were used, with their largest block and pairs.
        figures: how many records and pairs it was trained on, on what seed, and how careless the
            records are (see `training.carelessness`).
        by_hand: why the numbers were set by hand, "" where they were trained.

    """

    columns: tuple[str, ...]
    numbers: Mapping[str, Mapping[str, tuple[float, float]]]
    partners: float
    vetoes: tuple[str, ...]
    thresholds: Thresholds
    rules: tuple[tuple[str, int, int], ...]
    figures: Mapping[str, float]
    by_hand: str

    def to_json(self) -> str:
        """Return the model as text: the same model always as the same text."""
        whole = {
            **self._asdict(),
            "thresholds": self.thresholds._asdict(),
            "format": FORMAT,
            "config": config_hash(),
        }
        return json.dumps(whole, sort_keys=True, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Model":
        """Return the model that `to_json` wrote; raise StaleModelError if the code moved on."""
        whole: dict[str, Any] = json.loads(text)
        if (whole.pop("format"), whole.pop("config")) != (FORMAT, config_hash()):
            raise StaleModelError("The comparisons have changed since this model: train again.")
        numbers = {
            column: {key: (float(m), float(u)) for key, (m, u) in levels.items()}
            for column, levels in whole.pop("numbers").items()
        }
        return cls(
            columns=tuple(whole.pop("columns")),
            numbers=numbers,
            vetoes=tuple(whole.pop("vetoes")),
            thresholds=Thresholds(**whole.pop("thresholds")),
            rules=tuple((rule, most, pairs) for rule, most, pairs in whole.pop("rules")),
            **whole,
        )


def config_hash() -> str:
    """Return a hash of everything in the code that a model's numbers depend on."""
    parts = [COMPARISONS, SHARP, BLUNT, sorted(PARTS.items())]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
