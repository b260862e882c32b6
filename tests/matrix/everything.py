"""One of everything that an address leads to, in the state in which its step may be taken."""

from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from django.utils import timezone

from campaigns.actions import talk
from campaigns.actions.attachments import Given
from campaigns.models import Audience, Comment, Delivery, Initiative, Plan
from customers.actions.write_keys import make_write_key
from customers.models import Erasure, Import, Proposal, Record, Source, WriteKey
from reports.models import Claim
from strategy.actions.api_tokens import make_token
from strategy.models import ApiToken, Goal, Person, Role, Rule, Sheet
from tests.factories.audiences import version
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory, plan, sheet
from tests.factories.customers import (
    CustomerFactory,
    ImportFactory,
    ProposalFactory,
    RecordFactory,
    WorkFactory,
)
from tests.factories.reports import claim, result
from tests.factories.strategy import SheetFactory


class Everything(NamedTuple):
    """Initiatives are named for how far they are; all are Marketing's."""

    agreed_sheet: Sheet
    draft_sheet: Sheet
    rule: Rule
    token: ApiToken
    goal: Goal
    draft: Initiative
    proposed: Initiative
    agreed: Initiative
    live: Initiative
    paused: Initiative
    plan: Plan
    comment: Comment
    audience: Audience
    delivery: Delivery
    source: Source
    write_key: WriteKey
    file_import: Import
    record: Record
    second_record: Record
    proposal: Proposal
    customer: UUID
    erasure: Erasure
    claim: Claim


def build(*, head: Person, folder: Path) -> Everything:
    """Make it all; the comment is the head's, with a file, and the import's errors are a file."""
    marketing = DepartmentFactory.create()
    agreed_sheet = sheet(version=4)
    draft, proposed, agreed, live, paused = (
        InitiativeFactory.create(department=marketing, status=status)
        for status in ("draft", "proposed", "agreed", "live", "paused")
    )
    draft.holdout_share = 0  # breaks the rule that is waived
    draft.save()
    proposed.approvals.create(part="data_team")
    result(live, "harm")
    errors = folder / "errors.csv"
    errors.write_text("row,column,value,expected\n")
    file_import = ImportFactory.create(
        errors_path=str(errors), accepted_count=9, changed_count=9, rejected_count=1
    )
    make_write_key(source=file_import.source, by=None, at=timezone.now())
    publisher = agreed_sheet.published_by
    assert publisher
    make_token(person=publisher, name="Theirs", roles=[Role.EXECUTIVE], by=None, at=timezone.now())
    record = RecordFactory.create()
    return Everything(
        agreed_sheet=agreed_sheet,
        draft_sheet=SheetFactory.create(version=5),
        rule=agreed_sheet.rules.get(check_key="holdout_or_reason"),
        token=ApiToken.objects.get(),
        goal=draft.goals.get(),
        draft=draft,
        proposed=proposed,
        agreed=agreed,
        live=live,
        paused=paused,
        plan=plan(live),
        comment=talk.comment(
            initiative=draft,
            text="Seen.",
            by=head,
            at=timezone.now(),
            files=[Given("note.txt", 4, BytesIO(b"Seen"))],
        ),
        audience=version(department=marketing).audience,
        delivery=Delivery.objects.create(
            initiative=live, made_at=timezone.now(), made_by=live.owner, row_count=0
        ),
        source=file_import.source,
        write_key=WriteKey.objects.get(),
        file_import=file_import,
        record=record,
        second_record=RecordFactory.create(customer=record.customer),
        proposal=ProposalFactory.create(),
        customer=CustomerFactory.create(public_id=uuid4()).public_id,
        erasure=Erasure.objects.create(
            customer=uuid4(), asked_at=timezone.now(), work=WorkFactory.create(done=True)
        ),
        claim=claim(file=True),
    )
