"""DuckDB, PostgreSQL and Spark come to the same, over every measure."""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from reports.facts.engines import Engine
from reports.measures.windows import Windows
from reports.queries.definitions import definition
from reports.queries.engine import database, opened
from reports.queries.facts import Adjustment, Total, Trial, totals, trials
from strategy.models import Measure
from tests.factories.copying import FIRST_WEEK, WEEK, Shop, make_shop, refreshed

pytestmark = [
    pytest.mark.django_db,
    # what PySpark 4.3 says of pandas 3, and of itself on this Python
    pytest.mark.filterwarnings("ignore::FutureWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option"),  # Ibis asks pandas 3
]

OF_PEOPLE = "people"
ENDS = [FIRST_WEEK + WEEK, FIRST_WEEK + 2 * WEEK]
TINY = {
    "spark.master": "local[1]",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""A Spark for a hundred rows: what it does for millions takes it minutes here."""
HAS_JAVA = bool(os.environ.get("JAVA_HOME") or shutil.which("java"))


@pytest.fixture
def shop() -> Shop:
    shop = make_shop()
    refreshed()
    return shop


@pytest.fixture(
    params=[
        "duckdb",
        pytest.param(
            "spark",
            marks=pytest.mark.skipif(not HAS_JAVA, reason="Spark needs a Java, and there is none"),
        ),
    ]
)
def other(
    request: pytest.FixtureRequest,
    shop: Shop,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Engine]:
    """Open an engine that reads the copy."""
    assert shop.test.pk
    chosen = " ".join(f"--conf {name}={value}" for name, value in TINY.items())
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"{chosen} pyspark-shell")
    settings.FACTS_ENGINE = request.param
    with opened() as engine:
        yield engine
    if request.param == "spark":
        from pyspark.sql import SparkSession  # noqa: PLC0415  starts a Java

        SparkSession.builder.getOrCreate().stop()


def counted(engine: Engine, weeks: int) -> list[tuple[Any, ...]]:
    measures = [definition(one) for one in Measure.objects.all()]
    found: list[Total] = totals(engine, measures, weeks=weeks, ends_on=ENDS)
    return sorted(
        (one.measure_id, one.department_id or 0, one.ends_on, one.numerator, one.denominator,
         str(one.left_out))
        for one in found
    )  # fmt: skip


def judged(engine: Engine, shop: Shop, unit: str = "customer") -> list[Any]:
    measures = [definition(one) for one in Measure.objects.all()]
    ends = [date(2026, 11, 5), *ENDS]
    found: list[Trial] = trials(
        engine,
        shop.test.pk,
        measures,
        brought={"visit_rate"},
        starts_on=FIRST_WEEK,
        ends=ends,
        adjusted={"conversion_rate": Adjustment(days=28)},
        unit=unit,
    )
    return [
        (
            one.sizes,
            one.missing,
            one.left_out,
            {
                (key, arm): pytest.approx(tuple(part or 0 for part in sums), rel=1e-9, abs=1e-12)
                for key, arms in one.sums.items()
                for arm, sums in arms.items()
            },
        )
        for one in found
    ]


def known(engine: Engine) -> list[list[dict[str, Any]]]:
    """Return the cohorts, who stands where among the buyers, and orders by segment."""
    from reports.measures.cohorts import cohorts  # noqa: PLC0415  loads Ibis
    from reports.measures.cuts import by_segment  # noqa: PLC0415  Ibis takes a second
    from reports.measures.rfm import rfm_counts  # noqa: PLC0415  Ibis takes a second
    from reports.measures.totals import totals as asked  # noqa: PLC0415  Ibis takes a second

    on = ENDS[-1]
    orders = definition(Measure.objects.get(key="orders_per_customer", version=1))
    windows = Windows.ending([on], days=14)
    questions: list[Any] = [
        lambda facts: cohorts(facts, before=date(2026, 12, 1)),
        lambda facts: rfm_counts(facts, on=on),
        lambda facts: asked(by_segment(facts, on=on), [orders], windows, by=OF_PEOPLE),
    ]
    found = []
    for question in questions:
        rows = engine.execute(question).to_pylist()
        assert rows
        found.append(sorted(({name: plain(row[name]) for name in sorted(row)} for row in rows),
                            key=str))  # fmt: skip
    return found


def plain(value: Any) -> Any:
    """Return numbers as one type, to nine digits."""
    is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return f"{float(value):.9g}" if is_number else value


def test_every_reading_and_every_trial_is_the_same(other: Engine, shop: Shop) -> None:
    by_tables = database()

    for weeks in (1, 2):
        there = counted(other, weeks)
        assert len(there) > 20
        assert there == counted(by_tables, weeks)
    for unit in ("customer", "household", "store"):
        both = zip(judged(other, shop, unit), judged(by_tables, shop, unit), strict=True)
        for trial, here in both:
            assert trial[:3] == here[:3]
            assert trial[3].keys() == here[3].keys()
            for scope, sums in trial[3].items():
                assert sums.expected == here[3][scope]
    assert known(other) == known(by_tables)


@pytest.mark.usefixtures("shop")
def test_the_database_may_be_asked_the_same_twice() -> None:
    once, twice = (counted(database(), weeks=1) for _ in range(2))

    assert once == twice
    assert once
