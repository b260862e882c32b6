"""What programs sign in with, and the answers that they may ask for again."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from strategy.models.people import Role


class ApiToken(models.Model):
    """What a program shows to act for a person, in some of the person's roles.

    The token itself is shown once and not kept: only the SHA-256 of its 256 random bits is.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=80, help_text="The program that uses it.")
    roles = ArrayField(
        models.CharField(max_length=12, choices=Role),
        help_text="Those of the person’s roles that it may use.",
    )
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=4, help_text="The last four characters.")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="api_token_named"),
            models.UniqueConstraint(
                fields=["person", "name"], condition=Q(revoked_at=None), name="api_token_name_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.hint})"


class KeptAnswer(models.Model):
    """What a request with an `Idempotency-Key` was answered, for whoever sends it again.

    It is written in the transaction that does what was asked. `token` is empty for a person who
    signed in.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=200)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "token", "key"], nulls_distinct=False, name="kept_answer_once"
            )
        ]

    def __str__(self) -> str:
        return self.key
