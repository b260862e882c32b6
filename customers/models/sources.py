"""Sources, and the files that came from them."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from customers.models.work import Work
from strategy.models import Department, Person

LEAST_TRUST = 9
NEW = "new"
"""No source's key: pages keep it for the address where a source is added."""


class IdentifierKind(models.TextChoices):
    """What a source may know a person by; fields of a record of the same names."""

    EMAIL = "email", "E-mail address"
    PHONE = "phone", "Phone number"
    LOYALTY_CARD = "loyalty_card", "Loyalty card"
    PAYMENT_TOKEN = "payment_token", "Payment token"
    WIFI_DEVICE = "wifi_device", "Wi-fi device"
    ACCOUNT_ID = "account_id", "Account id"


def _kinds(name: str, meaning: str) -> "ArrayField[list[str], list[str]]":
    """Return a column for a set of kinds of identifier."""
    one = models.CharField(max_length=16, choices=IdentifierKind)
    return ArrayField(one, verbose_name=name, help_text=meaning, default=list, blank=True)


@pghistory.track(model_name="SourceChange")
class Source(models.Model):
    """One department's system that sends records and events.

    Of the identifiers that it sends it confirms those that it has checked itself, such as a card
    that a till has read; the others somebody only claims, such as an e-mail address told there.
    """

    key = models.SlugField(
        unique=True, help_text="Small letters and hyphens; it stands in commands and addresses."
    )
    name = models.CharField(max_length=80)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="sources")
    owner = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who is asked when its data are late or wrong.",
    )
    feeds = models.CharField(
        "used for", max_length=120, blank=True, help_text="What its data feed, in words."
    )
    promise_hours = models.PositiveIntegerField(
        "promise, in hours",
        default=24,
        validators=[MinValueValidator(1)],
        help_text="How often something comes at least: 6 is every 6 hours, 24 every day, 168 every "
        "week. A number older than this is stale.",
    )
    trust_rank = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(LEAST_TRUST)],
        help_text="1 is trusted most, 9 least: whose word stands where sources differ on a person.",
    )
    identifier_kinds = _kinds("identifiers it sends", "What its records know people by.")
    confirmed_kinds = _kinds(
        "of these it confirms",
        "What the system has checked itself: a card that the till has read, an address "
        "that answered a mail. What somebody only said or typed is claimed.",
    )
    is_register = models.BooleanField(
        "keeps one record per person",
        default=False,
        help_text="Two of its records are two people, unless it or one of us says otherwise.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(promise_hours__gt=0),
                name="source_promise",
                violation_error_message="A promise is of one hour or more.",
            ),
            models.CheckConstraint(
                condition=~Q(key=NEW),
                name="source_key_free",
                violation_error_message="Pages need this key themselves; choose another.",
            ),
            models.CheckConstraint(
                condition=Q(trust_rank__range=(1, LEAST_TRUST)),
                name="source_trust_rank",
                violation_error_message="The trust rank is from 1 to 9.",
            ),
            models.CheckConstraint(
                condition=Q(identifier_kinds__contained_by=IdentifierKind.values),
                name="source_identifiers_known",
                violation_error_message="Choose identifiers from the list.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_kinds__contained_by=F("identifier_kinds")),
                name="source_confirms_what_it_sends",
                violation_error_message="A source confirms only identifiers that it sends.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse, beside its field, what the source cannot confirm."""
        if set(self.confirmed_kinds) - set(self.identifier_kinds):
            said = "A source confirms only identifiers that it sends: tick them above too."
            raise ValidationError({"confirmed_kinds": said})


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
