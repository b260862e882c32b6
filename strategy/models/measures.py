"""Measures: what a number means."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from strategy.language.measures import measure_says


class Measure(models.Model):
    """One version of one definition; a changed definition is a new version.

    A reading is `scale * numerator / denominator`. The numerator folds the events named in
    `counted`: how many events, how many people, their amounts, or how many different orders or
    categories. The denominator does the same with `per_events`, or counts the customers in scope.
    A `shape` is a question that is no such fold; `says` tells which. Channels, categories, contacts
    and answers narrow both parts. reports/measures computes it.
    """

    class Fold(models.TextChoices):
        PEOPLE = "people", "people"
        EVENTS = "events", "events"
        AMOUNT = "amount", "amounts added up"
        ORDERS = "orders", "different orders"
        CATEGORIES = "categories", "different categories"

    class Per(models.TextChoices):
        CUSTOMERS = "customers", "customers in scope"
        PEOPLE = "people", "people with at least one"
        EVENTS = "events", "events"

    class Unit(models.TextChoices):
        SHARE = "share", "share"
        MONEY = "money", "money"
        COUNT = "count", "count"

    class Better(models.TextChoices):
        MORE = "more", "more is better"
        FEWER = "fewer", "fewer is better"

    class Contacts(models.TextChoices):
        MARKETING = "marketing", "marketing contacts"
        TRANSACTIONAL = "transactional", "transactional contacts"
        ALL = "all", "all contacts"

    class Shape(models.TextChoices):
        FOLD = "", "counted as chosen above"
        PEAK = "peak", "the most in any rolling window"
        CLASH = "clash", "contacts of two initiatives close together"
        MISTARGETED = "mistargeted", "contacts that fit no known interest"
        EXPOSURE = "exposure", "outside the three most-bought categories"
        RETURNING = "returning", "people who did it so often ever"
        RETENTION = "retention", "of a cohort, who came again"
        RECENCY = "recency", "days since the last one"
        RETURNED = "returned", "orders that came back"

    key = models.SlugField()
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=80, help_text="As a reader sees it.")
    note = models.CharField(
        max_length=300, blank=True, help_text="What a reader should know beside the definition."
    )
    fold = models.CharField(max_length=10, choices=Fold)
    counted = ArrayField(models.CharField(max_length=20), help_text="Event kinds counted.")
    at_least = models.PositiveSmallIntegerField(
        default=1, help_text="People are counted from so many of these events on."
    )
    per = models.CharField(max_length=10, choices=Per)
    per_events = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    contacts = models.CharField(max_length=13, choices=Contacts, default=Contacts.MARKETING)
    channels = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, help_text="Empty for all."
    )
    categories = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, help_text="Empty for all."
    )
    scores = ArrayField(
        models.SmallIntegerField(),
        default=list,
        blank=True,
        help_text="Of survey answers: those counted, such as 9, 10.",
    )
    against = ArrayField(
        models.SmallIntegerField(), default=list, blank=True, help_text="Answers taken off."
    )
    answers = ArrayField(
        models.SmallIntegerField(),
        default=list,
        blank=True,
        help_text="All answers of the scale; any other is left out.",
    )
    cap = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="The most that one customer adds; the value without it is shown beside.",
    )
    scale = models.PositiveIntegerField(default=1, help_text="1,000 for “per 1,000 contacts”.")
    weekly = models.BooleanField(default=False, help_text="Divided by the weeks of the window.")
    window_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="A window of its own, such as 365; empty for the page’s."
    )
    shape = models.CharField(max_length=12, choices=Shape, blank=True, default=Shape.FOLD)
    days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many times 24 hours a shape looks."
    )
    unit = models.CharField(max_length=6, choices=Unit)
    better = models.CharField(max_length=5, choices=Better)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="measure_version_once"),
            models.CheckConstraint(
                condition=Q(per="customers", per_events=[])
                | ~Q(per="customers") & ~Q(per_events=[]),
                name="measure_per_events_named",
                violation_error_message=(
                    "Per people or events, choose which events; per customers in scope, none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(scale__gt=0),
                name="measure_scale_positive",
                violation_error_message="The scale is 1 or more.",
            ),
            models.CheckConstraint(
                condition=Q(at_least=1) | Q(at_least__gt=1, fold="people"),
                name="measure_at_least_of_people",
                violation_error_message="Only people are counted from so many events on.",
            ),
            models.CheckConstraint(
                condition=Q(cap=None) | Q(cap__gt=0, shape="") & ~Q(fold="people"),
                name="measure_cap_positive",
                violation_error_message="A cap is above 0, on events, amounts or different things.",
            ),
            models.CheckConstraint(
                condition=Q(scores=[], against=[]) | Q(fold="events", shape="") & ~Q(scores=[]),
                name="measure_scores_of_events",
                violation_error_message="Answers are counted as events, and some are counted.",
            ),
            models.CheckConstraint(
                condition=Q(scores__contained_by=F("answers"), against__contained_by=F("answers")),
                name="measure_scores_on_scale",
                violation_error_message="The answers counted or taken off are some of all answers.",
            ),
            models.CheckConstraint(
                condition=~Q(scores__overlap=F("against")),
                name="measure_scores_once",
                violation_error_message="No answer is both counted and taken off.",
            ),
            models.CheckConstraint(
                condition=Q(shape__in=["", "returning", "recency"], days=None)
                | ~Q(shape__in=["", "returning", "recency"]) & Q(days__gt=0),
                name="measure_days_of_shape",
                violation_error_message=(
                    "Say how many days the shape looks, or none where it looks at none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(window_days=None) | Q(window_days__gt=0, weekly=False),
                name="measure_window_positive",
                violation_error_message="A window of its own has a day or more, and is not weekly.",
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.version == 1 else f"{self.name}, version {self.version}"

    @property
    def says(self) -> str:
        """In words, what it counts over what, and what to know beside it."""
        return f"{measure_says(self)} {self.note}".strip()

    def clean(self) -> None:
        """Refuse a shape with parts that it does not have."""
        if self.shape not in PARTS:
            return
        folds, per = PARTS[self.shape]
        if self.fold not in folds or self.per != per:
            raise ValidationError(
                f"{Measure.Shape(self.shape).label.capitalize()}: counts {' or '.join(folds)} "
                f"per {per}."
            )


PARTS: dict[str, tuple[tuple[str, ...], str]] = {
    "peak": (("events", "people"), "people"),
    "clash": (("people",), "people"),
    "mistargeted": (("events",), "events"),
    "exposure": (("events",), "events"),
    "returning": (("people",), "people"),
    "retention": (("people",), "people"),
    "recency": (("events",), "people"),
    "returned": (("events",), "events"),
}
"""What the numerator of a shape may be, and what its denominator is."""
