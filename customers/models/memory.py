"""What the shop remembers of all its baskets and all its customers."""

from django.db import models
from django.db.models import F, Q


class Companion(models.Model):
    """A product that is bought with another, by the same person on the same day.

    Counted over a window by a nightly pass; `people_count` bought both, `product_people_count`
    bought the first, `lift` is how many times more often than if the two had nothing to do with
    each other.
    """

    product = models.CharField(max_length=200)
    goes_with = models.CharField(max_length=200)
    people_count = models.BigIntegerField()
    product_people_count = models.BigIntegerField()
    lift = models.FloatField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "goes_with"], name="companion_once"),
            models.CheckConstraint(
                condition=Q(people_count__gt=0, people_count__lte=F("product_people_count")),
                name="companion_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goes_with} with {self.product}"

    @property
    def share(self) -> float:
        """How many of those who bought the first bought both, 0 to 1."""
        return self.people_count / self.product_people_count


class Neighbour(models.Model):
    """A category that people who buy in another buy too, whenever.

    Counted as companions are: `people_count` bought in both, `category_people_count` in the
    first; `lift` is how many times more people than if the two had nothing to do with each other.
    """

    category = models.CharField(max_length=200)
    goes_with = models.CharField(max_length=200)
    people_count = models.BigIntegerField()
    category_people_count = models.BigIntegerField()
    lift = models.FloatField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "goes_with"], name="neighbour_once"),
            models.CheckConstraint(
                condition=Q(people_count__gt=0, people_count__lte=F("category_people_count")),
                name="neighbour_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goes_with} beside {self.category}"

    @property
    def share(self) -> float:
        """How many of those who bought in the first bought in both, 0 to 1."""
        return self.people_count / self.category_people_count
