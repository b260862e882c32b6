"""What is known of every customer, as columns that an audience is counted from."""

from django.db import models
from django.db.models import Q


class Trait(models.Model):
    """One block of one column (campaigns.audience.traits): 65,536 customers by their ids.

    `values` are little-endian numbers of the column's width. A block of nothing but noughts is
    not kept. All of it is derived and can be made again.
    """

    key = models.CharField(max_length=300)
    block = models.PositiveIntegerField()
    values = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "block"], name="trait_block_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.block}"


class TraitState(models.Model):
    """As of when the columns are, and the numbers between the fifths of each score: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    as_of = models.DateTimeField()
    cuts = models.JSONField(default=dict, help_text="Four numbers for each score.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="trait_state_one_row")]

    def __str__(self) -> str:
        return self.as_of.isoformat()


class Touched(models.Model):
    """A record of which something changed that columns may say otherwise; written by triggers.

    Each transaction adds rows of its own, so that nobody waits, and so that the work that brings
    the columns up to date takes away only the rows that it sees. No foreign key: it would be
    checked row by row while files come in, and somebody who is gone has nothing to say.
    """

    record_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.record_id)


class TouchedWeek(models.Model):
    """A week, begun on its Monday, in which something happened that was not there before."""

    week_on = models.DateField()

    def __str__(self) -> str:
        return self.week_on.isoformat()


class TouchedInitiative(models.Model):
    """An initiative that people were assigned to since its column was last made."""

    initiative_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.initiative_id)
