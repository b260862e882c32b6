"""May this customer be contacted now? Each limit's answer, and the one that is given.

The rules are asked in the order in which they stand in `Rule`. What no waiting mends comes first;
of what passes by itself, the rule that holds longest is named. All moments are aware.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from campaigns.pressure.policy import Contact, Policy
from campaigns.pressure.waits import Wait, allowed_from, waits
from strategy.language.channels import CONTACTED, channel_word


class Rule(StrEnum):
    """Why a contact is allowed or not."""

    ALLOWED = "allowed"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    FORGOTTEN = "forgotten"
    NO_POLICY = "no_policy"
    INITIATIVE = "initiative"
    CONSENT = "consent"
    HOLDOUT = "holdout"
    COMPANY_HOLDOUT = "company_holdout"
    COMPLAINT = "complaint"
    CAP = "cap"
    CHANNEL_CAP = "channel_cap"
    CALENDAR_CAP = "calendar_cap"
    HOUSEHOLD_CAP = "household_cap"
    GAP = "gap"
    QUIET_HOURS = "quiet_hours"


SENTENCES = {
    Rule.ALLOWED: "May be contacted now.",
    Rule.UNKNOWN: "Nobody is known by this.",
    Rule.AMBIGUOUS: "More than one customer is known by this, so it is not clear who is meant.",
    Rule.FORGOTTEN: "Asked to be forgotten.",
    Rule.NO_POLICY: "No sheet is published yet, so nobody has agreed on how often.",
    Rule.INITIATIVE: "The initiative is not agreed, is paused or has ended: it reaches nobody.",
    Rule.CONSENT: "Has not said yes to this channel and purpose; never asked means no.",
    Rule.HOLDOUT: "Is held out of this initiative, so that its effect can be measured.",
    Rule.COMPANY_HOLDOUT: "Is held out of everything, so that all effects can be measured.",
    Rule.COMPLAINT: "Waits for an answer of the service desk; service comes before selling.",
    Rule.CAP: "Has had as many contacts in seven days as the sheet allows.",
    Rule.CHANNEL_CAP: "Has had as many contacts by this channel in seven days as the sheet allows.",
    Rule.CALENDAR_CAP: "Has had as many contacts this week as the sheet allows.",
    Rule.HOUSEHOLD_CAP: "Their household has had as many contacts in seven days as it may.",
    Rule.GAP: "Has been contacted, and the rest that the sheet asks for is not over.",
    Rule.QUIET_HOURS: "Is left in peace at this time of day.",
}


class Sent(NamedTuple):
    """A contact that was delivered, with whose it was: an initiative's key, "" for nobody's."""

    contact: Contact
    initiative: str = ""


class Promised(NamedTuple):
    """A contact that is reserved and has not lapsed."""

    at: datetime
    channel: str
    initiative: str = ""


class Standing(NamedTuple):
    """What is known of one customer that a check depends on.

    `allows` is their answer for the channel and purpose, None where they were never asked.
    `case_until` is when the newest open complaint or question counts as answered, None for none.
    `home` are the counted contacts of all who live together, oldest first, where the policy limits
    them and a household is known.
    """

    allows: bool | None = None
    asked_to_be_forgotten: bool = False
    held_out: bool = False
    held_out_of_all: bool = False
    case_until: datetime | None = None
    sent: Sequence[Sent] = ()
    promised: Sequence[Promised] = ()
    home: Sequence[Contact] | None = None


class Answer(NamedTuple):
    """One row's answer; `allowed_from` is None where no waiting will do."""

    rule: Rule
    allowed_from: datetime | None = None

    @property
    def is_allowed(self) -> bool:
        return self.rule is Rule.ALLOWED


class Question(NamedTuple):
    """What is asked of every customer alike.

    `channel` is the sheet's word; consent is asked where it is one by which people are contacted.
    `serves` says that the purpose serves what somebody asked for: such a contact needs their
    consent, and spares who is held out of the very initiative; nothing else limits it. `reaches`
    says that the initiative may reach people as it stands.
    """

    channel: str
    serves: bool
    policy: Policy | None
    now: datetime
    reaches: bool = True


def check(standing: Standing, question: Question) -> Answer:
    """Return whether a customer may be contacted now, by which rule, and else from when on.

    What is reserved counts as sent, so the moment is one at which that was used.
    """
    policy, now = question.policy, question.now
    if policy is None:
        return Answer(Rule.NO_POLICY)
    lasting = _lasting(standing, question)
    if lasting is not None:
        return Answer(lasting)
    if question.serves:
        return Answer(Rule.ALLOWED, now)
    counted = counting(standing, now)
    standing_waits: list[Wait] = waits(counted, policy, now, question.channel, standing.home)
    until = standing.case_until
    if not standing_waits and until is None:
        return Answer(Rule.ALLOWED, now)
    if any(wait.until is None for wait in standing_waits):
        return Answer(next(Rule(wait.limit) for wait in standing_waits if wait.until is None))
    moments = [(wait.until, Rule(wait.limit)) for wait in standing_waits if wait.until]
    if until is not None:
        moments.insert(0, (until, Rule.COMPLAINT))
    longest, rule = max(moments, key=lambda each: each[0])
    return Answer(rule, allowed_from(counted, policy, longest, question.channel, standing.home))


def counting(standing: Standing, now: datetime) -> list[Contact]:
    """Return the contacts that count against the policy, oldest first.

    A reservation is used by the first contact after it, not yet used by another, of the same
    initiative and channel; until then it is a contact itself.
    """
    past = [one for one in standing.sent if one.contact.at <= now]
    counted = [one.contact for one in past if not one.contact.is_exempt]
    counted += _open(standing.promised, past, now)
    return sorted(counted, key=lambda one: one.at)


def _open(promised: Sequence[Promised], sent: Iterable[Sent], now: datetime) -> list[Contact]:
    left = sorted(sent, key=lambda one: one.contact.at)
    found = []
    for each in sorted(promised):
        used = next((one for one in left if _uses(one, each)), None)
        if used is None:
            found.append(Contact(min(each.at, now), channel=each.channel))
        else:
            left.remove(used)
    return found


def _uses(sent: Sent, promised: Promised) -> bool:
    same = channel_word(sent.contact.channel) == channel_word(promised.channel)
    return same and sent.initiative == promised.initiative and sent.contact.at >= promised.at


def _lasting(standing: Standing, question: Question) -> Rule | None:
    """Return the rule that no waiting mends, None where there is none."""
    if standing.asked_to_be_forgotten:
        return Rule.FORGOTTEN
    if not question.reaches:
        return Rule.INITIATIVE
    if question.channel in CONTACTED and not standing.allows:
        return Rule.CONSENT
    if standing.held_out:
        return Rule.HOLDOUT
    if standing.held_out_of_all and not question.serves:
        return Rule.COMPANY_HOLDOUT
    return None
