"""Reads of the sheet and its signatures."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from strategy.language import answers, dates
from strategy.language.numbers import number, percent
from strategy.language.words import count_words, counted, join_words
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
from strategy.permissions import can_sign

SHORT_HASH = 8
"""Characters of a text's hash that people compare by eye."""


EXPLAINERS: list[Callable[[str, Mapping[str, float]], str]] = []
"""Say what a machine check tests, by its key and the rule's parameters, "" if it is not theirs.

The floor that has the checks adds its own when it starts.
"""


class Signing(NamedTuple):
    """How far the current sheet is signed; `signed` of `departments`."""

    version: int
    signed: int
    departments: int


def signing_state() -> Signing | None:
    """Return the state of the newest published sheet, or None before the first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT version,
                   (SELECT count(*) FROM strategy_signature WHERE sheet_id = strategy_sheet.id),
                   (SELECT count(*) FROM strategy_department)
            FROM strategy_sheet WHERE published_at IS NOT NULL
            ORDER BY version DESC LIMIT 1
            """
        )
        row = cursor.fetchone()
    return Signing(*row) if row else None


class TermRow(NamedTuple):
    """One of the kinds; `tag` is the status that says whether it is personalisation."""

    kind: str
    test: str
    example: str
    counts: str
    tag: str


class RuleRow(NamedTuple):
    """A do or a don't; `check` says what the machine tests before the lock, "" if it cannot."""

    text: str
    check: str


class SignatureRow(NamedTuple):
    """One department on the sign-off wall.

    `tag` is "ok" (signed), "near" (signed an older version) or "breach" (never signed);
    `by` is empty unless signed; `note` says when, or what the department works to meanwhile.
    """

    department: str
    key: str
    by: str
    tag: str
    word: str
    note: str

    @property
    def is_signed(self) -> bool:
        """Whether the department has signed this version."""
        return self.tag == "ok"


class SheetText(NamedTuple):
    """A version of the sheet as a page shows it; days as long days, "" where there is none."""

    pk: int
    version: int
    vision: str
    definition: str
    terms: list[TermRow]
    dos: list[RuleRow]
    donts: list[RuleRow]
    policy: list[str]
    review_on: str
    content_hash: str
    published_on: str
    published_by: str
    replaces: int | None
    replaced_by: int | None
    signatures: list[SignatureRow]
    answer: str

    @property
    def short_hash(self) -> str:
        """The beginning of the hash, for people to compare."""
        return self.content_hash[:SHORT_HASH]

    @property
    def is_draft(self) -> bool:
        """Whether its text may still change."""
        return not self.content_hash

    @property
    def is_current(self) -> bool:
        """Whether it is the one to sign."""
        return bool(self.content_hash) and self.replaced_by is None


def current_sheet(now: datetime) -> SheetText | None:
    """Return the newest published sheet, None before the first. Seven queries."""
    sheet = (
        Sheet.objects.published()
        .select_related("published_by", "contact_policy")
        .order_by("-version")
        .first()
    )
    return _text(sheet, now) if sheet else None


def sheet_text(version: int, now: datetime) -> SheetText | None:
    """Return any version, drafts too, None when there is no such version. Seven queries."""
    sheet = (
        Sheet.objects.select_related("published_by", "contact_policy")
        .filter(version=version)
        .first()
    )
    return _text(sheet, now) if sheet else None


def _text(sheet: Sheet, now: datetime) -> SheetText:
    rules = list(sheet.rules.order_by("position", "pk"))
    published = sheet.published_at
    versions = Sheet.objects.published().exclude(pk=sheet.pk).values_list("version", flat=True)
    signatures = _wall(sheet, now)
    return SheetText(
        pk=sheet.pk,
        version=sheet.version,
        vision=sheet.vision,
        definition=sheet.definition,
        terms=[_term(term) for term in sheet.terms.order_by("position", "pk")],
        dos=[_rule(rule) for rule in rules if rule.polarity == Rule.Polarity.DO],
        donts=[_rule(rule) for rule in rules if rule.polarity == Rule.Polarity.DONT],
        policy=policy_in_words(sheet),
        review_on=dates.long_day(sheet.review_on),
        content_hash=sheet.content_hash,
        published_on=dates.long_day(timezone.localdate(published)) if published else "",
        published_by=sheet.published_by.name if sheet.published_by else "",
        replaces=max((other for other in versions if other < sheet.version), default=None),
        replaced_by=min((other for other in versions if other > sheet.version), default=None),
        signatures=signatures,
        answer=answers.signatures(
            answers.Signatures(
                signed=tuple(row.department for row in signatures if row.is_signed),
                missing=tuple(row.department for row in signatures if not row.is_signed),
                is_published=published is not None,
            )
        ),
    )


def _term(term: Term) -> TermRow:
    tag = {Term.Counts.YES: "ok", Term.Counts.HELPS: "near", Term.Counts.NO: "no"}
    return TermRow(
        kind=term.kind.capitalize(),
        test=term.test,
        example=term.example,
        counts=term.get_counts_display(),
        tag=tag[Term.Counts(term.counts)],
    )


def _rule(rule: Rule) -> RuleRow:
    said = (explain(rule.check_key, rule.parameters) for explain in EXPLAINERS)
    return RuleRow(text=rule.text, check=next(filter(None, said), ""))


def policy_in_words(sheet: Sheet) -> list[str]:
    """Return the contact policy, one sentence a line."""
    contacts = counted(sheet.contact_cap, "marketing contact")
    gap = counted(sheet.contact_gap_hours, "hour")
    share = percent(sheet.holdout_share, 0 if sheet.holdout_share * 100 % 1 == 0 else 1)
    policy: ContactPolicy | None = getattr(sheet, "contact_policy", None)
    lines = [
        f"At most {contacts} per customer in any seven days, all departments together.",
        *_calendar_in_words(policy),
        *(_channel_in_words(one) for one in sheet.channel_limits.order_by("channel")),
        f"At least {gap} of rest between two of them." if sheet.contact_gap_hours else "",
        f"Every initiative keeps out at least {share} of its customers, so we know what worked.",
        f"Not counted: {join_words(sheet.exempt)}." if sheet.exempt else "",
    ]
    return [line for line in lines if line]


def _calendar_in_words(policy: ContactPolicy | None) -> list[str]:
    if policy is None:
        return []
    lines = []
    if policy.calendar_cap is not None:
        lines.append(f"At most {count_words(policy.calendar_cap)} from Monday to Sunday.")
    if policy.household_cap is not None:
        contacts = count_words(policy.household_cap)
        lines.append(f"At most {contacts} per household in any seven days, where one is known.")
    if policy.goes_first:
        lines.append(f"Where two want the same customers: {', then '.join(policy.goes_first)}.")
    if policy.quiet_from and policy.quiet_until:
        lines.append(f"No marketing from {policy.quiet_from:%H:%M} to {policy.quiet_until:%H:%M}.")
    return lines


def _channel_in_words(limit: ChannelLimit) -> str:
    said = []
    if limit.cap is not None:
        said.append(f"at most {count_words(limit.cap)} in any seven days")
    if limit.weight != 1:
        said.append(f"each counts as {number(limit.weight)}")
    return f"By {limit.channel}: {', and '.join(said) or 'as any other'}."


def _wall(sheet: Sheet, now: datetime) -> list[SignatureRow]:
    newest = {  # ordered by version, so that the last one of a department stays
        signature.department_id: signature
        for signature in Signature.objects.filter(sheet__version__lte=sheet.version)
        .select_related("sheet", "signed_by")
        .order_by("sheet__version")
    }
    return [
        _signature(department, sheet, newest.get(department.pk), timezone.localdate(now))
        for department in Department.objects.all()
    ]


def _signature(
    department: Department, sheet: Sheet, newest: Signature | None, today: date
) -> SignatureRow:
    if newest is None:
        by, tag, word, note = "", "breach", "Not signed", "Has signed no version yet"
    elif newest.sheet_id == sheet.pk:
        signed_on = dates.long_day(timezone.localdate(newest.signed_at))
        by, tag, word, note = newest.signed_by.name, "ok", f"Signed v{sheet.version}", signed_on
    else:
        note = f"Still working to v{newest.sheet.version}"
        if sheet.published_at:
            days = (today - timezone.localdate(sheet.published_at)).days
            note += f", {counted(days, 'day')}" if days > 0 else ""
        by, tag, word = "", "near", "Not signed"
    return SignatureRow(
        department=department.name, key=department.key, by=by, tag=tag, word=word, note=note
    )


class DraftRow(NamedTuple):
    """A version that is not published yet."""

    version: int
    review_on: str


def drafts() -> list[DraftRow]:
    """Return the versions that are not published, newest first. One query."""
    return [
        DraftRow(version=sheet.version, review_on=dates.long_day(sheet.review_on))
        for sheet in Sheet.objects.filter(published_at__isnull=True).order_by("-version")
    ]


class ToSign(NamedTuple):
    """A department for which the reader may sign now."""

    key: str
    name: str


def departments_to_sign(person: Person, sheet: SheetText) -> list[ToSign]:
    """Return the departments that have not signed and that the person may sign for.

    One query, and one for the person's memberships unless they were read.
    """
    if not sheet.is_current:
        return []
    missing = [row.key for row in sheet.signatures if not row.is_signed]
    return [
        ToSign(key=department.key, name=department.name)
        for department in Department.objects.filter(key__in=missing)
        if can_sign(person, department)
    ]
