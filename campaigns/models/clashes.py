"""How many customers initiatives have in common, and whose people changed since it was counted."""

from django.db import models
from django.db.models import F, Q

from campaigns.models.initiatives import Initiative


class ChangedMembers(models.Model):
    """An initiative whose people must be compared again with those of all others.

    Each statement that changes assignments adds rows of its own, so that nobody waits for a count
    under way, and so that a count takes away only the rows whose people it sees.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.initiative_id)


class Overlap(models.Model):
    """The customers whom two initiatives both plan to contact; no row where there are none."""

    first = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    customers = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["second", "first"], name="overlap_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="overlap_in_order"),
            models.CheckConstraint(condition=Q(customers__gt=0), name="overlap_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.customers}"


class Reach(models.Model):
    """Whom an initiative plans to contact, as last compared: a bit for each customer.

    Customer n is bit n % 8, the lowest being 0, of byte n // 8, as `set_bit` counts; the bytes
    are whole words of eight. Derived, and can be made again; a customer who is forgotten is
    blanked at once.
    """

    initiative = models.OneToOneField(
        Initiative, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    bits = models.BinaryField()

    class Meta:
        verbose_name_plural = "reaches"

    def __str__(self) -> str:
        return str(self.initiative_id)


class OverlapCount(models.Model):
    """One count of all overlaps: what it added up to.

    `memberships` are customers in initiatives that were not over, `customers` the people among
    them, `at_once` those in two that run on one day, and `double` how often that is so, added up
    over the pairs.
    """

    at = models.DateTimeField()
    memberships = models.PositiveIntegerField()
    customers = models.PositiveIntegerField()
    at_once = models.PositiveIntegerField()
    double = models.PositiveIntegerField()

    class Meta:
        get_latest_by = "at"

    def __str__(self) -> str:
        return self.at.isoformat()
