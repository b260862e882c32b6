"""Who may read the calendar from a calendar program, by a token in the address."""

from django.db import models

from strategy.models import Person


class CalendarFeed(models.Model):
    """A person's leave to read the calendar without signing in.

    Only the token's digest is kept: the token is shown once, and renewed rather than found.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="calendar_feed")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.person)
