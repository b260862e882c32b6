"""The sheet: what the company means by personalisation, and who has signed the exact text."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from strategy.models.people import Department, Person


def published_text_stays() -> pgtrigger.Trigger:
    """Return the trigger that refuses any change to a row that a published sheet is made of."""
    return pgtrigger.Trigger(
        name="published_text_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF EXISTS (
                SELECT FROM strategy_sheet
                WHERE id IN (OLD.sheet_id, NEW.sheet_id) AND published_at IS NOT NULL
            ) THEN
                RAISE EXCEPTION 'a published sheet does not change'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN COALESCE(NEW, OLD);
        """,
    )


class SheetQuerySet(models.QuerySet["Sheet"]):
    """Versions of the sheet."""

    def published(self) -> "SheetQuerySet":
        return self.filter(published_at__isnull=False)


class Sheet(models.Model):
    """One version of the strategy. Once published its text cannot change."""

    version = models.PositiveIntegerField(unique=True)
    vision = models.TextField(help_text="What all goals are for, in one sentence.")
    definition = models.TextField(help_text="What this company means by personalisation.")
    contact_cap = models.PositiveSmallIntegerField(
        default=3, help_text="Marketing contacts per customer in any seven days, all together."
    )
    contact_gap_hours = models.PositiveSmallIntegerField(
        default=24, help_text="Hours of rest between two marketing contacts."
    )
    holdout_share = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        default="0.1",
        validators=[MaxValueValidator(1)],
        help_text="Smallest share of customers an initiative keeps out, 0 to 1.",
    )
    exempt = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Contacts shown but not counted against the cap.",
    )
    review_on = models.DateField()
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True, content_hash="")
                | Q(published_at__isnull=False, published_by__isnull=False) & ~Q(content_hash=""),
                name="sheet_published_together",
            ),
            models.CheckConstraint(
                condition=Q(holdout_share__gte=0, holdout_share__lte=1), name="sheet_holdout_share"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Sheet v{self.version}"


class Term(models.Model):
    """One of the five kinds as the sheet tells them apart."""

    class Counts(models.TextChoices):
        YES = "yes", "Yes"
        HELPS = "helps", "Helps"
        NO = "no", "No"

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="terms")
    kind = models.CharField(max_length=20)
    test = models.CharField(max_length=200, help_text="What it uses.")
    example = models.CharField(max_length=200)
    counts = models.CharField("is it personalisation?", max_length=5, choices=Counts)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["sheet", "kind"], name="term_once")]
        triggers = [published_text_stays()]

    def __str__(self) -> str:
        return self.kind


class Rule(models.Model):
    """A do or a don't. One with a `check` is tested by the machine (campaigns.rulebook)."""

    class Polarity(models.TextChoices):
        DO = "do", "Do"
        DONT = "dont", "Don’t"

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="rules")
    polarity = models.CharField(max_length=4, choices=Polarity)
    text = models.CharField(max_length=300)
    check_key = models.CharField(
        "machine check",
        max_length=40,
        blank=True,
        help_text="Name of the check in campaigns.rulebook; empty where only people can tell.",
    )
    parameters = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        triggers = [published_text_stays()]

    def __str__(self) -> str:
        return self.text


class Signature(models.Model):
    """A department's name under the exact text: the hash it saw is the hash it signed."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="signatures")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="signatures")
    content_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signatures")

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "department"], name="signature_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="signs_the_text",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("published_hash", "text")],
                func="""
                    SELECT content_hash INTO published_hash
                    FROM strategy_sheet WHERE id = NEW.sheet_id AND published_at IS NOT NULL;
                    IF published_hash IS DISTINCT FROM NEW.content_hash THEN
                        RAISE EXCEPTION 'the signed hash is not that of the published sheet'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}, {self.sheet}"
