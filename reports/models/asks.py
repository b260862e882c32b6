"""Questions that pages ask of the facts, and what came of them."""

from django.db import models
from django.db.models import Q

from customers.models import Work


class Ask(models.Model):
    """One question in full, and the newest answer. It can be asked again.

    `key` is the hash of the question, which holds the measure's whole definition: a changed
    definition is another question. An answer stays until a newer one is there.
    """

    key = models.CharField(max_length=64, unique=True)
    question = models.JSONField()
    answer = models.JSONField(null=True)
    as_of = models.DateTimeField(null=True, help_text="The refresh whose facts answered.")
    asked_at = models.DateTimeField()
    work = models.ForeignKey(Work, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__isnull=True, as_of__isnull=True)
                | Q(answer__isnull=False, as_of__isnull=False),
                name="ask_answered_as_of",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question.get('ask')} {self.key[:12]}"
