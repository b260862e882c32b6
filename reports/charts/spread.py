"""How many customers get how many contacts in a week."""

from datetime import timedelta

from campaigns.queries.spread import WeekSpread
from reports.charts.figure import Chart, figure
from reports.queries.spread import SpreadPage
from strategy.language.dates import span
from strategy.language.numbers import number

WEEK = timedelta(days=7)


def spread_chart(page: SpreadPage) -> Chart | None:
    """Return bars of customers by contacts in the newest week; None where nobody was contacted."""
    if page.cap is None or not page.weeks or not page.weeks[-1].reached:
        return None
    newest, most = page.weeks[-1], max(page.weeks[-1].customers)
    heads = [f"{got}" if got < most else f"{got} or more" for got in range(1, most + 1)]
    counts = [newest.customers.get(got, 0) for got in range(1, most + 1)]
    colours = ["var(--bad)" if got > page.cap else "var(--accent)" for got in range(1, most + 1)]
    over = sum(count for got, count in enumerate(counts, 1) if got > page.cap)
    return Chart(
        key="spread",
        title="Customers by contacts in seven days",
        note=f"{_days(newest)}; all departments. Right of {page.cap}: over the limit.",
        alt=f"Bars: {number(newest.reached)} customers contacted, {number(over)} of them more "
        f"than {page.cap} times.",
        figure=figure(
            [
                {
                    "type": "bar",
                    "x": heads,
                    "y": counts,
                    "marker": {"color": colours},
                    "hovertemplate": "%{y:,}",
                }
            ],
            xaxis={"type": "category"},
            yaxis={"rangemode": "tozero", "tickformat": ",d"},
        ),
        head=("Contacts", *(_days(week) for week in page.weeks)),
        rows=[
            (head, *(number(week.customers.get(got, 0)) for week in page.weeks))
            for got, head in enumerate(heads, 1)
        ],
    )


def _days(week: WeekSpread) -> str:
    return span(week.ends_on - WEEK, week.ends_on)
