"""What a sheet says of contacts beyond its cap and its rest: calendar, clock, channels, turns."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from strategy.language.channels import channel_word
from strategy.models.sheets import Sheet, published_text_stays


class ContactPolicy(models.Model):
    """What a sheet says of calendar, households, clock and who gives way to whom. One at most.

    Hours are of the company's time zone; `[quiet_from, quiet_until)` may run over midnight.
    """

    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="contact_policy")
    calendar_cap = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Marketing contacts per customer from Monday to Sunday; empty for no limit.",
    )
    household_cap = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Marketing contacts per household in any seven days; empty for no limit.",
    )
    quiet_from = models.TimeField(
        null=True, blank=True, help_text="No marketing contact from this time of day on."
    )
    quiet_until = models.TimeField(null=True, blank=True, help_text="The end of the quiet hours.")
    goes_first = ArrayField(
        models.SlugField(),
        default=list,
        blank=True,
        help_text="Keys of departments, the one that yields to no other first.",
    )

    class Meta:
        verbose_name_plural = "contact policy"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False)
                & ~Q(quiet_from=F("quiet_until")),
                name="contact_policy_quiet_hours",
                violation_error_message="Quiet hours need a beginning and another end.",
            )
        ]
        triggers = [published_text_stays()]

    def __str__(self) -> str:
        return "Calendar, households, quiet hours, who goes first"


class ChannelLimit(models.Model):
    """What a contact through one channel counts, and how many a customer gets in seven days."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="channel_limits")
    channel = models.CharField(
        max_length=40, help_text="As events name it: email, text, post, call, app."
    )
    cap = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Contacts per customer in any seven days through it; empty for no own limit.",
    )
    weight = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(0)],
        help_text="How many contacts one through it counts for; 1 is an ordinary one.",
    )

    class Meta:
        ordering = ["channel"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "channel"], name="channel_limit_once"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="channel_limit_weight"),
        ]
        triggers = [published_text_stays()]

    def __str__(self) -> str:
        return self.channel

    def clean(self) -> None:
        """Keep the sheet's own word for the channel."""
        self.channel = channel_word(self.channel)
