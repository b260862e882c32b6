"""The standard measures as the migrations bring them, in memory."""

import importlib
from typing import Any

from reports.measures.definition import Definition

STANDARD: list[Any] = importlib.import_module("strategy.migrations.0002_standard_measures").STANDARD
MEASURES = [
    Definition(
        place, key, name, fold, tuple(counted), per, tuple(over), scale, weekly, unit, better
    )
    for place, (key, name, fold, counted, per, over, scale, weekly, unit, better, _) in enumerate(
        STANDARD
    )
]
