"""How many contacts were truly personal, by the sheet's own definition."""

from datetime import date, timedelta
from typing import NamedTuple

from campaigns.models import Initiative
from reports.measures.definition import Definition
from reports.measures.windows import Window
from reports.queries.questions import Question, Rows, of_measure
from strategy.language.dates import span
from strategy.language.numbers import number, percent
from strategy.language.words import join_words
from strategy.models import Term

WEEKS = 13
CONTACTS = Definition(
    measure_id=0,
    key="contacts",
    name="Marketing contacts",
    fold="events",
    counted=("contact",),
    per="events",
    per_events=("contact",),
    scale=1,
    weekly=False,
    unit="count",
    better="more",
)
"""What is asked of the facts, by initiative."""


class Personal(NamedTuple):
    """Share of contacts that the sheet's definition calls personal, in [starts_on, ends_on)."""

    share: str
    of: str
    days: str
    kinds: str


def asked_contacts(today: date) -> Question:
    """Return the question how many marketing contacts each initiative sent, for the page.

    Over the newest thirteen full weeks: those whose last day was the Sunday before this week.
    """
    return of_measure(CONTACTS, [_weeks(today)], by="initiative")


def _weeks(today: date) -> Window:
    end = today - timedelta(days=today.weekday())
    return Window(end - timedelta(weeks=WEEKS), end)


def personal_contacts(today: date, contacts: Rows) -> Personal | None:
    """Return how many marketing contacts named an initiative that the sheet calls personal.

    `contacts` answers `asked_contacts`. None without a sheet or a contact. Two queries.
    """
    terms = Term.objects.filter(sheet__published_at__isnull=False, counts=Term.Counts.YES)
    newest = terms.order_by("-sheet__version").values_list("sheet", "kind")
    kinds = sorted({kind for sheet, kind in newest if sheet == newest[0][0]}) if newest else []
    sent = sum(int(row["y"]) for row in contacts if row["is_company"])
    if not kinds or not sent:
        return None
    theirs = set(Initiative.objects.filter(kind__in=kinds).values_list("key", flat=True))
    named = [row for row in contacts if not row["is_company"] and row["scope"] in theirs]
    personal = sum(int(row["y"]) for row in named)
    return Personal(
        share=percent(personal / sent),
        of=f"{number(personal)} of {number(sent)} marketing contacts",
        days=span(*_weeks(today)),
        kinds=join_words(kinds),
    )
