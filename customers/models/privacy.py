"""Who looked at whom, who was forgotten, and how long what is kept."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from customers.models.work import Work
from strategy.language.events import EVENT_KINDS


class Look(models.Model):
    """Somebody of ours looked at a customer. The database refuses to change or empty it.

    It outlives the customer, so it holds the public id and nothing that the person told us.
    """

    class Act(models.TextChoices):
        VIEW = "view", "Opened the card"
        REVIEW = "review", "Compared their records"
        REVEAL = "reveal", "Revealed contact details"
        EXPORT = "export", "Took a copy of everything"

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    customer = models.UUIDField(help_text="The customer's public id.")
    act = models.CharField(max_length=6, choices=Act)
    reason = models.CharField(max_length=200, blank=True)
    fields = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=["view", "review"]) | ~Q(reason=""), name="look_has_a_reason"
            )
        ]
        indexes = [
            models.Index(fields=["customer", "-at"], name="look_at_customer"),
            models.Index(fields=["by", "-at"], name="look_by_person"),
            models.Index(fields=["-at"], name="look_latest"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the log of looks is never emptied';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.customer}"


class Suppression(models.Model):
    """The keyed hash of something that a forgotten person was known by: it never comes back.

    `kind` is a kind of identifier, or "external_id" with the source's id in what is hashed.
    """

    kind = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=16)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "digest"], name="suppression_once")]

    def __str__(self) -> str:
        return self.kind


class Erasure(models.Model):
    """The certificate of one person's erasure: what was removed, where, and when."""

    customer = models.UUIDField(unique=True, help_text="The public id that the person had.")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    work = models.OneToOneField(Work, on_delete=models.PROTECT, related_name="erasure")
    removed = models.JSONField(default=dict, help_text="How many of what, by place.")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.customer)


@pghistory.track(model_name="RetentionChange")
class Retention(models.Model):
    """How long events of a kind are kept. Kinds without a row are kept."""

    event_kind = models.CharField(
        max_length=16, unique=True, choices=[(kind, kind) for kind in EVENT_KINDS]
    )
    keep_months = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["event_kind"]
        constraints = [
            models.CheckConstraint(condition=Q(keep_months__gt=0), name="retention_of_something")
        ]

    def __str__(self) -> str:
        return self.event_kind
