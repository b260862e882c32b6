"""Live events: the keys that sources send them with, and what had to be refused."""

from django.conf import settings
from django.db import models

from customers.models.sources import Source


class WriteKey(models.Model):
    """What a source's system shows when it sends events; several may be good at once.

    The key itself is shown once and not kept: only the SHA-256 of its 256 random bits is.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="write_keys")
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=4, help_text="The last four characters.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"…{self.hint} of {self.source}"


class Arrival(models.Model):
    """How many live messages of a source were accepted on a day, and when the last of them.

    Each request adds a row of its own, so that no request waits for another; `fold_arrivals`
    makes one row of a day's. What counts is their sum. `event_count` are the events among them
    that were new: a message that is sent again is a message, and no event.
    """

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="arrivals", db_index=False
    )
    arrived_on = models.DateField(help_text="In the company's time zone.")
    message_count = models.BigIntegerField()
    event_count = models.BigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(message_count__gt=0, event_count__gte=0),
                name="arrival_of_something",
            )
        ]
        indexes = [models.Index(fields=["source", "last_at"], name="arrival_latest")]

    def __str__(self) -> str:
        return f"{self.message_count} from {self.source} on {self.arrived_on}"


class Refusal(models.Model):
    """How many of a source's live messages were refused on a day, for one reason.

    Reasons are sentences of ours without a word out of the message, so that this can be kept;
    `example` is the id of the latest such message, for finding it in the sender's own log.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="refusals")
    refused_on = models.DateField()
    reason = models.CharField(max_length=200)
    message_count = models.BigIntegerField()
    example = models.CharField(max_length=100, blank=True, help_text="A messageId.")
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "refused_on", "reason"], name="refusal_once_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(message_count__gt=0), name="refusal_of_something"
            ),
        ]

    def __str__(self) -> str:
        return self.reason
