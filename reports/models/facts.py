"""Which versions of the copy of the facts count."""

from django.db import models

from reports.facts.delta import Version


class FactsVersion(models.Model):
    """A state of the columnar copy; the newest is what the next refresh reads.

    It is written in the transaction that takes the stale marks away which it answers, so a commit
    to the copy counts once this row is there, and never by half. Its files stay while it is
    frozen, and for a while after a newer one came.
    """

    table = models.CharField(max_length=80)
    events = models.PositiveBigIntegerField()
    people = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    frozen_for = models.CharField(
        max_length=200, blank=True, help_text="What names it, such as a board pack."
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.events}.{self.people}"

    @property
    def version(self) -> Version:
        """The state as the copy knows it."""
        return Version(self.table, self.events, self.people)
