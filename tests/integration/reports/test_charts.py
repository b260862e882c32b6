from datetime import timedelta

import plotly.graph_objects as go
import pytest

from campaigns.models import Plan
from reports.charts.figure import Chart
from reports.charts.pressure import pressure_chart
from reports.charts.uplift import uplift_chart
from reports.models import Progress, Result
from reports.queries.evidence import Evidence, evidence_of
from reports.queries.pressure import pressure
from strategy.models import Department
from tests.factories.reports import NOW, TODAY, WEEK, judged, reading, weeks
from tests.factories.strategy import DepartmentFactory, PersonFactory, published_sheet

pytestmark = pytest.mark.django_db


def assert_valid(chart: Chart) -> None:
    """Hold the figure against plotly's own schema, which refuses what it does not know."""
    go.Figure(chart.figure)


def contacts(department: Department | None, *, people: int, per_person: list[float]) -> None:
    for ago, value in enumerate(reversed(per_person)):
        ends_on = TODAY - ago * WEEK
        reading("contacts_per_week", value, ends_on=ends_on, department=department, people=people)


def test_contacts_by_department_add_up_to_the_company() -> None:
    published_sheet(contact_cap=3)
    marketing = DepartmentFactory.create(key="marketing", name="Marketing")
    stores = DepartmentFactory.create(key="stores", name="Stores")
    contacts(None, people=1000, per_person=[2.0, 2.5])
    contacts(marketing, people=800, per_person=[2.0, 2.5])
    contacts(stores, people=500, per_person=[0.8, 1.0])

    found = pressure(NOW, [])
    chart = pressure_chart(found)

    assert found.total == [2.0, 2.5]
    assert [(each.name, each.values) for each in found.departments] == [
        ("Marketing", [1.6, 2.0]),
        ("Stores", [0.4, 0.5]),
    ]
    assert found.answer == (
        "In the week to Sun 22 Nov, Marketing sent 80% of all contacts. "
        "Customers contacted got 2.5 each, inside the limit of 3 a week."
    )
    assert chart is not None
    assert chart.head == ("Week to", "Marketing", "Stores", "All")
    assert chart.rows == [
        ("Sun 15 Nov", "1.6", "0.4", "2.0"),
        ("Sun 22 Nov", "2.0", "0.5", "2.5"),
    ]
    assert chart.alt == (
        "Stacked bars by week. All departments together: 2.0 in the week to Sun 15 Nov, "
        "2.5 in the week to Sun 22 Nov. The limit is 3."
    )
    drawn = {trace["name"]: trace["y"] for trace in chart.figure["data"]}
    assert drawn == {each.name: each.values for each in found.departments}
    assert_valid(chart)


def test_at_most_four_series_are_drawn_the_smallest_together() -> None:
    contacts(None, people=100, per_person=[1.5])
    for number in range(1, 6):
        contacts(DepartmentFactory.create(), people=100, per_person=[number / 10])

    chart = pressure_chart(pressure(NOW, []))

    assert chart is not None
    assert chart.head[-2:] == ("Other departments", "All")
    assert chart.rows[0][1:] == ("0.5", "0.4", "0.3", "0.3", "1.5")
    assert_valid(chart)


def test_without_contacts_there_is_no_chart() -> None:
    found = pressure(NOW, [])

    assert found.answer == "Not known: no contacts are measured yet."
    assert pressure_chart(found) is None


def test_unfinished_weeks_and_weeks_long_past_are_left_out() -> None:
    weeks("contacts_per_week", [1.0] * 30, until=TODAY + WEEK)

    assert len(pressure(NOW, []).weeks) == 18
    assert pressure(NOW, []).weeks[-1] == TODAY


def evidence(verdict: str = "win") -> Evidence:
    found = evidence_of(judged(verdict, starts_on=TODAY - 4 * WEEK).pk, [])
    assert found is not None
    return found


def test_the_uplift_chart_draws_the_numbers_of_its_table() -> None:
    chart = uplift_chart(evidence())

    assert chart is not None
    assert chart.title == "Conversion rate against the holdout, all weeks so far"
    assert chart.rows == [
        ("Sun 1 Nov 2026", "+8.4% (−7.8 to 24.6)", "66,800"),
        ("Sun 8 Nov 2026", "+8.4% (−2.4 to 19.2)", "133,600"),
        ("Sun 15 Nov 2026", "+8.4% (3.0 to 13.8)", "200,400"),
    ]
    high, low, effect = chart.figure["data"]
    assert effect["y"] == pytest.approx([8.4, 8.4, 8.4])
    assert low["y"] == pytest.approx([-7.8, -2.4, 3.0])
    assert high["y"] == pytest.approx([24.6, 19.2, 13.8])
    assert effect["x"] == ["2026-11-01", "2026-11-08", "2026-11-15"]
    assert chart.alt == (
        "Cumulative effect over three weeks: first +8.4% (−7.8 to 24.6), "
        "newest +8.4% (3.0 to 13.8); 95% intervals."
    )
    assert_valid(chart)


def test_early_weeks_may_run_off_the_chart_and_it_says_so() -> None:
    chart = uplift_chart(evidence())

    assert chart is not None
    assert chart.figure["layout"]["yaxis"]["range"][1] < 24.6
    assert "Early weeks run off the chart; their numbers are below." in chart.note


def test_where_no_percentage_exists_the_difference_is_drawn_in_the_measures_unit() -> None:
    judged("win", starts_on=TODAY - 4 * WEEK)
    Progress.objects.update(relative=None)
    found = evidence_of(Result.objects.get().initiative_id, [])
    assert found is not None

    chart = uplift_chart(found)

    assert chart is not None
    assert chart.rows[-1][1] == "+0.29 points (0.10 to 0.47)"
    assert chart.figure["layout"]["yaxis"]["ticksuffix"] == ""
    assert_valid(chart)


def test_the_planned_end_is_drawn_while_it_lies_ahead() -> None:
    initiative = judged("win", starts_on=TODAY - 4 * WEEK)
    plan = Plan.objects.create(
        initiative=initiative,
        success_measure=initiative.success_measure,
        holdout_share="0.1",
        smallest_effect="0.05",
        starts_on=initiative.starts_on,
        ends_on=TODAY + timedelta(days=3),
        locked_at=NOW,
        locked_by=PersonFactory.create(),
    )
    Result.objects.update(plan=plan)
    found = evidence_of(initiative.pk, [])
    assert found is not None

    chart = uplift_chart(found)

    assert chart is not None
    assert chart.note.endswith("The plan ends on Wed 25 Nov 2026, dotted.")
    assert [shape["x0"] for shape in chart.figure["layout"]["shapes"]] == ["2026-11-25"]
    assert_valid(chart)


@pytest.mark.parametrize("verdict", ["none", "hold"])
def test_without_a_comparison_nothing_is_drawn(verdict: str) -> None:
    assert uplift_chart(evidence(verdict)) is None


def test_one_week_is_no_course() -> None:
    found = evidence()

    assert uplift_chart(found._replace(progress=found.progress[:1])) is None
