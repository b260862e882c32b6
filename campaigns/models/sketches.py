"""Answers to the form of an initiative that are kept as they are typed, before they are saved."""

from django.db import models
from django.db.models import Q

from campaigns.models.initiatives import Initiative
from strategy.models import Person


class Sketch(models.Model):
    """What one person has typed so far: of a new initiative, or of changes to a draft.

    `answers` holds the form's fields as they were sent, {name: [text, …]}; they may be wrong.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sketches")
    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, null=True, related_name="sketches"
    )
    answers = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["-kept_at"]
        verbose_name_plural = "sketches"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "initiative"],
                condition=Q(initiative__isnull=False),
                name="sketch_of_draft_once",
            )
        ]

    def __str__(self) -> str:
        return next(iter(self.answers.get("name", [])), "") or "Without a name"
