"""What the demo retailer's people said of their initiatives."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from campaigns.actions import mail
from campaigns.actions.talk import comment
from campaigns.models import Initiative
from customers.actions import work as ledger
from customers.models import Work
from strategy.models import Person


class Said(NamedTuple):
    """A comment; `days` before the end of the history."""

    initiative: str
    by: str
    days: int
    text: str


PRIYA, ALUN, MEI, TOM, RUTH = (
    f"{name}@larkfield.example"
    for name in ("priya.nair", "alun.pryce", "mei.tan", "tom.reyes", "ruth.lister")
)
COMMENTS = (
    Said(
        *("basket-rescue", MEI, 20),
        "Several callers said they had bought in the store already. @Priya Nair, does it stop "
        "when somebody buys at a till?",
    ),
    Said("basket-rescue", PRIYA, 19, "Not yet: it sees online orders only. @Alun Pryce, may we?"),
    Said("basket-rescue", ALUN, 18, "Yes. The tills’ file comes every night."),
    Said("store-wifi-welcome", MEI, 12, "One complaint about it in October, none since."),
    Said(
        *("winter-range-by-postcode", RUTH, 6),
        "@Tom Reyes, the home page changes with the weather in the same weeks.",
    ),
    Said("winter-range-by-postcode", TOM, 5, "Then let us look at both before Black Friday."),
    Said(
        *("black-friday-early-access", MEI, 3),
        "The desk is thin that week. Please tell us how many get it, @Tom Reyes.",
    ),
)


@transaction.atomic
def talk(*, until: date) -> None:
    """Say what was said before `until`. Nobody gets mail of it: the people are invented."""
    for said in COMMENTS:
        on = until - timedelta(days=said.days)
        at = timezone.make_aware(datetime.combine(on, time(11)))
        comment(
            initiative=Initiative.objects.get(key=said.initiative),
            text=said.text,
            by=Person.objects.get(email=said.by),
            at=at,
        )
        for work in Work.objects.filter(kind=mail.KIND, state=Work.State.WAITING):
            ledger.cancel(work.pk, at=at, reason="The demo sends no mail.")
