"""What retests found."""

from django.db import models
from django.db.models import Q

from campaigns.models import Retest


class RetestResult(models.Model):
    """What a retest found over the days [starts_on, ends_on) against the first two weeks.

    `late` is treated minus holdout per customer and day, `kept` the same less half of the early
    effect; better is above 0. Intervals are 90 %. Empty where it could not be worked out.
    """

    class Word(models.TextChoices):
        LASTING = "lasting", "Lasting"
        FADED = "faded", "Faded"
        BORROWED = "borrowed", "Borrowed"
        UNKNOWN = "unknown", "Unknown"

    retest = models.OneToOneField(Retest, on_delete=models.CASCADE, related_name="result")
    word = models.CharField(max_length=8, choices=Word)
    sentence = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    treated_count = models.BigIntegerField(default=0)
    holdout_count = models.BigIntegerField(default=0)
    late = models.FloatField(null=True)
    late_low = models.FloatField(null=True)
    late_high = models.FloatField(null=True)
    kept = models.FloatField(null=True)
    kept_low = models.FloatField(null=True)
    kept_high = models.FloatField(null=True)
    as_of = models.DateTimeField()

    class Meta:
        ordering = ["retest"]
        constraints = [
            models.CheckConstraint(
                condition=Q(word="unknown") | Q(late__isnull=False, kept__isnull=False),
                name="retest_result_rests_on_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.retest}: {self.word}"
