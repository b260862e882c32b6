"""Goals (what we want of a measure) and guardrails (what it may cost)."""

from collections.abc import Mapping
from decimal import Decimal

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from strategy.models.measures import Measure
from strategy.models.people import Department, Person


@pghistory.track()
class Goal(models.Model):
    """Where a measure shall be by a day: baseline, commit (must), target (want), owner."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="goals")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="goals"
    )
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="goals")
    baseline = models.DecimalField(max_digits=14, decimal_places=5)
    commit = models.DecimalField(max_digits=14, decimal_places=5)
    target = models.DecimalField(max_digits=14, decimal_places=5)
    starts_on = models.DateField(help_text="Day of the baseline.")
    due_on = models.DateField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gt=F("starts_on")),
                name="goal_due_after_start",
                violation_error_message="The goal is due after the day of its baseline.",
            ),
            models.CheckConstraint(
                condition=~Q(target=F("baseline")),
                name="goal_target_not_baseline",
                violation_error_message="The target differs from the baseline.",
            ),
            models.CheckConstraint(
                condition=Q(commit__gte=F("baseline"), commit__lte=F("target"))
                | Q(commit__lte=F("baseline"), commit__gte=F("target")),
                name="goal_commit_between",
                violation_error_message=(
                    "The commit lies between the baseline and the target, or on one of them."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse shares outside 0 to 1, and a target on the worse side of the baseline."""
        if self.measure_id is None:
            return
        agreed = {"baseline": self.baseline, "commit": self.commit, "target": self.target}
        check_in_unit(self.measure, agreed)
        if self.baseline is None or self.target is None:
            return
        fewer = self.measure.better == Measure.Better.FEWER
        if self.target > self.baseline if fewer else self.target < self.baseline:
            side = "below" if fewer else "above"
            raise ValidationError(
                {"target": f"{self.measure} is better {side} the baseline: so the target is too."}
            )


@pghistory.track()
class Guardrail(models.Model):
    """A measure with a limit for the company and a margin for each initiative's test."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="guardrails")
    limit = models.DecimalField(
        max_digits=14, decimal_places=5, help_text="Worst value the company accepts."
    )
    margin = models.DecimalField(
        max_digits=5,
        decimal_places=3,
        validators=[MinValueValidator(0)],
        help_text="Relative worsening against holdout that is still accepted: 0.25 is 25%.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["measure"], name="guardrail_once"),
            models.CheckConstraint(condition=Q(margin__gte=0), name="guardrail_margin"),
        ]

    def __str__(self) -> str:
        return self.measure.name

    def clean(self) -> None:
        """Refuse a limit that is a share outside 0 to 1."""
        if self.measure_id is not None:
            check_in_unit(self.measure, {"limit": self.limit})


def check_in_unit(measure: Measure, values: Mapping[str, Decimal | None]) -> None:
    """Refuse values of a share that are none, each under its field's name."""
    if measure.unit != Measure.Unit.SHARE:
        return
    wrong = [name for name, value in values.items() if value is not None and not 0 <= value <= 1]
    if wrong:
        said = f"{measure} is a share, from 0 to 1: 0.36 is 36%."
        raise ValidationError(dict.fromkeys(wrong, said))
