"""What people say about an initiative, who follows it, and who was told."""

import pgtrigger
from django.db import models
from django.db.models import Q

from campaigns.models.initiatives import Initiative
from strategy.models import AuditEntry, Person


class Comment(models.Model):
    """What somebody said of an initiative, as plain text.

    Its author may word it anew; every wording stands in the audit log. Who said it, when and of
    what stays as it was.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(max_length=2000)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]
        triggers = [
            pgtrigger.Protect(
                name="author_stays",
                operation=pgtrigger.UpdateOf("initiative_id", "by_id", "at"),  # type: ignore[no-untyped-call]  # pgtrigger is untyped
            )
        ]

    def __str__(self) -> str:
        return self.text


class Attachment(models.Model):
    """A file beside a comment. `file` names it under ATTACHMENT_FOLDER; `name` is its author's."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="attachments")
    file = models.UUIDField(unique=True)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80, help_text="As its content says.")
    size = models.PositiveIntegerField(help_text="In bytes.")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Follow(models.Model):
    """Whether somebody follows an initiative. Its owner does without a row, unless one says no.

    The row of somebody who stopped stays, so that a later comment of theirs does not begin it
    again.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="follows")
    is_on = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["initiative", "person"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.person} {'follows' if self.is_on else 'left'} {self.initiative}"


class Notice(models.Model):
    """An entry of the audit log that somebody was told of, and why they."""

    class Why(models.TextChoices):
        MENTIONED = "mentioned", "You were mentioned"
        FOLLOWS = "follows", "You follow it"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=9, choices=Why)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["person", "entry"], name="notice_once")]
        indexes = [models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread")]

    def __str__(self) -> str:
        return f"{self.person}: {self.entry}"
