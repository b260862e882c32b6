"""Did some customers gain more than others: the whole first, then each segment."""

from datetime import UTC, date, datetime

import pytest

from campaigns.models import Initiative
from reports.queries.evidence import evidence_of
from tests.factories.trials import assigned, do, judged, launched

pytestmark = pytest.mark.django_db
LAST_YEAR = datetime(2026, 3, 2, 12, tzinfo=UTC)


def gaining(*, buyers: int, others: int) -> Initiative:
    """Launch it for two arms of 40, half of whom bought before; more buy where treated."""
    initiative = launched()
    for arm in ("treated", "holdout"):
        records = assigned(initiative, arm, 40)
        do(records[:20], "order", at=LAST_YEAR)
        do(records[18:20] + records[38:], "order")
        if arm == "treated":
            do(records[:buyers] + records[20 : 20 + others], "order")
    return initiative


def test_where_segments_differ_each_is_judged() -> None:
    initiative = gaining(buyers=15, others=0)

    result = judged(initiative)

    assert result.segments["sentence"] == "The segments differ; an effect shows in Asleep."
    rows = {row["name"]: row for row in result.segments["rows"]}
    assert rows["Asleep"]["effect"] == pytest.approx(0.75)
    assert rows["No order in a year"]["effect"] == pytest.approx(0)
    assert rows["Asleep"]["adjusted"] < 0.05 < rows["No order in a year"]["adjusted"]
    page = evidence_of(initiative.pk, [])
    assert page is not None
    assert [(row.name, row.alone) for row in page.segments] == [
        ("Asleep", "An effect of its own"),
        ("No order in a year", "No effect of its own shown"),
    ]


def test_where_they_do_not_none_is_singled_out() -> None:
    result = judged(gaining(buyers=6, others=5))

    assert result.segments["sentence"] == (
        "The segments do not differ more than chance; read the whole only."
    )
    assert {row["adjusted"] for row in result.segments["rows"]} == {None}


def test_segments_are_not_looked_at_before_the_end() -> None:
    initiative = gaining(buyers=15, others=0)

    assert judged(initiative, data_until=date(2026, 11, 4)).segments == {}


def test_one_segment_is_no_segment() -> None:
    initiative = launched()
    do(assigned(initiative, "treated", 6)[:3], "order")
    do(assigned(initiative, "holdout", 6)[:2], "order")

    assert judged(initiative).segments == {}
