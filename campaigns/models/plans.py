"""What was promised about an initiative, what it was let off, and what became of it."""

from datetime import date, timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from campaigns.models.initiatives import Initiative
from strategy.models import Guardrail, Measure, Person, Rule


class Plan(models.Model):
    """An initiative's locked analysis. A later change is a further version, never an edit.

    The window is [starts_on, ends_on), read `planned_reads` times, the last time at its end.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField(default=1)
    success_measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    further_measures = models.ManyToManyField(Measure, related_name="+")
    cap = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    guardrails = models.ManyToManyField(Guardrail, related_name="+")
    holdout_share = models.DecimalField(max_digits=4, decimal_places=3)
    smallest_effect = models.DecimalField(max_digits=5, decimal_places=3)
    unit = models.CharField(max_length=9, choices=Initiative.Unit, default=Initiative.Unit.CUSTOMER)
    places = ArrayField(models.CharField(max_length=80), default=list)
    planned_customers = models.PositiveIntegerField(null=True)
    planned_reads = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was changed.")
    locked_at = models.DateTimeField()
    locked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["initiative", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "version"], name="plan_version_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="plan_window"),
            models.CheckConstraint(condition=Q(cap__gt=0), name="plan_cap"),
            models.CheckConstraint(
                condition=Q(places=[]) | Q(holdout_share=0, unit__in=["store", "region"]),
                name="plan_places_without_chance",
            ),
            models.CheckConstraint(
                condition=Q(version=1, reason="") | Q(version__gt=1) & ~Q(reason=""),
                name="plan_change_has_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.initiative}, plan {self.version}"

    @property
    def success_measures(self) -> list[Measure]:
        """The measures that decide whether it worked, the leading one first. One query."""
        return [self.success_measure, *self.further_measures.all()]

    @property
    def counted_unit(self) -> str:
        """What a test adds up by: what was randomised, and customers where nothing was."""
        return str(Initiative.Unit.CUSTOMER if self.unit == Initiative.Unit.NONE else self.unit)


class Waiver(models.Model):
    """Leave to break one machine-checked rule, with a reason and an end day.

    `owner` answers for it, whoever has written it down.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="waivers")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    ends_on = models.DateField(help_text="First day on which it no longer holds.")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="waivers")
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "rule"], name="waiver_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def last_on(self) -> date:
        """The last day on which it holds."""
        return self.ends_on - timedelta(days=1)


class Decision(models.Model):
    """What becomes of an initiative after its verdict, and why. The newest one stands.

    It answers one verdict: when the data come to another, it is asked for again.
    """

    class Choice(models.TextChoices):
        STOP = "stop", "Stop it"
        CHANGE = "change", "Change it"
        KEEP = "keep", "Keep it as it is"
        WIDEN = "widen", "Widen it"

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=8, help_text="Key of the verdict that it answers.")
    choice = models.CharField(max_length=6, choices=Choice)
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
        ]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_choice_display()}: {self.reason}"
