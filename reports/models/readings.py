"""Readings of measures, and which source feeds them."""

from django.db import models
from django.db.models import Q

from customers.models import Source
from strategy.models import Department, Measure


class Reading(models.Model):
    """One computed value of a measure for a scope and a window [starts_on, ends_on).

    The value is `measure.scale * numerator / denominator` (further divided by the weeks of the
    window where the measure is weekly); it is empty where the denominator is 0.
    """

    class Span(models.TextChoices):
        WEEK = "week", "Week"
        QUARTER = "quarter", "Thirteen weeks"

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="readings")
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, related_name="+"
    )  # empty: the whole company
    span = models.CharField(max_length=10, choices=Span)
    starts_on = models.DateField()
    ends_on = models.DateField()
    numerator = models.DecimalField(max_digits=20, decimal_places=4)
    denominator = models.BigIntegerField()
    value = models.FloatField(null=True)
    left_out = models.JSONField(
        default=dict, help_text="Events whose amount has no rate, by currency and kind."
    )
    as_of = models.DateTimeField()

    class Meta:
        ordering = ["ends_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "span", "department", "ends_on"],
                nulls_distinct=False,
                name="reading_once",
            ),
            models.CheckConstraint(
                condition=Q(denominator=0, value__isnull=True)
                | Q(denominator__gt=0, value__isnull=False),
                name="reading_value_where_measured",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.ends_on}"


class Feed(models.Model):
    """A kind of event that a source has sent: where it is late, measures of this kind are."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    newest_on = models.DateField(help_text="Day of its newest event.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind"], name="feed_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind}"
