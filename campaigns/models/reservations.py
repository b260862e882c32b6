"""Contacts that are promised to an initiative and not sent yet."""

from django.db import models
from django.db.models import F, Q

from campaigns.models.initiatives import Initiative
from customers.models import Record
from strategy.models import Person


class Reservation(models.Model):
    """One contact that counts against a customer's cap, from `at` until it lapses or is sent.

    `record` is the one that founded the customer, so that it goes when the customer is forgotten.
    Nothing marks it as used: contacts are told late, by files, and corrected. Which reservations
    were used is worked out by whoever counts (campaigns.pressure.checks).
    """

    record = models.ForeignKey(
        Record, on_delete=models.CASCADE, related_name="reservations", db_index=False
    )
    channel = models.CharField(max_length=60)
    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, null=True, related_name="reservations"
    )
    at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lapses_at__gt=F("at")), name="reservation_lapses")
        ]
        indexes = [models.Index(fields=["record", "lapses_at"], name="reservation_of_record")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.channel}"
