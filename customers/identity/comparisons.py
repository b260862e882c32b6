"""What two people are compared by, level by level, as Splink's settings on any engine."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from splink import SettingsCreator

type Numbers = Mapping[str, Mapping[str, tuple[float, float]]]
"""Of each column and level: m, its share among pairs of one person, and u, among all others."""

APART = "apart"
FUNCTIONS = {"spark": {"JAROWINKLER_SIMILARITY": "jaro_winkler"}}
"""Names of functions that Splink's own library for an engine gives, and SQL does not."""


class Level(NamedTuple):
    """One degree of agreement.

    `condition` is DuckDB's SQL, which Splink translates to other engines. `m` and `u` are set by
    hand for data too few to train on. A `frequent` level weighs rare values more.
    """

    key: str
    condition: str
    m: float
    u: float
    frequent: bool = False


class Comparison(NamedTuple):
    """The levels of one column, the first that holds counts; where none holds, "apart".

    `unless` is a condition under which the column says nothing, beside a missing value.
    """

    column: str
    levels: tuple[Level, ...]
    unless: str = ""

    def keys(self) -> tuple[str, ...]:
        """Return the keys of all levels by Splink's numbers: [0] is "apart"."""
        return (APART, *(level.key for level in reversed(self.levels)))


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _near(column: str, similarity: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {similarity}"


def _edits(column: str, most: int) -> str:
    return f"damerau_levenshtein({column}_l, {column}_r) <= {most}"


_SWAPPED = (
    "given_l <> given_r and family_l <> family_r"
    " and jaro_winkler_similarity(given_l, family_r) >= 0.9"
    " and jaro_winkler_similarity(family_l, given_r) >= 0.9"
)
_INITIAL = "given_initial_l = given_initial_r and least(length(given_l), length(given_r)) = 1"

COMPARISONS = (
    Comparison(
        "given",
        (
            Level("generation", "generation_l <> generation_r", 0.0005, 0.001),
            Level("same", _same("given"), 0.79, 0.006, frequent=True),
            Level("short", _same("given_root"), 0.04, 0.001),
            Level("swapped", _SWAPPED, 0.01, 0.00001),
            Level("typo", f"{_near('given', 0.92)} or {_edits('given', 1)}", 0.06, 0.003),
            Level("initial", _INITIAL, 0.03, 0.004),
            Level("alike", _near("given", 0.8), 0.02, 0.008),
        ),
    ),
    Comparison(
        "family",
        (
            Level("same", _same("family"), 0.85, 0.003, frequent=True),
            Level("typo", f"{_near('family', 0.92)} or {_edits('family', 1)}", 0.07, 0.002),
            Level("alike", _near("family", 0.8), 0.02, 0.004),
        ),
        unless=_SWAPPED,  # told by the given name, and to be counted once
    ),
    Comparison(
        "born",
        (
            Level("same", _same("born"), 0.93, 0.0001, frequent=True),
            Level("swapped", "born_l = born_swapped_r", 0.005, 0.00002),
            Level("typo", _edits("born", 1), 0.03, 0.0015),
            Level("near", _edits("born", 2), 0.01, 0.015),
            Level("year", "left(born_l, 4) = left(born_r, 4)", 0.005, 0.013),
        ),
    ),
    Comparison(
        "email",
        (
            Level("same", _same("email"), 0.5, 0.00001, frequent=True),
            Level("mailbox", _same("mailbox"), 0.06, 0.00002),
            Level("typo", _near("mailbox", 0.9), 0.04, 0.0005),
        ),
    ),
    Comparison(
        "phone",
        (
            Level("same", _same("phone"), 0.6, 0.00001, frequent=True),
            Level("typo", _edits("phone", 1), 0.03, 0.00001),
        ),
    ),
    Comparison(
        "postcode",
        (
            Level("same", _same("postcode"), 0.75, 0.0003, frequent=True),
            Level("typo", _edits("postcode", 1), 0.05, 0.001),
            Level("sector", _same("sector"), 0.03, 0.001),
        ),
    ),
    Comparison(
        "street",
        (
            Level("same", _same("street"), 0.5, 0.00005, frequent=True),
            Level("typo", f"{_same('number')} and {_near('road', 0.88)}", 0.2, 0.00005),
            Level("road", _near("road", 0.9), 0.05, 0.001),
            Level("number", _same("number"), 0.03, 0.02),
        ),
    ),
    Comparison(
        "city",
        (
            Level("same", _same("city"), 0.75, 0.03, frequent=True),
            Level("typo", _near("city", 0.88), 0.1, 0.01),
        ),
    ),
)
BY_COLUMN = {comparison.column: comparison for comparison in COMPARISONS}


def by_hand(columns: Sequence[str]) -> dict[str, dict[str, tuple[float, float]]]:
    """Return the numbers set by hand, for these columns."""
    found = {}
    for column in columns:
        numbers = {level.key: (level.m, level.u) for level in BY_COLUMN[column].levels}
        rest = (1 - sum(m for m, _ in numbers.values()), 1 - sum(u for _, u in numbers.values()))
        found[column] = {**numbers, APART: rest}
    return found


def settings(
    columns: Sequence[str],
    *,
    prior: float,
    rules: Sequence[str],
    numbers: Numbers | None = None,
    dialect: str = "duckdb",
) -> "SettingsCreator":
    """Return Splink's settings for people in the columns of comparable.py.

    `prior` is the probability that two random people are one, in (0, 1). A rule is SQL
    over `l` and `r` that pairs must meet to be looked at. `dialect` is the engine's name as Splink
    spells it. Only ids and numbers come out of it: no column of a person is retained.
    """
    from splink import SettingsCreator  # noqa: PLC0415  heavy, worker only

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        probability_two_random_records_match=prior,
        comparisons=[
            _comparison(BY_COLUMN[column], columns, (numbers or {}).get(column), dialect)
            for column in columns
        ],
        blocking_rules_to_generate_predictions=[
            {"blocking_rule": rule, "sql_dialect": dialect} for rule in rules
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def _comparison(
    comparison: Comparison,
    columns: Sequence[str],
    numbers: Mapping[str, tuple[float, float]] | None,
    dialect: str,
) -> dict[str, Any]:
    from splink.comparison_level_library import (  # noqa: PLC0415  heavy, worker only
        CustomLevel,
        ElseLevel,
    )

    column = comparison.column
    nothing = f"{column}_l is null or {column}_r is null"
    if comparison.unless and "given" in columns:
        nothing = f"{nothing} or ({comparison.unless})"
    conditions = [("unknown", nothing, False)]
    conditions += [(level.key, level.condition, level.frequent) for level in comparison.levels]
    levels = []
    for key, condition, frequent in conditions:
        level = CustomLevel(condition, key, "duckdb").create_level_dict(dialect)
        for ours, theirs in FUNCTIONS.get(dialect, {}).items():
            level["sql_condition"] = level["sql_condition"].replace(ours, theirs)
        if frequent:
            level["tf_adjustment_column"] = column
        levels.append(level)
    levels[0]["is_null_level"] = True
    levels.append(ElseLevel().configure(label_for_charts=APART).create_level_dict(dialect))
    if numbers:
        for level in levels[1:]:
            m, u = numbers[level["label_for_charts"]]
            level["m_probability"], level["u_probability"] = m, u
    return {"output_column_name": column, "comparison_levels": levels}
