"""What currencies cost each other, day by day."""

from django.db import models
from django.db.models import F, Q

from customers.models.sources import Source


class Rate(models.Model):
    """On a day, one unit of `base` bought `rate` units of `currency`.

    Currencies are ISO 4217 codes. Whoever says it last is believed: `source` is who that was.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="rates")
    quoted_on = models.DateField()
    base = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10)

    class Meta:
        ordering = ["-quoted_on", "base", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["quoted_on", "base", "currency"], name="rate_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_positive"),
            models.CheckConstraint(condition=~Q(base=F("currency")), name="rate_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.currency} {self.quoted_on}"
