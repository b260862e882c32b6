"""A sheet's text: published with its hash, kept by the database, copied, compared."""

from datetime import time
from decimal import Decimal

import pytest

from strategy.actions import sheets
from strategy.models import AuditEntry, ChannelLimit, ContactPolicy, Role, Rule, Term
from strategy.permissions import NotAllowed
from strategy.queries.differences import Difference, differences
from strategy.queries.serving import contact_rules
from strategy.queries.sheets import current_sheet, drafts, sheet_text
from tests.database import refused
from tests.factories.strategy import (
    AT,
    DepartmentFactory,
    RuleFactory,
    SheetFactory,
    person,
    published_sheet,
)

pytestmark = pytest.mark.django_db


def test_publishing_fixes_text_and_hash_and_leaves_an_audit_entry() -> None:
    boss, draft = person(Role.EXECUTIVE), SheetFactory.create(version=4)

    sheets.publish_sheet(sheet=draft, by=boss, at=AT)

    assert (draft.published_at, draft.published_by) == (AT, boss)
    assert draft.content_hash == sheets.content_hash(draft)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject_kind, entry.subject_id) == (
        "sheet.publish",
        "strategy.sheet",
        draft.pk,
    )
    assert (entry.sentence, entry.by, entry.at) == ("Published Sheet v4.", boss, AT)
    assert entry.details == {"content_hash": draft.content_hash}


@pytest.mark.parametrize(
    "changed",
    [{"vision": "W."}, {"contact_cap": 9}, {"version": 9_999}, {"exempt": ["recalls"]}],
)
def test_the_hash_covers_the_text(changed: dict[str, object]) -> None:
    draft = SheetFactory.create()
    before = sheets.content_hash(draft)

    for name, value in changed.items():
        setattr(draft, name, value)

    assert sheets.content_hash(draft) != before


def test_the_hash_covers_every_rule() -> None:
    draft = SheetFactory.create()
    before = sheets.content_hash(draft)

    RuleFactory.create(sheet=draft, text="One more.")

    assert sheets.content_hash(draft) != before


def test_a_sheet_without_further_limits_has_the_hash_it_always_had() -> None:
    draft = SheetFactory.create(version=4, vision="V.")
    ContactPolicy.objects.create(sheet=draft)

    assert sheets.content_hash(draft) == (
        "d235eae7aaf3c29077c92c79182f8fbf4a1584d9cf7b0849cfff65d8c1e415e6"
    )


@pytest.mark.parametrize(
    "limit",
    [
        ContactPolicy(calendar_cap=2),
        ContactPolicy(household_cap=4),
        ContactPolicy(goes_first=["service"]),
        ContactPolicy(quiet_from=time(21), quiet_until=time(8)),
        ChannelLimit(channel="text", cap=1),
        ChannelLimit(channel="call", weight=2),
    ],
    ids=["calendar", "household", "turns", "quiet", "cap", "weight"],
)
def test_the_hash_covers_every_limit(limit: ContactPolicy | ChannelLimit) -> None:
    draft = SheetFactory.create()
    before = sheets.content_hash(draft)

    limit.pk, limit.sheet = None, draft
    limit.save()

    assert sheets.content_hash(draft) != before


def test_limits_are_said_copied_and_kept() -> None:
    draft = SheetFactory.create(version=4)
    ContactPolicy.objects.create(
        sheet=draft, calendar_cap=2, household_cap=5, quiet_from=time(21), quiet_until=time(8)
    )
    ChannelLimit.objects.create(sheet=draft, channel="text", cap=1, weight=2)
    sheets.publish_sheet(sheet=draft, by=person(Role.EXECUTIVE), at=AT)

    sheets.draft_next_sheet(by=person(Role.EXECUTIVE), at=AT)

    copy = sheet_text(5, AT)
    assert copy
    assert copy.policy[1:5] == [
        "At most two from Monday to Sunday.",
        "At most five per household in any seven days, where one is known.",
        "No marketing from 21:00 to 08:00.",
        "By text: at most one in any seven days, and each counts as 2.",
    ]
    rules = contact_rules()
    assert rules
    assert (rules.version, rules.calendar_cap, rules.quiet) == (4, 2, (time(21), time(8)))
    assert rules.household_cap == 5
    assert rules.channels == (("text", 1, Decimal(2)),)
    refused("UPDATE strategy_contactpolicy SET calendar_cap = 9")
    refused("DELETE FROM strategy_channellimit WHERE cap = 1")


def test_a_sheet_is_published_once() -> None:
    sheet = published_sheet()

    with pytest.raises(sheets.AlreadyPublishedError):
        sheets.publish_sheet(sheet=sheet, by=person(Role.EXECUTIVE), at=AT)


@pytest.mark.parametrize("part", [Term, Rule])
def test_a_sheet_without_terms_or_rules_is_not_published(part: type[Term | Rule]) -> None:
    draft = SheetFactory.create()
    part._default_manager.filter(sheet=draft).delete()

    with pytest.raises(sheets.NothingToSignError):
        sheets.publish_sheet(sheet=draft, by=person(Role.EXECUTIVE), at=AT)


def test_no_version_older_than_the_current_one_is_published() -> None:
    older = SheetFactory.create(version=3)
    published_sheet(version=4)

    with pytest.raises(sheets.NotCurrentError):
        sheets.publish_sheet(sheet=older, by=person(Role.EXECUTIVE), at=AT)


def test_a_head_may_not_publish() -> None:
    with pytest.raises(NotAllowed):
        sheets.publish_sheet(sheet=SheetFactory.create(), by=person(Role.HEAD), at=AT)


def test_the_next_draft_is_a_copy() -> None:
    current = published_sheet(version=4, contact_cap=7)

    draft = sheets.draft_next_sheet(by=person(Role.EXECUTIVE), at=AT)

    assert (draft.version, draft.contact_cap, draft.published_at) == (5, 7, None)
    assert draft.terms.count() == current.terms.count() == 1
    assert [rule.text for rule in draft.rules.all()] == [rule.text for rule in current.rules.all()]
    with pytest.raises(sheets.DraftOpenError):
        sheets.draft_next_sheet(by=person(Role.EXECUTIVE), at=AT)


def test_there_is_no_next_draft_without_a_first_sheet() -> None:
    with pytest.raises(sheets.NoSheetError):
        sheets.draft_next_sheet(by=person(Role.EXECUTIVE), at=AT)


def test_the_database_keeps_a_published_text() -> None:
    published_sheet()

    refused("UPDATE strategy_sheet SET vision = 'W.'")
    refused("UPDATE strategy_rule SET text = 'Chase them all.'")
    refused("DELETE FROM strategy_term")
    refused("DELETE FROM strategy_sheet")


@pytest.mark.parametrize("departments", [1, 3])
def test_a_sheet_costs_seven_queries(departments: int, django_assert_num_queries: object) -> None:
    published_sheet()
    DepartmentFactory.create_batch(departments)

    with django_assert_num_queries(7):  # type: ignore[operator]  # a fixture typed as an object
        current_sheet(AT)


def test_differences_name_what_was_added_removed_and_changed() -> None:
    published_sheet(version=3)
    draft = sheets.draft_next_sheet(by=person(Role.EXECUTIVE), at=AT)
    draft.contact_cap = 2
    draft.save()
    draft.rules.filter(polarity="dont").delete()
    RuleFactory.create(sheet=draft, text="Stop when they have bought.", position=9)

    older, newer = sheet_text(3, AT), sheet_text(4, AT)

    assert older
    assert newer
    assert differences(older, newer) == [
        Difference("Do", "added", "", "Stop when they have bought."),
        Difference("Don’t", "removed", "Chase a basket.", ""),
        Difference(
            "Contact policy",
            "changed",
            "At most three marketing contacts per customer in any seven days, "
            "all departments together.",
            "At most two marketing contacts per customer in any seven days, "
            "all departments together.",
        ),
    ]
    assert [draft.version for draft in drafts()] == [4]


def test_an_unchanged_text_is_not_published() -> None:
    boss = person(Role.EXECUTIVE)
    published_sheet(version=4)
    draft = sheets.draft_next_sheet(by=boss, at=AT)

    with pytest.raises(sheets.UnchangedError, match="v5 says exactly what v4 says"):
        sheets.publish_sheet(sheet=draft, by=boss, at=AT)

    draft.contact_cap += 1
    draft.save()
    sheets.publish_sheet(sheet=draft, by=boss, at=AT)
