"""Initiatives: what a department does to customers."""

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from strategy.models import Department, Goal, Guardrail, Measure, Person

UNAGREED = ("draft", "proposed")
RUNNING = ("live", "paused")
OVER = ("ended", "reviewed")
"""Statuses of an initiative before it is agreed, of one that was launched, and that has ended."""


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    """Initiatives, by how far they are."""

    def planned(self) -> "InitiativeQuerySet":
        """Keep those whose plan is locked."""
        return self.filter(plans__version=1)


class Initiative(models.Model):
    """What a department does to customers, for one or more goals.

    Its window is [starts_on, ends_on): `ends_on` is the first day after it. Its plan is locked at
    the launch, or sooner once it is agreed.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Proposed"
        AGREED = "agreed", "Agreed"
        LIVE = "live", "Live"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"
        REVIEWED = "reviewed", "Reviewed"

    class Purpose(models.TextChoices):
        """What it is for, the one that goes first named first."""

        SERVICE = "service", "Serves what they asked for"
        MARKETING = "marketing", "Sells or inspires"

    class Unit(models.TextChoices):
        """What chance puts into an arm."""

        CUSTOMER = "customer", "Customer"
        HOUSEHOLD = "household", "Household"
        STORE = "store", "Store"
        REGION = "region", "Region"
        NONE = "none", "Nothing: everybody gets it"

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
    purpose = models.CharField(
        max_length=9, choices=Purpose, default=Purpose.MARKETING, help_text="Service goes first."
    )
    audience = models.CharField(max_length=300, help_text="Who gets it, in words.")
    unit = models.CharField(max_length=9, choices=Unit, default=Unit.CUSTOMER)
    planned_customers = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many customers are in it, held out ones included."
    )
    planned_reads = models.PositiveSmallIntegerField(
        default=1, help_text="How often the result is read before it is decided."
    )
    cost = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="All that it costs, in the company’s money.",
    )
    audience_version = models.ForeignKey(
        "campaigns.AudienceVersion",
        on_delete=models.PROTECT,
        related_name="initiatives",
        null=True,
        blank=True,
        help_text="Who gets it, as customers can be counted and drawn by.",
    )
    holdout_share = models.DecimalField(max_digits=4, decimal_places=3)
    places = ArrayField(
        models.CharField(max_length=80),
        default=list,
        blank=True,
        help_text="Stores or regions that get it where chance chose none, as events name them.",
    )
    no_holdout_reason = models.CharField(max_length=300, blank=True)
    success_measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    further_measures = models.ManyToManyField(
        Measure,
        related_name="+",
        blank=True,
        help_text="Judged as well; each further one makes all of them harder to show.",
    )
    cap = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="The most that one customer counts for where the first measure is shown capped.",
    )
    guardrails = models.ManyToManyField(Guardrail, related_name="initiatives", blank=True)
    smallest_effect = models.DecimalField(
        max_digits=5, decimal_places=3, help_text="Relative change worth having: 0.05 is 5%."
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(
        null=True, editable=False, help_text="Without a launch before it, it was called off."
    )
    is_stale = models.BooleanField(
        default=True, editable=False, help_text="Its result must be worked out again."
    )

    objects = InitiativeQuerySet.as_manager()

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
                    status__in=["draft", "proposed", "agreed"],
                    launched_at__isnull=True,
                    ended_at__isnull=True,
                )
                | Q(status__in=["live", "paused"], launched_at__isnull=False, ended_at__isnull=True)
                | Q(status="ended", ended_at__isnull=False)
                | Q(status="reviewed", launched_at__isnull=False, ended_at__isnull=False),
                name="initiative_moments_fit_status",
            ),
            models.CheckConstraint(
                condition=~Q(unit="none") | Q(holdout_share=0), name="initiative_holds_out_units"
            ),
            models.CheckConstraint(
                condition=Q(places=[]) | Q(holdout_share=0, unit__in=["store", "region"]),
                name="initiative_places_without_chance",
            ),
            models.CheckConstraint(
                condition=Q(planned_reads__gte=1), name="initiative_is_read_once"
            ),
            models.CheckConstraint(condition=Q(cost__gte=0), name="initiative_cost"),
            models.CheckConstraint(condition=Q(cap__gt=0), name="initiative_cap"),
            models.CheckConstraint(
                condition=Q(ended_at__gte=F("launched_at")), name="initiative_ends_after_launch"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def success_measures(self) -> list[Measure]:
        """The measures that decide whether it worked, the leading one first. One query."""
        return [self.success_measure, *self.further_measures.all()]

    @property
    def last_on(self) -> date:
        """The last day on which it runs."""
        return self.ends_on - timedelta(days=1)
