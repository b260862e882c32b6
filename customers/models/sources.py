"""Sources, and the files that came from them."""

from django.db import models
from django.db.models import Q

from customers.models.work import Work
from strategy.models import Department


class Source(models.Model):
    """One department's system that sends records and events."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="sources")
    feeds = models.CharField(
        max_length=120, blank=True, help_text="What its data are used for, in words."
    )
    promise_hours = models.PositiveIntegerField(
        default=24, help_text="A number older than this is stale."
    )
    trust_rank = models.PositiveSmallIntegerField(
        default=5,
        help_text="1 is trusted most, 9 least: whose word stands where sources differ on a person.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(promise_hours__gt=0), name="source_promise")
        ]

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """One file that was handed in, and what became of its rows.

    read = accepted + rejected + dropped; accepted = changed + unchanged. The counts are empty
    until the rows are in, and they are written in the transaction that brings the rows.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports")
    work = models.OneToOneField(Work, on_delete=models.PROTECT, related_name="file_import")
    file_name = models.CharField(max_length=255)
    path = models.TextField(help_text="Where the file is kept, under the import folder.")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="Bytes.")
    written = models.JSONField(
        default=dict, help_text="How the file is written: layout, columns, encoding, marks."
    )
    mapping = models.JSONField()
    mapping_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    read_count = models.BigIntegerField(null=True)
    accepted_count = models.BigIntegerField(null=True)
    changed_count = models.BigIntegerField(null=True)
    unchanged_count = models.BigIntegerField(null=True)
    rejected_count = models.BigIntegerField(null=True)
    dropped_count = models.BigIntegerField(null=True)
    errors_path = models.TextField(blank=True)
    loaded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    loaded_at__isnull=True,
                    read_count__isnull=True,
                    accepted_count__isnull=True,
                    changed_count__isnull=True,
                    unchanged_count__isnull=True,
                    rejected_count__isnull=True,
                    dropped_count__isnull=True,
                )
                | Q(
                    loaded_at__isnull=False,
                    read_count=models.F("accepted_count")
                    + models.F("rejected_count")
                    + models.F("dropped_count"),
                    accepted_count=models.F("changed_count") + models.F("unchanged_count"),
                ),
                name="import_counts_add_up",
            )
        ]
        indexes = [
            models.Index(fields=["source", "sha256", "mapping_hash"], name="import_same_file"),
            models.Index(fields=["source", "-loaded_at"], name="import_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} from {self.source}"
