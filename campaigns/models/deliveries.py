"""What was handed to sending tools, everybody in it, and what became of them."""

from django.db import models
from django.db.models import Q

from campaigns.models.initiatives import Initiative
from customers.models import Record, Source
from strategy.models import Person


class Delivery(models.Model):
    """One export of an initiative's people for the tool that sends. Append-only.

    `channel` and `purpose` are what each of them must have allowed when it was made, and when a
    row is read; blank where nobody is contacted (a till, a page). `left_out_count` counts those
    of the arms who had not.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="deliveries")
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="Whose ids it carries: the sending tool's. Empty: each person's eldest record's.",
    )
    channel = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=60, blank=True)
    with_holdout = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    row_count = models.PositiveIntegerField(default=0)
    left_out_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="", purpose="") | ~Q(channel="") & ~Q(purpose=""),
                name="delivery_channel_with_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative}, {self.made_at:%Y-%m-%d %H:%M}"


class Delivered(models.Model):
    """A person in a delivery: the record whose arm it was, and the record whose id was given."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="rows", db_index=False
    )
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    given = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    arm = models.CharField(max_length=7)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "record"], name="delivered_once"),
            models.CheckConstraint(
                condition=Q(arm__in=["treated", "holdout"]), name="delivered_arm_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.record_id}"


class SentCount(models.Model):
    """What became of an initiative's arms as last counted: see `campaigns.queries.deliveries.Sent`.

    Derived, and can be made again.
    """

    initiative = models.OneToOneField(
        Initiative, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField()
    treated = models.PositiveIntegerField()
    holdout = models.PositiveIntegerField()
    held = models.PositiveIntegerField()
    delivered = models.PositiveIntegerField()
    sent = models.PositiveIntegerField()
    not_sent = models.PositiveIntegerField()
    unasked = models.PositiveIntegerField()
    holdout_sent = models.PositiveIntegerField()
    held_sent = models.PositiveIntegerField()
    strangers_sent = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.at.isoformat()}"
