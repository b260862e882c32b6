"""Claims: uplifts that somebody states, and what the data say of them."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from campaigns.models import Initiative
from strategy.models import Department, Measure, Person


class Claim(models.Model):
    """An uplift as somebody states it, over the window [starts_on, ends_on).

    Where fewer is better, what is stated as a gain is a fall: below 0.

    What the data say is worked out in the background, by the work `answer_claim`.
    """

    class Baseline(models.TextChoices):
        PREVIOUS = "previous", "As many days before the start"
        MONTH = "month", "28 days before the start"
        QUARTER = "quarter", "91 days before the start"
        YEAR = "year", "The same days a year before"

    uplift = models.FloatField(help_text="Relative, as stated: 0.29 is +29%.")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="claims"
    )  # empty: the whole company
    initiative = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, null=True, related_name="claims"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    baseline = models.CharField(max_length=8, choices=Baseline, default=Baseline.PREVIOUS)
    source = models.CharField(max_length=200, help_text="Who says it, and where.")
    note = models.CharField(max_length=1000, blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="claim_window"),
            models.CheckConstraint(condition=Q(uplift__gte=-1), name="claim_uplift_possible"),
            models.CheckConstraint(condition=~Q(source=""), name="claim_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.uplift:+.1%}"

    @property
    def last_on(self) -> date:
        """The last day of its window."""
        return self.ends_on - timedelta(days=1)

    @property
    def days(self) -> int:
        """Days of its window."""
        return (self.ends_on - self.starts_on).days


class ClaimFile(models.Model):
    """What a claim was read from, such as a supplier's slide, as it was attached."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="file")
    name = models.CharField(max_length=120)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class ClaimAnswer(models.Model):
    """What the data say of a claim, as of when. What cannot be worked out is empty.

    `findings` are those of the audit (`reports.audit.kept`); `gaps` are sentences on what could
    not be asked, and why.
    """

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="answer")
    grade = models.CharField(max_length=1)
    sentence = models.TextField()
    recomputed = models.FloatField(null=True, help_text="The same figure, from the data.")
    median = models.FloatField(null=True, help_text="Of all windows.")
    convenience = models.FloatField(
        null=True, help_text="Share of windows that show less of a gain, 0 to 1."
    )
    window_count = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)
    gaps = models.JSONField(default=list)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__in=["D", "E", "F"]), name="claim_answer_grade"
            ),
            models.CheckConstraint(
                condition=Q(convenience__gte=0, convenience__lte=1),
                name="claim_answer_convenience",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim}: {self.grade}"
