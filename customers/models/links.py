"""Why records are one person, what was proposed, what people ruled, and what moved."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from customers.models.people import Record


class LinkModel(models.Model):
    """What training learnt about this retailer's data, as numbers of our own recipe."""

    trained_at = models.DateTimeField()
    recipe = models.TextField(help_text="As customers.identity.recipe writes it.")
    recipe_hash = models.CharField(max_length=64)
    record_count = models.BigIntegerField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Linking model {self.pk}"


class Proposal(models.Model):
    """Two records that share no identifier and may be one person, with the evidence.

    `probability` is in [0, 1], `weight` in bits (log2 of the Bayes factor). Confirmed and probable
    proposals link by themselves; one for review waits for a person. One without a model is of a
    record that shares an identifier with two people and may be either; it has no probability.
    """

    class Tier(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        PROBABLE = "probable", "Probable"
        REVIEW = "review", "For review"

    a = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", db_index=False)
    b = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    tier = models.CharField(max_length=9, choices=Tier)
    probability = models.FloatField(null=True)
    weight = models.FloatField(null=True)
    evidence = models.JSONField(
        default=list, help_text="What speaks for it and against it, in words, strongest first."
    )
    model = models.ForeignKey(LinkModel, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    later_until = models.DateTimeField(null=True, help_text="Not shown in the queue before.")

    class Meta:
        ordering = [F("weight").desc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="proposal_once"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="proposal_elder_first"),
            models.CheckConstraint(
                condition=Q(
                    model__isnull=True, probability__isnull=True, weight__isnull=True, tier="review"
                )
                | Q(
                    model__isnull=False,
                    weight__isnull=False,
                    probability__gte=0,
                    probability__lte=1,
                ),
                name="proposal_measured",
            ),
        ]
        indexes = [
            models.Index(
                F("weight").desc(nulls_last=True),
                "id",
                condition=Q(tier="review"),
                name="proposal_queue",
            )
        ]

    def __str__(self) -> str:
        return f"{self.a_id} and {self.b_id}"


class Ruling(models.Model):
    """What a person said of two records: one person, or two. No machine overrules it.

    The latest ruling on a pair that was not undone holds.
    """

    class Answer(models.TextChoices):
        JOINED = "joined", "The same person"
        APART = "apart", "Not the same person"

    a = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    b = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=6, choices=Answer)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="ruling_elder_first"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="ruling_undone_together",
            ),
            models.UniqueConstraint(
                fields=["a", "b"], condition=Q(undone_at__isnull=True), name="ruling_one_holds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.a_id} and {self.b_id} {self.answer}"


class Move(models.Model):
    """A record went from one customer to another. Append-only, so that any day can be told."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="moves")
    left = models.BigIntegerField(help_text="The customer that it left.")
    joined = models.BigIntegerField(help_text="The customer that it joined.")
    at = models.DateTimeField()
    cause = models.CharField(max_length=40, help_text="An import, a ruling, a pass of the machine.")

    class Meta:
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update)]
        indexes = [models.Index(fields=["record", "at"], name="move_of_record")]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.left} to {self.joined}"


class LinkRun(models.Model):
    """One pass over everybody, with the figures that show whether it still links well."""

    at = models.DateTimeField()
    rules_version = models.PositiveIntegerField()
    model = models.ForeignKey(LinkModel, on_delete=models.PROTECT, null=True, related_name="+")
    figures = models.JSONField(
        help_text="Records, customers, links, largest customer, generic values, seconds."
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.at.isoformat()
