"""What was really sent against the sheet's rules, day by day."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from strategy.models import Department, Rule


class Breach(models.Model):
    """How often one department broke one rule with what it sent on one day, in local time.

    `examples` are records of customers that it happened to; who is forgotten is taken out.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="breaches")
    on = models.DateField()
    contact_count = models.PositiveIntegerField()
    customer_count = models.PositiveIntegerField()
    examples = ArrayField(models.BigIntegerField(), default=list)
    initiatives = ArrayField(
        models.CharField(max_length=200), default=list, help_text="Keys of those that sent it."
    )
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "department", "rule"]
        verbose_name_plural = "breaches"
        constraints = [
            models.UniqueConstraint(fields=["on", "rule", "department"], name="breach_once"),
            models.CheckConstraint(
                condition=Q(contact_count__gte=1, customer_count__gte=1), name="breach_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.rule}"


class CheckedDay(models.Model):
    """A day, in local time, whose contacts were held against the sheet in force."""

    on = models.DateField(primary_key=True)
    checked_at = models.DateTimeField()
    contact_count = models.PositiveIntegerField(help_text="Contacts of the day.")

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return self.on.isoformat()
