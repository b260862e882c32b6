"""Mail to people who work here: written with what it tells of, sent by the ledger.

A mail is sent once it is written, however long the mail server is away. A worker that dies between
the server's yes and its own commit sends it again under the same Message-ID.
"""

from datetime import datetime
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from campaigns.models import Mail
from customers.actions import work as ledger
from customers.actions.work import NotNowError, Progress, WorkRefusedError
from strategy.models import Person

KIND = "mail"
FOR_GOOD = 500
"""From this reply on a mail server means never, below it means not now (RFC 5321, 4.2.1)."""


def post(*, to: Person, key: str, subject: str, text: str, at: datetime) -> None:
    """Write a mail, to be sent after commit; one of the same `key` is written once.

    Line ends in the subject, as a name may hold them, become blanks.
    """
    said = {"to": to, "subject": " ".join(subject.split())[:250], "text": text, "made_at": at}
    mail, is_new = Mail.objects.get_or_create(key=key, defaults=said)
    if is_new:
        ledger.give(kind=KIND, arguments={"mail_id": mail.pk}, at=at)


def send(*, progress: Progress, at: datetime, mail_id: int, **_later: Any) -> dict[str, Any]:
    """Send one mail; the work of kind "mail". Who left meanwhile gets none.

    Raises:
        NotNowError: the mail server is away, or says to come again.
        WorkRefusedError: the mail server takes no mail for this address.

    """
    mail = Mail.objects.select_related("to").get(pk=mail_id)
    if mail.sent_at is not None or not mail.to.is_active:
        return {"sent": False}
    progress.check()
    message = EmailMessage(
        mail.subject,
        mail.text,
        to=[mail.to.email],
        headers={
            "Message-ID": f"<{mail.key}@{urlsplit(settings.PUBLIC_ADDRESS).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    try:
        message.send()
    except OSError as error:
        if _is_for_good(error):
            raise WorkRefusedError(f"The mail server takes no mail for {mail.to}.") from error
        raise NotNowError("Waiting for the mail server") from error
    mail.sent_at = at
    mail.save(update_fields=["sent_at"])
    return {"sent": True}


def _is_for_good(error: OSError | SMTPException) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= FOR_GOOD for code, _ in error.recipients.values())
    return isinstance(error, SMTPDataError) and error.smtp_code >= FOR_GOOD
