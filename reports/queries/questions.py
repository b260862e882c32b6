"""Questions for the engine as plain JSON, so that they can be asked by one process of another."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from reports.facts.engines import Engine
from reports.measures.definition import Definition, speaks_of_people
from reports.measures.windows import Window, Windows

if TYPE_CHECKING:
    import ibis

    from reports.facts.schema import Facts

type Question = dict[str, Any]
type Rows = list[dict[str, Any]]

OF_PEOPLE = {"segment", "arm"}
"""Cuts by what a customer is, not by what an event says."""


def of_measure(
    measure: Definition, windows: Sequence[Window], *, by: str, initiative_id: int | None = None
) -> Question:
    """Return the question what a measure comes to in windows, by a cut.

    By "arm", it is about the customers of the initiative's test. By "segment", customers are in
    the segment of the last window's end.
    """
    return {
        "ask": "measure",
        "measure": measure._asdict(),
        "windows": [
            [window.starts_on.isoformat(), window.ends_on.isoformat()] for window in windows
        ],
        "by": by,
        "initiative": initiative_id,
    }


def of_cohorts(before: date) -> Question:
    """Return the question who came again, for the months before a month's first day."""
    return {"ask": "cohorts", "before": before.isoformat()}


def of_rfm(on: date) -> Question:
    """Return the question how many customers are in each pair of scores, and what they spent."""
    return {"ask": "rfm", "on": on.isoformat()}


def answer_to(question: Question, engine: Engine) -> Rows:
    """Ask the engine; the rows are plain JSON, days in ISO format.

    Of a measure a row has `ends_on`, `scope`, `is_company`, `y` and `d`, with `uncapped` where the
    measure has a cap and `left_out` where amounts have no rate. Of cohorts: `cohort`, `month`, `n`.
    Of RFM: `r`, `f`, `segment`, `n`, `orders`, `amount`.
    """
    from reports.measures.cohorts import cohorts  # noqa: PLC0415  Ibis takes a second
    from reports.measures.rfm import rfm_counts  # noqa: PLC0415  Ibis takes a second

    if question["ask"] == "measure":
        return _measured(question, engine)
    if question["ask"] == "cohorts":
        before = date.fromisoformat(question["before"])
        return _plain(engine.execute(lambda facts: cohorts(facts, before=before)).to_pylist())
    on = date.fromisoformat(question["on"])
    return _plain(engine.execute(lambda facts: rfm_counts(facts, on=on)).to_pylist())


def _measured(question: Question, engine: Engine) -> Rows:
    from reports.measures.totals import totals  # noqa: PLC0415  Ibis takes a second

    measure = _definition(question["measure"])
    windows = Windows(
        Window(date.fromisoformat(start), date.fromisoformat(end))
        for start, end in question["windows"]
    )
    by = question["by"]

    def asked(of: Definition) -> Rows:
        def build(facts: "Facts") -> "ibis.Table":
            return totals(_cut(facts, question, windows), [of], windows, by=_scope(by))

        return [
            row
            for row in engine.execute(build).to_pylist()
            if row["is_company"] or row["scope"] is not None
        ]

    rows = asked(measure)
    uncapped = {}
    if measure.cap is not None:
        uncapped = {_place(row): row["y0"] for row in asked(measure.uncapped)}
    left_out = (
        _left_out(measure, windows, engine) if measure.is_money and by not in OF_PEOPLE else {}
    )
    return _plain(
        {
            "ends_on": row["ends_on"],
            "scope": row["scope"],
            "is_company": row["is_company"],
            "y": row["y0"],
            "d": row["d0"],
            **({"uncapped": uncapped[_place(row)]} if uncapped else {}),
            **({"left_out": found} if (found := left_out.get(row["ends_on"])) else {}),
        }
        for row in rows
    )


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["ends_on"], row["is_company"], row["scope"]


def _scope(by: str) -> str:
    return "people" if by in OF_PEOPLE else by


def _cut(facts: "Facts", question: Question, windows: Windows) -> "Facts":
    """Return the facts with what customers are cut by, where they are."""
    from reports.measures.cuts import by_arm, by_segment  # noqa: PLC0415  Ibis takes a second

    if question["by"] == "segment":
        return by_segment(facts, on=max(window.ends_on for window in windows))
    if question["by"] == "arm":
        measure = _definition(question["measure"])
        return by_arm(facts, measure, initiative_id=question["initiative"])
    return facts


def _left_out(
    measure: Definition, windows: Windows, engine: Engine
) -> dict[date, dict[str, dict[str, int]]]:
    """Return the company's events whose amounts have no rate, by window, currency and kind."""
    from reports.measures.totals import unpriced  # noqa: PLC0415  Ibis takes a second

    of_people = speaks_of_people(measure)[0]
    lasting = windows.lasting(measure.window_days)
    found: dict[date, dict[str, dict[str, int]]] = {}
    for row in engine.execute(
        lambda facts: unpriced(facts, [measure], lasting, by="company")
    ).to_pylist():
        if row["is_known"] or not of_people:
            kinds = found.setdefault(row["ends_on"], {}).setdefault(row["unpriced_in"], {})
            kinds[row["kind"]] = kinds.get(row["kind"], 0) + row["events"]
    return found


def _definition(said: dict[str, Any]) -> Definition:
    """Return a definition as it was before JSON made lists of its tuples."""
    whole: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in said.items()
    }
    return Definition(**whole)


def _plain(rows: Any) -> Rows:
    return [
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in row.items()
        }
        for row in rows
    ]
