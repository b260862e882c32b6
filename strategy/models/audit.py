"""The log of who did what. The database refuses to change or empty it."""

import pgtrigger
from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One act: who, when, what, to which thing, in words."""

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )  # empty: Hymnsheet itself
    act = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    sentence = models.TextField()
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_by_subject")
        ]
        triggers = [
            pgtrigger.Protect(
                name="append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the audit log is never emptied';",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
