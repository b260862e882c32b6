"""Handing the people of an initiative to the tool that sends, and noting everybody in it."""

from datetime import datetime

from django.db import connection, transaction

from campaigns.actions.initiatives import RefusedError, check_status
from campaigns.models import Assignment, Delivery, Initiative
from customers.models import Source
from customers.queries.consent import allowed_records
from strategy import permissions
from strategy.actions import audit
from strategy.language.channels import CONTACTED
from strategy.language.words import counted
from strategy.models import Person

PEOPLE = """
    CREATE TEMPORARY TABLE people ON COMMIT DROP AS
    SELECT DISTINCT ON (r.customer_id) r.customer_id, a.record_id, a.arm
    FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
    WHERE a.initiative_id = %(initiative)s ORDER BY r.customer_id, a.record_id
"""
"""A merged customer is in the arm of the eldest record."""

GIVEN = """
    CREATE TEMPORARY TABLE given ON COMMIT DROP AS
    SELECT r.customer_id, min(r.id) AS id
    FROM people JOIN customers_record r USING (customer_id)
    WHERE r.certain_id = r.customer_id AND (r.source_id = %(source)s OR %(source)s IS NULL)
        AND (people.arm = 'treated' OR %(with_holdout)s)
    GROUP BY r.customer_id
"""
"""By whose ids they are given: nobody is reached by a link that is only probable."""

ALLOWED_ANYWAY = "SELECT customer_id AS certain_id FROM people"

NOTE = """
    INSERT INTO campaigns_delivered (delivery_id, record_id, given_id, arm)
    SELECT %(delivery)s, people.record_id, given.id, people.arm
    FROM people JOIN given USING (customer_id) JOIN allowed ON certain_id = people.customer_id
    JOIN customers_customer c ON c.id = people.customer_id
    LEFT JOIN campaigns_held h ON h.record_id = people.customer_id
    WHERE h.id IS NULL
        AND NOT EXISTS (SELECT FROM customers_erasure e WHERE e.customer = c.public_id)
    ORDER BY people.record_id
"""


class NobodyAssignedError(RefusedError):
    """Nobody is in an arm yet, so there is nobody to hand over."""


@transaction.atomic
def make_delivery(
    *,
    initiative: Initiative,
    source: Source | None = None,
    with_holdout: bool = False,
    by: Person,
    at: datetime,
) -> Delivery:
    """Choose who is handed over now: whoever is treated and may be contacted on the channel.

    Asked is consent to what the initiative is for, as contact checks ask it: marketing, or service.

    With a `source`, those whom it knows, by its ids. The holdout comes only when asked for; whom
    the whole company leaves alone and who asked to be forgotten never. Each person in it is noted.

    Raises:
        NotAllowed: `by` may not take the department's people away.
        WrongStatusError: the initiative is not agreed yet, is paused, or has ended.
        NobodyAssignedError: nobody is in an arm yet.

    """
    permissions.check_can_take_people(by, initiative.department)
    check_status(initiative, "reach")
    assigned = Assignment.objects.filter(initiative=initiative)
    if not assigned.exists():
        raise NobodyAssignedError("Nobody is in an arm yet. Draw the arms, or import them.")
    channel = initiative.channel if initiative.channel in CONTACTED else ""
    delivery = Delivery.objects.create(
        initiative=initiative,
        source=source,
        channel=channel,
        purpose=initiative.purpose if channel else "",
        with_holdout=with_holdout,
        made_at=at,
        made_by=by,
    )
    said = {
        "delivery": delivery.pk,
        "initiative": initiative.pk,
        "source": source.pk if source else None,
        "with_holdout": with_holdout,
    }
    allowed, asked = (
        allowed_records(channel, initiative.purpose)
        .values("certain_id")
        .distinct()
        .query.sql_with_params()
        if channel
        else (ALLOWED_ANYWAY, ())
    )
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, said)
        cursor.execute("ANALYZE people")
        cursor.execute(GIVEN, said)
        cursor.execute(f"CREATE TEMPORARY TABLE allowed ON COMMIT DROP AS {allowed}", asked)
        cursor.execute("ANALYZE given, allowed")
        cursor.execute(NOTE, said)
        delivery.row_count = cursor.rowcount
        cursor.execute("ANALYZE campaigns_delivered")  # its pages are read at once
        cursor.execute("DROP TABLE people, given, allowed")
    arms = assigned if with_holdout else assigned.filter(arm=Assignment.Arm.TREATED)
    people = arms.values("record__customer").distinct().count()
    delivery.left_out_count = max(people - delivery.row_count, 0)
    delivery.save(update_fields=["row_count", "left_out_count"])
    audit.record(
        act="initiative.deliver",
        subject=initiative,
        sentence=f"Took {counted(delivery.row_count, 'customer')} away for sending"
        f"{', the holdout among them' if with_holdout else ''}.",
        by=by,
        at=at,
        delivery=delivery.pk,
    )
    return delivery


@transaction.atomic
def note_taken(*, delivery: Delivery, by: Person, at: datetime) -> None:
    """Log that somebody takes a delivery's rows.

    Raises:
        NotAllowed: `by` may not take the department's people away.
        WrongStatusError: the initiative is paused or has ended, so nobody is to be contacted.

    """
    permissions.check_can_take_people(by, delivery.initiative.department)
    check_status(delivery.initiative, "reach")
    audit.record(
        act="delivery.take",
        subject=delivery,
        sentence=f"Took {counted(delivery.row_count, 'row')} of {delivery.initiative}.",
        by=by,
        at=at,
    )
