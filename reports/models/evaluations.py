"""Tests from files that somebody had judged, for a day."""

import uuid

from django.db import models

from customers.models import Work
from strategy.models import Person


class Evaluation(models.Model):
    """A judgement of a file, as `evaluate` gives it; it is gone after a day.

    `judgement` is empty until it is there, and `error` then says why it never will be. The copy
    of the file is deleted as soon as it has been read.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=120)
    path = models.CharField(max_length=500, blank=True)
    asked = models.JSONField(help_text="Columns and plan, as reports.evidence.evaluation.Asked.")
    judgement = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    work = models.ForeignKey(Work, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
