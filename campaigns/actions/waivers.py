"""Leave to break a rule of the sheet: with a reason, somebody who answers for it, and an end."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.actions.initiatives import RefusedError, check_reason, check_status, held
from campaigns.models import Initiative, Waiver
from strategy import permissions
from strategy.actions import audit
from strategy.language.dates import day_with_year
from strategy.models import Person, Rule

LONGEST_WAIVER = timedelta(days=366)


class NothingToCheckError(RefusedError):
    """Only a rule that a machine checks can be waived; the others people judge."""


class WaiverIsOverError(RefusedError):
    """A waiver must hold for a day at least."""


class OwnerGoneError(RefusedError):
    """Who answers for a waiver can be asked about it."""


class WaiverIsTooLongError(RefusedError):
    """A waiver holds for a year at most; a rule that is broken for longer is the wrong rule."""


@transaction.atomic
def waive_rule(
    *,
    initiative: Initiative,
    rule: Rule,
    reason: str,
    ends_on: date,
    owner: Person | None = None,
    by: Person,
    at: datetime,
) -> Waiver:
    """Let the initiative break a rule until `ends_on`, the first day without leave.

    `owner` answers for it; without one, who gives it. A second waiver of the same rule takes the
    place of the first; the log keeps both.

    Raises:
        NotAllowed: `by` may not waive rules for the department.
        WrongStatusError: the initiative has ended.
        NothingToCheckError: no machine checks the rule.
        WaiverIsOverError: `ends_on` is not after the day of `at`.
        OwnerGoneError: the owner may not sign in.
        WaiverIsTooLongError: it would hold for more than LONGEST_WAIVER.
        ReasonMissingError: the reason is empty.

    """
    fresh = held(initiative)
    permissions.check_can_waive(by, fresh.department)
    check_status(fresh, "waive")
    check_reason(reason)
    if not rule.check_key:
        raise NothingToCheckError("No machine checks this rule, so there is nothing to waive.")
    if ends_on <= timezone.localdate(at):
        raise WaiverIsOverError("The waiver would be over before it begins. Choose a later day.")
    if ends_on > timezone.localdate(at) + LONGEST_WAIVER:
        raise WaiverIsTooLongError("A waiver holds for a year at most. Choose an earlier day.")
    owner = owner or by
    if not owner.is_active:
        raise OwnerGoneError(f"{owner} may not sign in any more. Choose who answers for it.")
    waiver, _ = Waiver.objects.update_or_create(
        initiative=fresh,
        rule=rule,
        defaults={
            "reason": reason,
            "ends_on": ends_on,
            "owner": owner,
            "granted_by": by,
            "granted_at": at,
        },
    )
    audit.record(
        act="initiative.waive",
        subject=fresh,
        sentence=f"Rule waived until {day_with_year(waiver.last_on)}: “{rule}” "
        f"{owner} answers for it. Reason: {reason}",
        by=by,
        at=at,
        rule=rule.pk,
        ends_on=ends_on.isoformat(),
        owner=owner.pk,
    )
    return waiver
