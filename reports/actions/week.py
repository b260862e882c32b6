"""Telling department heads by mail, once a week, what others do to their customers."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from campaigns.actions import mail
from customers.actions import work as ledger
from customers.actions.work import Progress
from reports.queries.week import DepartmentWeek, week_of
from strategy.models import Membership, Role

KIND = "week"
LINES = 10
"""Rows of each list that the mail shows; the page has all."""


def give_weekly(*, at: datetime) -> int:
    """Give the week's work to the ledger, for the day that it is."""
    on = timezone.localdate(at).isoformat()
    return ledger.give(kind=KIND, arguments={"on": on}, at=at, once=on)


def tell_heads(*, progress: Progress, at: datetime, on: str, **_later: Any) -> dict[str, Any]:
    """Write each department's head the page of their department; the work of kind "week".

    Done twice for a day it writes nothing more.
    """
    heads = Membership.objects.filter(
        role=Role.HEAD, department__isnull=False, person__is_active=True
    ).select_related("person", "department")
    pages: dict[int, DepartmentWeek] = {}
    for head in heads.order_by("department", "person"):
        assert head.department is not None  # noqa: S101  as asked for
        if head.department.pk not in pages:
            pages[head.department.pk] = week_of(head.department, date.fromisoformat(on))
        page = pages[head.department.pk]
        mail.post(
            to=head.person,
            key=f"week-{page.key}-{on}-{head.person.pk}",
            subject=f"What others do to {page.name}’s customers",
            text=_text(page),
            at=at,
        )
        progress.done += 1
        progress.check()
    return {"mails": progress.done}


def _text(page: DepartmentWeek) -> str:
    """Return the page as a mail: counts and names of initiatives, no customer."""
    link = settings.PUBLIC_ADDRESS + reverse("week", args=[page.key])
    sent = [
        f"- {row.department}, {row.initiative or 'no initiative named'}: "
        f"contacts {row.contacts}, our customers {row.customers}"
        for row in page.sent[:LINES]
    ]
    planned = [
        f"- {row.department}, {row.name}: {row.days}, {row.status.lower()}, "
        + (f"our customers {row.customers}" if row.customers else "nobody in it yet")
        for row in page.planned[:LINES]
    ]
    clashes = [
        f"- {row.first_name} and {row.second_name}: happened, {row.people}"
        for row in page.met[:LINES]
    ] + [
        f"- {one.first.name} and {one.second.name}: planned, {one.days}, {one.people}"
        for one in page.clashes[:LINES]
    ]
    parts = [
        f"{page.before}\n{page.answer}",
        "\n".join(sent),
        "\n".join([page.after, page.plans, *planned]),
        "\n".join(["Clashes with ours", page.clashing, *clashes]),
        f"All of it:\n{link}",
        "You get this mail on Mondays because you head the department.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"
