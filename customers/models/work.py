"""The ledger of background work: PostgreSQL remembers, Celery only rings."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Work(models.Model):
    """One piece of work. Any process may take it by lease, die, and another takes it again.

    The row is its own outbox: it is written in the transaction that makes it due, and
    `rung_at` stays empty until a broker has been told. A sweeper rings for rows nobody
    was told of and for rows whose lease ran out. Held work waits for a person to start it.
    """

    class State(models.TextChoices):
        HELD = "held", "To be started"
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    once = models.CharField(  # noqa: DJ001  NULLs never collide; empty texts would
        max_length=80,
        null=True,
        help_text="At most one waiting piece of this kind with the same text.",
    )
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    done_count = models.BigIntegerField(default=0)
    total_count = models.BigIntegerField(null=True)
    step = models.CharField(max_length=120, blank=True, help_text="What it is doing, in words.")
    outcome = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "work"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "once"], condition=Q(state="waiting"), name="work_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False, ended_at__isnull=True)
                | Q(state__in=["held", "waiting"], lease_until__isnull=True, ended_at__isnull=True)
                | Q(
                    state__in=["done", "failed", "cancelled"],
                    lease_until__isnull=True,
                    ended_at__isnull=False,
                ),
                name="work_state_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state__in=["waiting", "running"]), name="work_unfinished"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}


class Sweep(models.Model):
    """When a worker last swept the ledger: the one row that shows a worker lives."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    swept_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sweep_one_row")]

    def __str__(self) -> str:
        return self.swept_at.isoformat()
