"""Who was put into which arm of an initiative's test."""

import pgtrigger
from django.db import models
from django.db.models import Q

from campaigns.models.initiatives import Initiative
from customers.models import Record


def marks_members(operation: pgtrigger.Operation, name: str, table: str) -> pgtrigger.Trigger:
    """Return the trigger that notes whose people a statement changed."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**{table: "touched"}),  # type: ignore[no-untyped-call]  # pgtrigger is untyped
        func="""
            INSERT INTO campaigns_changedmembers (initiative_id)
            SELECT DISTINCT initiative_id FROM touched;
            RETURN NULL;
        """,
    )


class Assignment(models.Model):
    """Which arm of an initiative's test a record was put into, when, and with what outcomes.

    `outcomes` holds {measure key: value} for tests that bring their own results; `covariates`
    what was known before. A row is never moved to another arm, and nobody whom the company holds
    out is treated: the database refuses both.
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
        triggers = [
            pgtrigger.Trigger(
                name="stays_in_its_arm",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("arm"),  # type: ignore[no-untyped-call]  # pgtrigger is untyped
                condition=pgtrigger.Q(old__arm__df=pgtrigger.F("new__arm")),
                func="RAISE EXCEPTION 'nobody changes arms' USING ERRCODE = 'check_violation';",
            ),
            pgtrigger.Trigger(
                name="spares_the_held",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="added"),  # type: ignore[no-untyped-call]  # pgtrigger is untyped
                func="""
                    IF EXISTS (
                        SELECT FROM campaigns_held h
                        JOIN customers_record r ON r.customer_id = h.record_id
                        JOIN added ON added.record_id = r.id WHERE added.arm = 'treated'
                    ) THEN
                        RAISE EXCEPTION 'nobody in the company holdout is treated'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    INSERT INTO campaigns_touchedinitiative (initiative_id)
                    SELECT DISTINCT initiative_id FROM added;
                    RETURN NULL;
                """,
            ),
            marks_members(pgtrigger.Insert, "added_members", "new"),
            marks_members(pgtrigger.Delete, "removed_members", "old"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.arm}"


class Forgotten(models.Model):
    """How many customers of an arm were erased since they were assigned: a count, nobody's name."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="forgotten")
    arm = models.CharField(max_length=7, choices=Assignment.Arm)
    customer_count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "arm"], name="forgotten_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_count} {self.arm}"
