"""Contacts per customer per week, by department."""

from datetime import timedelta

from reports.charts.figure import LABEL_MARGIN, Chart, across, apart, figure, label
from reports.queries.pressure import DepartmentContacts, Pressure
from strategy.language.dates import day
from strategy.language.numbers import number

ONE_DAY = timedelta(days=1)
OWN_COLOUR = ("ecommerce", "stores", "service", "marketing")
SERIES_AT_MOST = 4


def pressure_chart(pressure: Pressure) -> Chart | None:
    """Return stacked bars of contacts per customer, week by week; None without readings."""
    if not pressure.weeks or not pressure.departments:
        return None
    shown = _largest(pressure.departments)
    heads = [day(week - ONE_DAY) for week in pressure.weeks]
    days = [(week - ONE_DAY).isoformat() for week in pressure.weeks]
    cap = pressure.cap or 0
    top = 1.1 * max([cap, *(value for value in pressure.total if value)])
    traces, middles, height = [], list[float](), 0.0
    for each in shown:
        traces.append(
            {
                "type": "bar",
                "x": days,
                "y": each.values,
                "name": each.name,
                "marker": {
                    "color": _colour(each.key),
                    "line": {"width": 1, "color": "var(--paper)"},
                },
                "hovertemplate": "%{y:.1f}",
            }
        )
        newest = each.values[-1] or 0.0
        middles.append(height + newest / 2)
        height += newest
    names = [each.name for each in shown]
    marks = [(middle, name, "var(--ink)") for middle, name in zip(middles, names, strict=True)]
    if cap:
        marks.append((cap, f"Limit {cap}", "var(--bad)"))
    marks.sort()
    places = apart([height for height, *_ in marks], top)
    return Chart(
        key="pressure",
        title="Contacts per customer per week",
        note="By department; all customers contacted at least once in the week.",
        alt=_pressure_message(pressure, heads),
        figure=figure(
            traces,
            barmode="stack",
            annotations=[
                label(place, name, colour)
                for place, (_, name, colour) in zip(places, marks, strict=True)
            ],
            shapes=[across(cap, "var(--bad)")] if cap else [],
            margin=LABEL_MARGIN,
            xaxis={"type": "date", "tickformat": "%-d %b", "nticks": 5},
            yaxis={"range": [0, top], "tickformat": ".1~f", "rangemode": "tozero"},
        ),
        head=("Week to", *names, "All"),
        rows=[
            (
                head,
                *(_one_decimal(each.values[at]) for each in shown),
                _one_decimal(pressure.total[at]),
            )
            for at, head in enumerate(heads)
        ],
    )


def _largest(departments: list[DepartmentContacts]) -> list[DepartmentContacts]:
    """Return at most four series, the largest first; the smallest are added up as others."""
    ordered = sorted(departments, key=lambda each: -sum(value or 0 for value in each.values))
    if len(ordered) <= SERIES_AT_MOST:
        return ordered
    kept, rest = ordered[: SERIES_AT_MOST - 1], ordered[SERIES_AT_MOST - 1 :]
    values = [_sum(week) for week in zip(*(each.values for each in rest), strict=True)]
    return [*kept, DepartmentContacts("others", "Other departments", values)]


def _sum(values: tuple[float | None, ...]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _colour(key: str) -> str:
    return f"var(--d-{key})" if key in OWN_COLOUR else "var(--edge)"


def _one_decimal(value: float | None) -> str:
    return "" if value is None else number(value, 1)


def _pressure_message(pressure: Pressure, heads: list[str]) -> str:
    known = [
        (head, value)
        for head, value in zip(heads, pressure.total, strict=True)
        if value is not None
    ]
    if not known:
        return "Stacked bars by week; nothing measured."
    (first, start), (last, end) = known[0], known[-1]
    limit = f" The limit is {pressure.cap}." if pressure.cap else ""
    return (
        f"Stacked bars by week. All departments together: {number(start, 1)} in the week to "
        f"{first}, {number(end, 1)} in the week to {last}.{limit}"
    )
