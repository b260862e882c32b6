"""Check-ins: where a goal stands, in the words of somebody who looks after it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from strategy.models.goals import Goal


class GoalCheckIn(models.Model):
    """A word on a goal beside the reading of that day. Append-only.

    `value` is in the measure's unit, over `n` in the window that ends before `ends_on`. A reading
    is counted again when late data come; this is what it said then. All four are empty where
    nothing was measured.
    """

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="check_ins")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=1000)
    value = models.FloatField(null=True)
    n = models.BigIntegerField(null=True)
    ends_on = models.DateField(null=True)
    as_of = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="check_in_says_something"),
            models.CheckConstraint(
                condition=Q(value=None, n=None, ends_on=None, as_of=None)
                | Q(value__isnull=False, n__gt=0, ends_on__isnull=False, as_of__isnull=False),
                name="check_in_measured_together",
            ),
        ]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.note
