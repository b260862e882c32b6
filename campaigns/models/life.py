"""What an initiative waits for: approvals before it is agreed, retests after it has ended."""

from django.db import models
from django.db.models import Q

from campaigns.models.initiatives import Initiative
from strategy.models import Goal, Person


class Approval(models.Model):
    """One yes that a proposal needs: asked with it, gone when it is taken back.

    The sheet's rules say which parts are asked: the owner of each goal, the data team.
    """

    class Part(models.TextChoices):
        GOAL_OWNER = "goal_owner", "Owner of the goal"
        DATA_TEAM = "data_team", "Data team"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="approvals")
    part = models.CharField(max_length=10, choices=Part)
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, null=True, related_name="+"
    )  # whose owner is asked
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "part", "goal"], nulls_distinct=False, name="approval_once"
            ),
            models.CheckConstraint(
                condition=Q(part="goal_owner", goal__isnull=False)
                | Q(part="data_team", goal__isnull=True),
                name="approval_part_known",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="approval_given_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {'given' if self.approved_at else 'waits'}"


class Retest(models.Model):
    """A day on which it is looked at again whether an ended initiative's effect has lasted.

    `days` counts from the day on which it ended. `outcome` says what came of it, once done.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="retests")
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["initiative", "days"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "days"], name="retest_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, outcome="")
                | Q(done_at__isnull=False) & ~Q(outcome=""),
                name="retest_done_with_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(done_at__isnull=True), name="retest_due")
        ]

    def __str__(self) -> str:
        return f"{self.initiative}, {self.days} days after its end"
