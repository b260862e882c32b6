"""What people allowed, and when they said so."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from customers.models.people import Record


class Consent(models.Model):
    """One answer, yes or no, for a channel and a purpose. Append-only: the latest told holds.

    An answer belongs to the record that it was given by. A customer's answer is the most
    restrictive among the records that are certainly theirs; without any it is no. An opt-out that
    names no channel has the channel "every": it is a no for each of them.
    """

    class Way(models.TextChoices):
        RECORD = "record", "As its system has it"
        LIVE = "live", "Sent with live events"
        OPT_OUT = "opt_out", "By an opt-out"
        FILE = "file", "In a file of answers"
        STAFF = "staff", "Told to our staff"

    record = models.ForeignKey(
        Record, on_delete=models.CASCADE, related_name="consents", db_index=False
    )  # the constraint below is its index
    channel = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    is_allowed = models.BooleanField()
    told_at = models.DateTimeField(help_text="When the person said so.")
    way = models.CharField(max_length=7, choices=Way, db_default=Way.RECORD)
    noted_at = models.DateTimeField(db_default=Now(), editable=False)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )  # empty: a file or a live event
    evidence = models.CharField(
        max_length=200, blank=True, help_text="Where it can be looked up: a form, a call, a file."
    )

    class Meta:
        ordering = ["-told_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "channel", "purpose", "told_at"], name="consent_told_once"
            ),
            models.CheckConstraint(
                condition=models.Q(way__in=["record", "live", "opt_out", "file", "staff"]),
                name="consent_way_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "purpose", "record", "-told_at"], name="consent_of_audience"
            )
        ]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose}: {'yes' if self.is_allowed else 'no'}"
