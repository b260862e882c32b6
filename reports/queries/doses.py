"""Do more contacts make more customers opt out? What tests with a holdout say."""

from typing import NamedTuple

from django.db.models import F

from reports.models import Dose, Result
from strategy.language.dates import span
from strategy.language.numbers import number
from strategy.language.units import measure_change
from strategy.language.words import all_of, count_words, counted, plural

UNIT = "per 1,000 contacts"


class DoseRow(NamedTuple):
    """One test: contacts for each unit of both arms, opt-outs for 1,000 extra contacts.

    `change` has a 95 % interval and is "" where `reason` says why it is not known.
    """

    initiative_id: int
    name: str
    department_key: str
    department: str
    days: str
    contacts: str
    change: str
    units: str
    reason: str


class Doses(NamedTuple):
    """The tests, that with most opt-outs first; `left_out` counts results without a holdout."""

    answer: str
    rows: list[DoseRow]
    left_out: str


def doses() -> Doses:
    """Return what every judged test with a holdout says. Two queries."""
    found = list(
        Dose.objects.select_related("result__initiative__department", "result__plan").order_by(
            F("effect").desc(nulls_last=True), "-result__ends_on", "result__initiative__name"
        )
    )
    without = Result.objects.filter(plan__holdout_share=0).count()
    return Doses(
        answer=_answer(found),
        rows=[_row(one) for one in found],
        left_out=f"{counted(without, 'initiative', capital=True)} without a holdout "
        f"{plural(without, 'says', 'say')} nothing here: who gets many contacts differs in all "
        "else from who gets few."
        if without
        else "",
    )


def _answer(found: list[Dose]) -> str:
    telling = [one for one in found if one.effect is not None]
    if not found:
        return "Not known: no test with a holdout has been judged yet."
    if not telling:
        return f"Not known: {all_of(len(found), 'test')} with a holdout cannot tell; each says why."
    more = sum((one.effect_low or 0) > 0 for one in telling)
    fewer = sum((one.effect_high or 0) < 0 for one in telling)
    if not more and not fewer:
        tests = f"{all_of(len(telling), 'test')} that can tell"
        return f"Not shown: {tests} {plural(len(telling), 'shows', 'show')} no difference."
    said = (
        f"{count_words(more, capital=True, zero='none')} of {counted(len(telling), 'test')} that "
        f"can tell {plural(more, 'shows', 'show')} more opt-outs with more contacts"
    )
    return f"{said}, {count_words(fewer)} fewer." if fewer else f"{said}."


def _row(one: Dose) -> DoseRow:
    result = one.result
    initiative = result.initiative
    change = contacts = ""
    if one.treated_contacts is not None and one.holdout_contacts is not None:
        contacts = (
            f"{number(one.treated_contacts, 2)} treated, {number(one.holdout_contacts, 2)} held out"
        )
    if one.effect is not None and one.effect_low is not None and one.effect_high is not None:
        change = measure_change(one.effect, one.effect_low, one.effect_high, UNIT)
    return DoseRow(
        initiative_id=initiative.pk,
        name=initiative.name,
        department_key=initiative.department.key,
        department=initiative.department.name,
        days=span(result.starts_on, result.ends_on) if result.ends_on > result.starts_on else "",
        contacts=contacts,
        change=change,
        units=f"{counted(one.treated_count, result.unit)} treated, "
        f"{number(one.holdout_count)} held out",
        reason=one.reason,
    )
