"""Talking about an initiative: comments, who follows it, and who is told of what."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from campaigns.actions import mail
from campaigns.actions.attachments import Given, attach
from campaigns.models import Comment, Follow, Initiative, Notice
from campaigns.queries.talk import followers_of, mentioned_in
from strategy import permissions
from strategy.actions import audit
from strategy.models import AuditEntry, Person

SAID = {
    "initiative.comment": "commented on",
    "initiative.comment.change": "commented on",
    "initiative.launch": "launched",
    "initiative.pause": "paused",
    "initiative.resume": "resumed",
    "initiative.end": "ended",
    "initiative.decide": "decided on",
    "initiative.retest": "tested again",
}
"""What somebody did, for a mail, by the act of the audit log."""


@transaction.atomic
def comment(
    *, initiative: Initiative, text: str, by: Person, at: datetime, files: Sequence[Given] = ()
) -> Comment:
    """Comment, with files beside it; followers and whom it mentions are told.

    Who comments follows the initiative from then on, unless they stopped following it before.

    Raises:
        NotAllowed: `by` may not comment.
        AttachmentRefusedError: a file is too large, one too many, or of another type.

    """
    permissions.check_can_comment(by)
    made = Comment.objects.create(initiative=initiative, by=by, at=at, text=text)
    attach(comment=made, files=files)
    entry = audit.record(
        act="initiative.comment", subject=initiative, sentence=text, by=by, at=at, comment=made.pk
    )
    Follow.objects.get_or_create(initiative=initiative, person=by, defaults={"is_on": True})
    tell(entry=entry, initiative=initiative, mentioned=mentioned_in(text))
    return made


@transaction.atomic
def change_comment(*, comment: Comment, text: str, by: Person, at: datetime) -> Comment:
    """Word a comment anew; the earlier wording stays in the log. Whom it newly mentions is told.

    Raises:
        NotAllowed: somebody else wrote it, or `by` may not comment any more.

    """
    held = Comment.objects.select_for_update(of=("self",)).select_related("initiative", "by")
    changed = held.get(pk=comment.pk)
    permissions.check_can_comment(by)
    permissions.check_can_change_comment(by, changed.by)
    before = changed.text
    if text == before:
        return changed
    changed.text = text
    changed.changed_at = at
    changed.save(update_fields=["text", "changed_at"])
    entry = audit.record(
        act="initiative.comment.change",
        subject=changed.initiative,
        sentence=text,
        by=by,
        at=at,
        comment=changed.pk,
        before=before,
    )
    known = {person.pk for person in mentioned_in(before)}
    newly = [person for person in mentioned_in(text) if person.pk not in known]
    _tell(entry, changed.initiative, dict.fromkeys(newly, Notice.Why.MENTIONED))
    return changed


@transaction.atomic
def follow(*, initiative: Initiative, is_on: bool, by: Person) -> None:
    """Follow an initiative, or stop following it. Everybody who signs in may."""
    Follow.objects.update_or_create(initiative=initiative, person=by, defaults={"is_on": is_on})


def read_notices(*, by: Person, at: datetime) -> int:
    """Note that `by` has read every notice; return how many were unread."""
    return Notice.objects.filter(person=by, read_at=None).update(read_at=at)


def tell(*, entry: AuditEntry, initiative: Initiative, mentioned: Iterable[Person] = ()) -> None:
    """Tell followers, and who is mentioned, of what somebody did; nobody of their own acts."""
    why = dict.fromkeys(followers_of(initiative), Notice.Why.FOLLOWS)
    _tell(entry, initiative, why | dict.fromkeys(mentioned, Notice.Why.MENTIONED))


def _tell(entry: AuditEntry, initiative: Initiative, why: dict[Person, Notice.Why]) -> None:
    told = [person for person in why if person != entry.by]
    Notice.objects.bulk_create(
        Notice(person=person, initiative=initiative, entry=entry, why=why[person])
        for person in told
    )
    for person in told:
        subject, text = _mail(entry, initiative, why[person])
        mail.post(
            to=person,
            key=f"entry-{entry.pk}-{person.pk}",
            subject=subject,
            text=text,
            at=entry.at,
        )


def _mail(entry: AuditEntry, initiative: Initiative, why: Notice.Why) -> tuple[str, str]:
    """Return subject and text: who, what and where to read it.

    What was said is not in it, for it may name a customer, and mail is kept elsewhere.
    """
    is_mention = why == Notice.Why.MENTIONED
    did = "mentioned you on" if is_mention else SAID[entry.act]
    link = settings.PUBLIC_ADDRESS + reverse("initiative", args=[initiative.pk])
    reason = (
        "You get this mail because you were mentioned."
        if is_mention
        else f"You get this mail because you follow the initiative. Stop following it there:\n"
        f"{link}#follow"
    )
    subject = f"{entry.by or 'Hymnsheet'} {did} “{initiative}”"
    return subject, f"{subject}.\n\nRead it and answer:\n{link}#history\n\n{reason}\n"
