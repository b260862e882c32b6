"""Audiences: who is meant, version by version."""

import pgtrigger
from django.db import models
from django.db.models import Q

from strategy.models import Department, Person


class Audience(models.Model):
    """A named group of customers that initiatives are for. What it says is its newest version's.

    A rolling one is asked again every day, and who has joined since is drawn into an arm then; a
    frozen one is asked once, when the initiative is launched. Nobody is taken out either way:
    who was once in a test is judged with it.
    """

    class Way(models.TextChoices):
        FROZEN = "frozen", "Asked once, at launch"
        ROLLING = "rolling", "Asked again every day"

    name = models.CharField(max_length=120, unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="audiences")
    way = models.CharField(max_length=7, choices=Way, default=Way.FROZEN)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(way__in=["frozen", "rolling"]), name="audience_way_known"
            )
        ]

    def __str__(self) -> str:
        return self.name


class AudienceVersion(models.Model):
    """What an audience says. A change is a further version, never an edit."""

    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    definition = models.JSONField(help_text="As campaigns.audience.definition keeps it.")
    says = models.TextField(help_text="In one sentence.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["audience", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["audience", "version"], name="audience_version_once")
        ]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.audience}, version {self.version}"
