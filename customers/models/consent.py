"""What people allowed, and when they said so."""

from django.db import models
from django.db.models.functions import Now

from customers.models.people import Record


class Consent(models.Model):
    """One answer, yes or no, for a channel and a purpose. Append-only: the latest told holds.

    An answer belongs to the record that it was given by. A customer's answer is the most
    restrictive among the records that are certainly theirs; without any it is no.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    is_allowed = models.BooleanField()
    told_at = models.DateTimeField(help_text="When the person said so.")
    noted_at = models.DateTimeField(db_default=Now(), editable=False)
    evidence = models.CharField(
        max_length=200, blank=True, help_text="Where it can be looked up: a form, a call, a file."
    )

    class Meta:
        ordering = ["-told_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "channel", "purpose", "told_at"], name="consent_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose}: {'yes' if self.is_allowed else 'no'}"
