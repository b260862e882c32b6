"""Initiatives, their locked plans, waivers, decisions, and who was assigned to which arm."""

from datetime import date, timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from customers.models import Record
from strategy.models import Department, Goal, Guardrail, Measure, Person, Rule


class Initiative(models.Model):
    """What a department does to customers, for one or more goals.

    Its window is [starts_on, ends_on): `ends_on` is the first day after it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        LOCKED = "locked", "Plan locked"
        LIVE = "live", "Live"
        ENDED = "ended", "Ended"

    class Mode(models.TextChoices):
        PASSIVE = "passive", "Repeats what they already do"
        ACTIVE = "active", "Introduces something new"

    class Uses(models.TextChoices):
        GROUP = "group", "A group they belong to"
        CHOICE = "choice", "What they set or pick"
        PLACE = "place", "Where they are"
        MOMENT = "moment", "What is happening now"
        HISTORY = "history", "This person’s own history"

    class Channel(models.TextChoices):
        EMAIL = "email", "Email"
        TEXT = "text", "Text"
        POST = "post", "Post"
        WEBSITE = "website", "Website"
        APP = "app", "App"
        TILL = "till", "Till"
        STORE = "store", "In store"
        CALL = "call", "Call"

    class Kind(models.TextChoices):
        NONE = "", "Same for everyone"
        SEGMENTATION = "segmentation", "Segmentation"
        CUSTOMISATION = "customisation", "Customisation"
        LOCALISATION = "localisation", "Localisation"
        CONTEXTUALISATION = "contextualisation", "Contextualisation"
        PERSONALISATION = "personalisation", "Personalisation"

    key = models.SlugField(max_length=80, unique=True, help_text="Names it in files.")
    name = models.CharField(max_length=120)
    notice = models.CharField("what the customer will notice", max_length=300)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="initiatives")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="initiatives")
    goals = models.ManyToManyField(Goal, related_name="initiatives")
    uses = ArrayField(models.CharField(max_length=8, choices=Uses), default=list, blank=True)
    kind = models.CharField(max_length=20, choices=Kind, blank=True, editable=False)
    mode = models.CharField(max_length=8, choices=Mode)
    channel = models.CharField(max_length=8, choices=Channel)
    audience = models.CharField(max_length=300, help_text="Who gets it, in words.")
    holdout_share = models.DecimalField(max_digits=4, decimal_places=3)
    no_holdout_reason = models.CharField(max_length=300, blank=True)
    success_measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    guardrails = models.ManyToManyField(Guardrail, related_name="initiatives", blank=True)
    smallest_effect = models.DecimalField(
        max_digits=5, decimal_places=3, help_text="Relative change worth having: 0.05 is 5%."
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    status = models.CharField(max_length=6, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(
        null=True, editable=False, help_text="Without a launch before it, it was called off."
    )
    is_stale = models.BooleanField(
        default=True, editable=False, help_text="Its result must be worked out again."
    )

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="initiative_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(holdout_share__gte=0, holdout_share__lt=1),
                name="initiative_holdout_share",
            ),
            models.CheckConstraint(
                condition=Q(smallest_effect__gt=0), name="initiative_smallest_effect"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "locked"], launched_at__isnull=True, ended_at__isnull=True
                )
                | Q(status="live", launched_at__isnull=False, ended_at__isnull=True)
                | Q(status="ended", ended_at__isnull=False),
                name="initiative_moments_fit_status",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__gte=F("launched_at")), name="initiative_ends_after_launch"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_on(self) -> date:
        """The last day on which it runs."""
        return self.ends_on - timedelta(days=1)


class Plan(models.Model):
    """An initiative's locked analysis. A later change is a further version, never an edit.

    The window is [starts_on, ends_on); the one read is at its end. What is randomised and judged
    is the customer.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField(default=1)
    success_measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    guardrails = models.ManyToManyField(Guardrail, related_name="+")
    holdout_share = models.DecimalField(max_digits=4, decimal_places=3)
    smallest_effect = models.DecimalField(max_digits=5, decimal_places=3)
    starts_on = models.DateField()
    ends_on = models.DateField()
    locked_at = models.DateTimeField()
    locked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["initiative", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "version"], name="plan_version_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="plan_window"),
        ]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.initiative}, plan {self.version}"


class Waiver(models.Model):
    """Leave to break one machine-checked rule, with a reason and an end day."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="waivers")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    ends_on = models.DateField(help_text="First day on which it no longer holds.")
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "rule"], name="waiver_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def last_on(self) -> date:
        """The last day on which it holds."""
        return self.ends_on - timedelta(days=1)


class Decision(models.Model):
    """What becomes of an initiative after its verdict, and why. The newest one stands.

    It answers one verdict: when the data come to another, it is asked for again.
    """

    class Choice(models.TextChoices):
        STOP = "stop", "Stop it"
        CHANGE = "change", "Change it"
        KEEP = "keep", "Keep it as it is"
        WIDEN = "widen", "Widen it"

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=8, help_text="Key of the verdict that it answers.")
    choice = models.CharField(max_length=6, choices=Choice)
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
        ]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_choice_display()}: {self.reason}"


class Assignment(models.Model):
    """Which arm of an initiative's test a record was put into, when, and with what outcomes.

    `outcomes` holds {measure key: value} for tests that bring their own results; `covariates`
    what was known before. A row is never moved to another arm.
    """

    class Arm(models.TextChoices):
        TREATED = "treated", "Treated"
        HOLDOUT = "holdout", "Holdout"

    initiative = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="assignments")
    arm = models.CharField(max_length=7, choices=Arm)
    at = models.DateTimeField()
    unit = models.CharField(max_length=80, blank=True, help_text="Store or region, where that is.")
    covariates = models.JSONField(default=dict)
    outcomes = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "record"], name="assignment_once"),
            models.CheckConstraint(
                condition=Q(arm__in=["treated", "holdout"]), name="assignment_arm_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.arm}"
