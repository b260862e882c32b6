"""DuckDB, PostgreSQL and Spark come to the same, over every measure."""

import os
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from reports.facts.engines import Engine
from reports.measures.definition import Definition
from reports.measures.windows import Windows
from reports.queries.definitions import definition
from reports.queries.engine import database, opened
from reports.queries.facts import Adjustment, Total, Trial, totals, trials
from strategy.models import Measure
from tests.factories.copying import AT, FIRST_WEEK, WEEK, Shop, happens, make_shop, refreshed
from tests.factories.facts import LONDON

pytestmark = [
    pytest.mark.django_db,
    # what PySpark 4.3 says of pandas 3, and of itself on this Python
    pytest.mark.filterwarnings("ignore::FutureWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option"),  # Ibis asks pandas 3
]

OF_PEOPLE = "people"
FEW = ("conversion_rate", "average_order_value", "revenue_per_customer", "visit_rate")
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
    own, other = shop.people[0].source, shop.people[6].source
    for who, source, order_id in (
        (0, own, "0"),
        (6, other, "0"),
        (6, other, "1"),
        (None, own, "6"),
    ):
        happens(
            "return",
            None if who is None else shop.people[who],
            AT - timedelta(days=10),
            source=source,
            order_id=f'"{order_id}",\n',
        )
    refreshed()
    with connection.cursor() as cursor:  # as after an import: a guessing planner takes minutes
        cursor.execute("ANALYZE customers_event, customers_record, campaigns_assignment")
    return shop


@pytest.fixture
def spark(shop: Shop, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Open a Spark that reads the copy."""
    assert shop.test.pk
    chosen = " ".join(f"--conf {name}={value}" for name, value in TINY.items())
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"{chosen} pyspark-shell")
    settings.FACTS_ENGINE = "spark"
    with opened() as engine:
        yield engine
    from pyspark.sql import SparkSession  # noqa: PLC0415  starts a Java

    SparkSession.builder.getOrCreate().stop()


def every(*keys: str) -> list[Definition]:
    """Return the measures of these keys, without keys all."""
    chosen = Measure.objects.filter(key__in=keys) if keys else Measure.objects.all()
    return [definition(one) for one in chosen]


def counted(engine: Engine, weeks: int, *keys: str) -> list[tuple[Any, ...]]:
    measures = every(*keys)
    found: list[Total] = totals(engine, measures, weeks=weeks, ends_on=ENDS)
    return sorted(
        (one.measure_id, one.department_id or 0, one.ends_on, one.numerator, one.denominator,
         str(one.left_out))
        for one in found
    )  # fmt: skip


def judged(engine: Engine, shop: Shop, unit: str, *keys: str) -> list[Any]:
    measures = every(*keys)
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


def known(engine: Engine, shop: Shop) -> list[list[dict[str, Any]]]:
    """Return cohorts, who stands where among the buyers, orders by segment, and who else sent."""
    from reports.measures.cohorts import cohorts  # noqa: PLC0415  loads Ibis
    from reports.measures.cuts import by_segment  # noqa: PLC0415  Ibis takes a second
    from reports.measures.overlap import reached_by_others  # noqa: PLC0415  Ibis takes a second
    from reports.measures.rfm import rfm_counts  # noqa: PLC0415  Ibis takes a second
    from reports.measures.totals import totals as asked  # noqa: PLC0415  Ibis takes a second

    on = ENDS[-1]
    orders = definition(Measure.objects.get(key="orders_per_customer", version=1))
    windows = Windows.ending([on], days=14)
    questions: list[Any] = [
        lambda facts: cohorts(facts, before=date(2026, 12, 1)),
        lambda facts: rfm_counts(facts, on=on),
        lambda facts: asked(by_segment(facts, on=on), [orders], windows, by=OF_PEOPLE),
        lambda facts: reached_by_others(
            facts, initiative_id=shop.test.pk, starts_on=FIRST_WEEK, ends_on=on, zone=LONDON
        ),
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


def test_the_copy_and_the_tables_come_to_the_same(shop: Shop) -> None:
    by_tables = database()

    with opened() as by_copy:
        for weeks in (1, 2):
            there = counted(by_copy, weeks)
            assert len(there) > 20
            assert there == counted(by_tables, weeks)
        for unit in ("customer", "household", "store"):
            are_alike(judged(by_copy, shop, unit), judged(by_tables, shop, unit))
        assert known(by_copy, shop) == known(by_tables, shop)


@pytest.mark.skipif(not HAS_JAVA, reason="Spark needs a Java, and there is none")
def test_spark_comes_to_the_same(shop: Shop, spark: Engine, settings: Settings) -> None:
    """Each question takes a Spark a second or more: what measures share is asked of a few."""
    settings.FACTS_ENGINE = "duckdb"

    with opened() as by_copy:
        assert counted(spark, 1, *FEW) == counted(by_copy, 1, *FEW)
        assert counted(spark, 2) == counted(by_copy, 2)
        are_alike(judged(spark, shop, "customer"), judged(by_copy, shop, "customer"))
        for unit in ("household", "store"):
            are_alike(judged(spark, shop, unit, *FEW), judged(by_copy, shop, unit, *FEW))
        assert known(spark, shop) == known(by_copy, shop)


def are_alike(there: list[Any], here: list[Any]) -> None:
    for one, other in zip(there, here, strict=True):
        assert one[:3] == other[:3]
        assert one[3].keys() == other[3].keys()
        for scope, sums in one[3].items():
            assert sums.expected == other[3][scope]


@pytest.mark.usefixtures("shop")
def test_the_database_may_be_asked_the_same_twice() -> None:
    once, twice = (counted(database(), weeks=1) for _ in range(2))

    assert once == twice
    assert once
