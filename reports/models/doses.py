"""What one more contact did, test by test."""

from django.db import models
from django.db.models import Q

from reports.models.results import Result


class Dose(models.Model):
    """Opt-outs for 1,000 contacts more, from a test whose arms were drawn by chance.

    `treated_contacts` and `holdout_contacts` are contacts for each unit of the arm, from whomever.
    Intervals are 95 %. Where the arms say nothing, the numbers are empty and `reason` says why.
    """

    result = models.OneToOneField(Result, on_delete=models.CASCADE, related_name="dose")
    treated_count = models.BigIntegerField()
    holdout_count = models.BigIntegerField()
    treated_contacts = models.FloatField(null=True)
    holdout_contacts = models.FloatField(null=True)
    effect = models.FloatField(null=True)
    effect_low = models.FloatField(null=True)
    effect_high = models.FloatField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effect__isnull=False, reason="")
                | Q(effect__isnull=True) & ~Q(reason=""),
                name="dose_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.effect}"
