"""Tests from files that somebody had judged, for a day."""

import uuid

from django.db import models

from customers.models import Work
from strategy.models import Person


class Evaluation(models.Model):
    """A file that somebody handed in to be judged, and its judgement; all is gone after a day.

    `asked` is empty until its columns are chosen. `judgement` is empty until it is there, and
    `error` says why it cannot be.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=120)
    path = models.CharField(max_length=500)
    size = models.BigIntegerField(help_text="Bytes.")
    columns = models.JSONField(help_text="Names, as far as they are known from its first part.")
    asked = models.JSONField(default=dict, help_text="As reports.evidence.evaluation.Asked.")
    judgement = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    work = models.ForeignKey(Work, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        """Whether its judgement is being worked out."""
        return bool(self.asked) and not self.judgement and not self.error
