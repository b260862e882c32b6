"""What an initiative plans to send, so that contacts can be added up before they are sent."""

from django.db import models

from campaigns.models.initiatives import Initiative


class PlannedSend(models.Model):
    """One contact that every customer of an initiative is to get.

    Its day counts from the initiative's first: 0 is that day. So it moves as the initiative does.
    """

    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="sends", db_index=False
    )
    day = models.PositiveSmallIntegerField(help_text="Days after the first day; 0 is that day.")
    name = models.CharField(max_length=80, help_text="Such as “Third mail”.")

    class Meta:
        ordering = ["day", "name"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "day", "name"], name="planned_send_once")
        ]

    def __str__(self) -> str:
        return self.name
