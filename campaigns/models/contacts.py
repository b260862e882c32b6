"""What was really sent to customers, counted for the pages that ask."""

from django.db import models
from django.db.models import Q


class ContactCount(models.Model):
    """What the contacts of the four weeks before `ends_on` came to, by the sheet `sheet`: one row.

    `met` are [initiative, initiative, customers] whom both contacted within the sheet's rest, and
    `people` the ids of some of them by "initiative-initiative"; `spread` is as
    campaigns.queries.spread keeps it. Derived, and can be made again.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
    ends_on = models.DateField()
    sheet = models.PositiveIntegerField()
    met = models.JSONField()
    people = models.JSONField()
    spread = models.JSONField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="contact_count_one_row")]

    def __str__(self) -> str:
        return self.at.isoformat()
