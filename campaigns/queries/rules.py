"""What the sheet in force says about an initiative: its kind, and the rules it breaks."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q

from campaigns.models import RUNNING, Initiative, Waiver
from campaigns.rulebook import rules as rulebook
from campaigns.rulebook.facts import Facts
from campaigns.rulebook.kinds import Kind, classify
from strategy.language.dates import day_with_year
from strategy.language.numbers import HUNDRED, Number, exact, number
from strategy.language.words import counted
from strategy.models import Rule, Sheet


class RulesInForce(NamedTuple):
    """The machine-checked rules of the newest published sheet; without a sheet there are none."""

    version: int | None
    rules: tuple[rulebook.Rule, ...]

    @property
    def sheet(self) -> str:
        """As in a sentence: "sheet v4"."""
        return f"sheet v{self.version}" if self.version else "the sheet"


class Leave(NamedTuple):
    """A waiver as a reader sees it; `last_on` is the last day on which it holds."""

    rule: str
    reason: str
    last_on: date
    granted_by: str
    owner: str

    @property
    def by(self) -> str:
        """Who gave it and who answers for it, in words."""
        answers = "who" if self.owner == self.granted_by else f"and {self.owner}"
        return f"{self.granted_by}, {answers} answers for it"


class Broken(NamedTuple):
    """A rule of the sheet that an initiative breaks; `leave` is the waiver that holds, if any."""

    rule_id: int
    rule: str
    sentence: str
    how_to_mend: str
    leave: Leave | None


class SheetSays(NamedTuple):
    """What the sheet says about one initiative.

    `standing` blocks the lock, `waived` does not. `leaves` are all waivers in force, also those
    of rules that are kept or of an older sheet. `headline` is kind and mode in words. `days`
    warns of a first day that is over, "" otherwise.
    """

    headline: str
    kind: Kind
    standing: tuple[Broken, ...]
    waived: tuple[Broken, ...]
    leaves: tuple[Leave, ...]
    heading: str
    holdout: str
    days: str


class Others(NamedTuple):
    """How many other initiatives of a department are agreed or run, and how many are active."""

    every: int
    active: int


def others(department_id: int, initiative_id: int | None) -> Others:
    """Return a department's initiatives beside this one. One query."""
    beside = Initiative.objects.filter(
        department=department_id, status__in=[Initiative.Status.AGREED, *RUNNING]
    ).exclude(pk=initiative_id or 0)
    is_active = Q(mode=Initiative.Mode.ACTIVE)
    return Others(**beside.aggregate(every=Count("pk"), active=Count("pk", filter=is_active)))


def rules_in_force() -> RulesInForce:
    """Return the rules that initiatives are checked against. Two queries."""
    sheet = Sheet.objects.published().order_by("-version").only("version").first()
    if sheet is None:
        return RulesInForce(None, ())
    rows = Rule.objects.filter(sheet=sheet).exclude(check_key="")
    rules = (rulebook.Rule(row.pk, row.check_key, row.parameters, row.text) for row in rows)
    return RulesInForce(sheet.version, tuple(rules))


def facts_of(initiative: Initiative) -> Facts:
    """Return what a rule may know of the initiative. Three queries, one if others are loaded."""
    beside = others(initiative.department_id, initiative.pk)
    return Facts(
        name=initiative.name,
        notice=initiative.notice,
        audience=initiative.audience,
        uses=frozenset(initiative.uses),
        channel=initiative.channel,
        mode=initiative.mode,
        purpose=initiative.purpose,
        others=beside.every,
        others_active=beside.active,
        holdout_share=float(initiative.holdout_share),
        places=len(initiative.places),
        no_holdout_reason=initiative.no_holdout_reason,
        success_measure=initiative.success_measure.name,
        guardrail_count=len(initiative.guardrails.all()),
        starts_on=initiative.starts_on,
        ends_before=initiative.ends_on,
    )


def breaches_of(initiative: Initiative, today: date) -> tuple[Broken, ...]:
    """Return the rules that the initiative breaks today without leave. Up to six queries."""
    return sheet_says(initiative, today).standing


def sheet_says(initiative: Initiative, today: date) -> SheetSays:
    """Return what the sheet in force says about a logged initiative. Up to six queries."""
    facts, waivers = facts_of(initiative), waivers_of(initiative.pk)
    is_draft = initiative.status == Initiative.Status.DRAFT
    return judged(facts, initiative.mode, rules_in_force(), waivers, today, is_draft=is_draft)


def waivers_of(initiative_id: int) -> list[Waiver]:
    """Return all waivers of the initiative, those that are over as well. One query."""
    return list(
        Waiver.objects.filter(initiative=initiative_id).select_related(
            "granted_by", "owner", "rule"
        )
    )


def judged(
    facts: Facts,
    mode: str,
    in_force: RulesInForce,
    waivers: Iterable[Waiver],
    today: date,
    *,
    leave_out: Collection[str] = (),
    is_draft: bool = True,
) -> SheetSays:
    """Return what the rules say about the facts.

    `leave_out` names checks not to be asked; advice that only a draft can follow is for drafts.
    """
    kind = classify(facts.uses, name=facts.name if is_draft else "", sheet=in_force.sheet)
    given = {waiver.rule_id: waiver for waiver in waivers}
    asked = [rule for rule in in_force.rules if rule.check not in leave_out]
    found = rulebook.breaches(facts, asked)
    held = [
        rulebook.Waiver(waiver.rule_id, waiver.reason, waiver.last_on) for waiver in given.values()
    ]
    standing = {breach.rule_id for breach in rulebook.unwaived(found, held, today)}
    texts = {rule.rule_id: rule.text for rule in asked}
    rows = [
        Broken(
            breach.rule_id,
            texts[breach.rule_id],
            breach.sentence,
            breach.how_to_mend,
            None if breach.rule_id in standing else _leave(given[breach.rule_id]),
        )
        for breach in found
    ]
    broken = tuple(row for row in rows if not row.leave)
    has_mode = bool(kind.key and mode)
    return SheetSays(
        headline=f"{kind.name}, {Initiative.Mode(mode).name.lower()}" if has_mode else kind.name,
        kind=kind,
        standing=broken,
        waived=tuple(row for row in rows if row.leave),
        leaves=tuple(_leave(waiver) for waiver in given.values() if today <= waiver.last_on),
        heading=f"Breaks {counted(len(broken), 'rule')} of {in_force.sheet}" if broken else "",
        holdout=holdout_remark(facts),
        days=days_remark(facts.starts_on, today) if is_draft else "",
    )


def holdout_remark(facts: Facts) -> str:
    """Say what the holdout means for the verdict."""
    if facts.places:
        return "The chosen places are compared with the others, so the evidence is D at best."
    if not facts.holdout_share:
        return "Without a holdout the verdict will be Not measured, whatever the numbers say."
    share = percent_as_said(facts.holdout_share)
    return f"{share} are held out at random, so the verdict can be a fair one."


def days_remark(starts_on: date | None, today: date) -> str:
    """Say that the first day is over, where it is; what runs already may be logged."""
    if starts_on is None or starts_on >= today:
        return ""
    return (
        f"Its first day, {day_with_year(starts_on)}, is over. Choose a day from today on, unless "
        "it runs already: then the plan will be locked late, which weakens the evidence."
    )


def percent_as_said(share: Number) -> str:
    """Return a share that people chose with the decimals they gave: 0.125 is "12.5%"."""
    return f"{number(exact(share) * HUNDRED)}%"


def _leave(waiver: Waiver) -> Leave:
    names = waiver.granted_by.name, waiver.owner.name
    return Leave(str(waiver.rule), waiver.reason, waiver.last_on, *names)
