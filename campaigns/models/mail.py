"""Mail on its way to people who work here."""

from django.db import models

from strategy.models import Person


class Mail(models.Model):
    """One mail: written in the transaction of what it tells of, sent by the ledger.

    `key` names what it tells of and whom, so that nothing is told twice by mail.
    """

    to = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120, unique=True)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "mail"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject
