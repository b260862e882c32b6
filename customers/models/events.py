"""What happened to people, and which weeks of it changed since they were last counted."""

from django.db import models

from customers.models.people import Record
from customers.models.sources import Source


class Event(models.Model):
    """Something that happened to a record; without a record it counts for the shop only.

    Checking two foreign keys row by row would take as long as everything else that an import
    does to its events. A source is held by its imports and write keys; that a record does not go
    before its events is seen to once a statement, where records are deleted.
    """

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    event_id = models.CharField(max_length=200)
    record = models.ForeignKey(
        Record,
        on_delete=models.CASCADE,
        null=True,
        related_name="events",
        db_index=False,
        db_constraint=False,
    )
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    channel = models.CharField(max_length=200, blank=True)
    initiative = models.CharField(max_length=200, blank=True, help_text="The initiative's key.")
    arm = models.CharField(max_length=10, blank=True)
    order_id = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    quantity = models.BigIntegerField(null=True)
    product = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=200, blank=True)
    store = models.CharField(max_length=200, blank=True)
    score = models.FloatField(null=True)
    transactional = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "event_id"], name="event_once"),
        ]
        indexes = [
            models.Index(fields=["record", "at"], name="event_of_record"),
            # these are few, and looked for among thousands of others
            models.Index(
                fields=["record", "at"],
                condition=models.Q(kind__in=["service_case", "complaint", "survey_answer"]),
                name="event_asked",
            ),
            models.Index(fields=["at"], name="event_at"),
            models.Index(
                fields=["order_id"],
                condition=models.Q(kind="order") & ~models.Q(order_id=""),
                name="event_by_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class StaleWeek(models.Model):
    """A week, begun on its Monday in the company's time zone, that must be counted again.

    Each transaction that brings something adds rows of its own, so that nobody waits for a
    refresh under way, and so that a refresh takes away only the rows whose events it sees.
    """

    class Because(models.TextChoices):
        EVENTS = "events", "Events came, changed or went"
        LINKS = "links", "Somebody is linked with others than before"
        AGE = "age", "Events past their time went; what was read stays"

    week_on = models.DateField()
    because = models.CharField(max_length=6, choices=Because, db_default=Because.EVENTS)

    def __str__(self) -> str:
        return self.week_on.isoformat()
