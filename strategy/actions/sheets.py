"""Drafting, publishing and signing the sheet."""

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from strategy.actions.audit import record
from strategy.models import (
    ChannelLimit,
    ContactPolicy,
    Department,
    Person,
    Rule,
    Sheet,
    Signature,
    Term,
)
from strategy.permissions import check_can_publish_sheet, check_can_sign


class SheetError(Exception):
    """The state of the sheet does not allow this; the message says why."""


class NoSheetError(SheetError):
    """There is nothing to make a next version of."""


class DraftOpenError(SheetError):
    """One draft at a time: the next version is being written already."""


class AlreadyPublishedError(SheetError):
    """The sheet has been published."""


class NothingToSignError(SheetError):
    """A sheet without terms or rules says nothing that a department could keep to."""


class UnchangedError(SheetError):
    """The draft says what is published already: it would only end the signatures under it."""


class NotCurrentError(SheetError):
    """Only the newest published sheet can be signed, and none older be published."""


class StaleTextError(SheetError):
    """The text that was read is not the text that is published."""


class AlreadySignedError(SheetError):
    """The department has signed this version."""


@transaction.atomic
def draft_next_sheet(*, by: Person, at: datetime) -> Sheet:
    """Copy the newest sheet and all that belongs to it into a draft of the next version.

    Raises:
        NotAllowed, NoSheetError, DraftOpenError.

    """
    check_can_publish_sheet(by)
    newest = Sheet.objects.select_for_update().order_by("-version").first()
    if newest is None:
        raise NoSheetError("There is no sheet to start from.")
    if newest.published_at is None:
        raise DraftOpenError(f"Sheet v{newest.version} is still a draft.")
    draft = Sheet.objects.create(
        version=newest.version + 1,
        **{name: getattr(newest, name) for name in TEXT_FIELDS},
    )
    for part in (Term, Rule, ContactPolicy, ChannelLimit):
        rows = part.objects.filter(sheet=newest).order_by("pk")
        for row in rows:
            row.pk, row.sheet = None, draft
        part.objects.bulk_create(rows)  # type: ignore[arg-type]  # one kind of row at a time
    record(act="sheet.draft", subject=draft, sentence=f"Drafted {draft}.", by=by, at=at)
    return draft


@transaction.atomic
def publish_sheet(*, sheet: Sheet, by: Person, at: datetime) -> None:
    """Publish a draft: from now on its text cannot change, and older signatures count no more.

    Raises:
        NotAllowed, AlreadyPublishedError, NotCurrentError, NothingToSignError, UnchangedError.

    """
    check_can_publish_sheet(by)
    draft = Sheet.objects.select_for_update().get(pk=sheet.pk)
    if draft.published_at is not None:
        raise AlreadyPublishedError(f"{draft} is published already.")
    if Sheet.objects.published().filter(version__gt=draft.version).exists():
        raise NotCurrentError(f"A newer version than {draft} is published.")
    if not draft.terms.exists() or not draft.rules.exists():
        raise NothingToSignError(f"{draft} needs terms and rules before it can be signed.")
    current = Sheet.objects.published().order_by("-version").first()
    if current and _said(current) == _said(draft):
        raise UnchangedError(
            f"{draft} says exactly what v{current.version} says. Change its text first."
        )
    draft.content_hash = content_hash(draft)
    draft.published_at, draft.published_by = at, by
    draft.save(update_fields=["content_hash", "published_at", "published_by"])
    sheet.refresh_from_db()
    record(
        act="sheet.publish",
        subject=draft,
        sentence=f"Published {draft}.",
        by=by,
        at=at,
        content_hash=draft.content_hash,
    )


@transaction.atomic
def sign_sheet(
    *, sheet: Sheet, department: Department, content_hash: str, by: Person, at: datetime
) -> Signature:
    """Put a department's name under the text whose hash the signer saw.

    Raises:
        NotAllowed, NotCurrentError, StaleTextError, AlreadySignedError.

    """
    check_can_sign(by, department)
    current = Sheet.objects.published().order_by("-version").first()
    if current is None or current.pk != sheet.pk:
        raise NotCurrentError(f"{sheet} is not the newest published sheet: read that one.")
    if content_hash != current.content_hash:
        raise StaleTextError("The text you read is not the published one: read it again.")
    signature, is_new = Signature.objects.get_or_create(
        sheet=current,
        department=department,
        defaults={"content_hash": content_hash, "signed_at": at, "signed_by": by},
    )
    if not is_new:
        raise AlreadySignedError(f"{department} has signed {current} already.")
    record(
        act="sheet.sign",
        subject=current,
        sentence=f"Signed {current} for {department}.",
        by=by,
        at=at,
        department=department.key,
        content_hash=content_hash,
    )
    return signature


TEXT_FIELDS = (
    "vision",
    "definition",
    "contact_cap",
    "contact_gap_hours",
    "holdout_share",
    "exempt",
    "review_on",
)


def content_hash(sheet: Sheet) -> str:
    """Return the SHA-256, in hex, of the sheet's text as canonical JSON. Four queries."""
    text = _said(sheet) | {"version": sheet.version}
    canonical = json.dumps(text, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _said(sheet: Sheet) -> dict[str, Any]:
    """Return all that the sheet says, whatever its version. Four queries.

    A sheet that limits nothing beyond its cap and rest has no word for it, so that the hashes of
    sheets older than these limits stay what they were.
    """
    return {name: getattr(sheet, name) for name in TEXT_FIELDS} | {
        "holdout_share": f"{Decimal(sheet.holdout_share):.3f}",
        "review_on": sheet.review_on.isoformat(),
        "terms": list(
            sheet.terms.order_by("position", "pk").values("kind", "test", "example", "counts")
        ),
        "rules": list(
            sheet.rules.order_by("position", "pk").values(
                "polarity", "text", "check_key", "parameters"
            )
        ),
        **_said_of_contacts(sheet),
    }


def _said_of_contacts(sheet: Sheet) -> dict[str, Any]:
    policy = ContactPolicy.objects.filter(sheet=sheet).first()
    said: dict[str, Any] = {}
    if policy and policy.calendar_cap is not None:
        said["calendar_cap"] = policy.calendar_cap
    if policy and policy.household_cap is not None:
        said["household_cap"] = policy.household_cap
    if policy and policy.quiet_from and policy.quiet_until:
        said["quiet_hours"] = [policy.quiet_from.isoformat(), policy.quiet_until.isoformat()]
    if policy and policy.goes_first:
        said["goes_first"] = policy.goes_first
    channels = ChannelLimit.objects.filter(sheet=sheet).order_by("channel")
    if channels:
        said["channels"] = [
            {"channel": one.channel, "cap": one.cap, "weight": f"{one.weight:.2f}"}
            for one in channels
        ]
    return said
