"""What each initiative's test came to."""

from django.db import models
from django.db.models import Q

from campaigns.models import Initiative, Plan
from strategy.models import Measure


class Result(models.Model):
    """The verdict on one initiative, with what it stands on, as of the last refresh."""

    class Verdict(models.TextChoices):
        WIN = "win", "Win"
        HOLLOW = "hollow", "Hollow win"
        HARM = "harm", "Harm"
        UNPROVEN = "unproven", "Unproven"
        NONE = "none", "Not measured"
        HOLD = "hold", "Hold"

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="result")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, null=True, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict)
    grade = models.CharField(max_length=1)
    sentence = models.TextField(help_text="The answer to “Did it work?”.")
    why = models.TextField(help_text="Why this verdict and this grade.")
    safe_sentence = models.TextField(blank=True, help_text="The answer to “Was it safe?”.")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="End of the days counted, at most the plan's end.")
    as_of = models.DateTimeField()
    segments = models.JSONField(
        default=dict, help_text="As reports.actions.segments makes it; {} until the end."
    )
    observed = models.JSONField(
        default=dict, help_text="As reports.actions.observed makes it; {} where chance chose."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__in=["A", "B", "C", "D", "E", "F"]), name="result_grade_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative}: {self.get_verdict_display()}"

    @property
    def unit(self) -> str:
        """What is counted in each arm: see `Plan.counted_unit`. One query without its plan."""
        return self.plan.counted_unit if self.plan else str(Initiative.Unit.CUSTOMER)


class Outcome(models.Model):
    """One measure of an initiative's test: both arms, the difference, and its status.

    Intervals are 95 %. Values are in the measure's own unit (a share is 0 to 1, a rate is per
    `measure.scale`). What could not be computed is empty, and `reason` says why; it also says what
    is over its limit. `cuped` is the effect with what `adjusted_by` explains taken out, and
    `variance_ratio` the squared width of its interval over that of the plain one; `cuped_reason`
    says why there is none. `p_adjusted` is one-sided, by Holm over all success measures: what the
    verdict reads at the planned end (`reports.evidence.compare`). `beside` is the effect once more
    with another cap: with nobody counted above `cap`, or the whole where the measure `is_capped`.
    """

    class Part(models.TextChoices):
        SUCCESS = "success", "Success measure"
        GUARDRAIL = "guardrail", "Guardrail"
        ALSO = "also", "Also brought by the test"

    class Status(models.TextChoices):
        OK = "ok", "Safe"
        NEAR = "near", "Not shown safe"
        OVER = "over", "Over the limit"
        BREACH = "breach", "Harmed"
        NONE = "none", "Not measured"
        SHOWN = "shown", "Shown better"
        WORSE = "worse", "Shown worse"
        OPEN = "open", "Not shown"

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="outcomes")
    part = models.CharField(max_length=9, choices=Part)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    treated_count = models.BigIntegerField()
    treated_mean = models.FloatField(null=True)
    treated_low = models.FloatField(null=True)
    treated_high = models.FloatField(null=True)
    holdout_count = models.BigIntegerField()
    holdout_mean = models.FloatField(null=True)
    holdout_low = models.FloatField(null=True)
    holdout_high = models.FloatField(null=True)
    effect = models.FloatField(null=True)
    effect_low = models.FloatField(null=True)
    effect_high = models.FloatField(null=True)
    p = models.FloatField(null=True)
    p_adjusted = models.FloatField(null=True)
    relative = models.FloatField(null=True)
    relative_low = models.FloatField(null=True)
    relative_high = models.FloatField(null=True)
    low_base = models.FloatField(null=True)
    cuped = models.FloatField(null=True)
    cuped_low = models.FloatField(null=True)
    cuped_high = models.FloatField(null=True)
    variance_ratio = models.FloatField(null=True)
    cap = models.FloatField(null=True)
    is_capped = models.BooleanField(default=False)
    beside = models.FloatField(null=True)
    beside_low = models.FloatField(null=True)
    beside_high = models.FloatField(null=True)
    beside_treated_mean = models.FloatField(null=True)
    beside_holdout_mean = models.FloatField(null=True)
    adjusted_by = models.CharField(max_length=200, blank=True)
    cuped_reason = models.TextField(blank=True)
    margin = models.FloatField(null=True, help_text="Relative worsening accepted; guardrails only.")
    limit = models.FloatField(
        null=True, help_text="Rates per event only; other readings speak of other people."
    )
    status = models.CharField(max_length=6, choices=Status, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["part", "position"]
        constraints = [
            models.UniqueConstraint(fields=["result", "part", "measure"], name="outcome_once"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} ({self.part})"


class Check(models.Model):
    """One way in which the number could mislead, and what was found."""

    class Status(models.TextChoices):
        OK = "ok", "Passed"
        NEAR = "near", "Take care"
        BREACH = "breach", "Failed"
        NONE = "none", "Not known"

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="checks")
    key = models.SlugField()
    title = models.CharField(max_length=60)
    status = models.CharField(max_length=6, choices=Status)
    sentence = models.TextField()
    best_grade = models.CharField(
        max_length=1, default="A", help_text="The best that is left with it as it came out."
    )
    picture = models.JSONField(null=True, help_text="What to draw, as reports.audit.kept has it.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["result", "key"], name="check_once")]

    def __str__(self) -> str:
        return self.title


class Progress(models.Model):
    """The cumulative effect on the success measure at the end of each week of the window."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="progress")
    ends_on = models.DateField()
    treated_count = models.BigIntegerField()
    holdout_count = models.BigIntegerField()
    effect = models.FloatField(null=True)
    effect_low = models.FloatField(null=True)
    effect_high = models.FloatField(null=True)
    relative = models.FloatField(null=True)
    relative_low = models.FloatField(null=True)
    relative_high = models.FloatField(null=True)

    class Meta:
        ordering = ["ends_on"]
        constraints = [models.UniqueConstraint(fields=["result", "ends_on"], name="progress_once")]

    def __str__(self) -> str:
        return self.ends_on.isoformat()
