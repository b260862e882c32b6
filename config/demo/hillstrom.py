"""Kevin Hillstrom's mail test of 2008 as two initiatives: men's and women's mail against none.

64,000 customers, three arms by chance, two weeks. The file is public and not part of the project.
Its rows have no ids: each is a person of its own, also where two rows are alike.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from campaigns.actions.initiatives import log_initiative
from campaigns.actions.plans import end, launch, lock_plan
from campaigns.actions.proposals import approve, propose
from campaigns.actions.waivers import waive_rule
from campaigns.models import Initiative
from config.demo.story import refresh_all, see_in
from customers.models import Source
from strategy.models import Department, Goal, Measure, Person, Role, Rule, Sheet

STARTS_ON, ENDS_ON = date(2008, 3, 10), date(2008, 3, 24)
OWNER = "tom.reyes@larkfield.example"

MAPPING = """
kind = "assignments"

[columns]
arm = "segment"
"outcome.visit_rate" = "visit"
"outcome.conversion_rate" = "conversion"
"outcome.spend_usd" = "spend"
"covariate.history" = "history"
"covariate.recency" = "recency"

[constants]
initiative = "{key}"
at = "2008-03-10"

[values.arm]
"{theirs}" = "treated"
"{others}" = ""
"No E-Mail" = "holdout"
"""

NOT_KEPT = {
    "guardrail_required": "The public file holds no opt-outs or complaints.",
    "consent_required": "The public file does not say who had consented.",
    "one_in_four_active": "The test was over before there was a sheet.",
}
"""Rules of the sheet that it cannot keep, each with the reason to waive it."""

MENS, WOMENS = "Mens E-Mail", "Womens E-Mail"
TESTS = (
    ("hillstrom-mens-mail", "Men’s mail, Hillstrom 2008", "An e-mail about men’s wear.", MENS),
    ("hillstrom-womens-mail", "Women’s mail, Hillstrom 2008", "One about women’s wear.", WOMENS),
)


def tell(path: Path, *, at: datetime) -> None:
    """Log both initiatives as of `at`, years after their launch, and import the file for each."""
    add_spend()
    owner = Person.objects.get(email=OWNER)
    department = Department.objects.get(key="marketing")
    source, _ = Source.objects.get_or_create(
        key="hillstrom",
        defaults={
            "name": "Hillstrom mail test",
            "department": department,
            "feeds": "A public test from 2008",
            "promise_hours": 24 * 365 * 100,
        },
    )
    for key, name, notice, theirs in TESTS:
        initiative = log_initiative(
            key=key,
            by=owner,
            at=at,
            name=name,
            notice=notice,
            department=department,
            goals=list(Goal.objects.filter(key="again")),
            uses=["group"],
            mode="passive",
            channel="email",
            audience="Customers who bought in the last twelve months.",
            holdout_share=Decimal("0.5"),
            no_holdout_reason="",
            success_measure=Measure.objects.get(key="conversion_rate", version=1),
            guardrails=[],
            smallest_effect=Decimal("0.05"),
            starts_on=STARTS_ON,
            ends_on=ENDS_ON,
        )
        _waive(initiative, owner, at=at)
        _have_agreed(initiative, owner, at=at)
        lock_plan(initiative=initiative, by=owner, at=at)
        launch(initiative=initiative, by=owner, at=at)
        end(initiative=initiative, reason="It ran for two weeks in 2008.", by=owner, at=at)
        others = WOMENS if theirs == MENS else MENS
        see_in(source, path, MAPPING.format(key=key, theirs=theirs, others=others), at=at)
    refresh_all(at=at)


def add_spend() -> None:
    """Give what his customers spent a measure of its own: it is in dollars, and never converted."""
    Measure.objects.get_or_create(
        key="spend_usd",
        version=1,
        defaults={
            "name": "Spend, US dollars",
            "note": "US dollars, never converted.",
            "fold": Measure.Fold.AMOUNT,
            "counted": ["order"],
            "per": Measure.Per.CUSTOMERS,
            "unit": Measure.Unit.COUNT,
            "better": Measure.Better.MORE,
        },
    )


def _waive(initiative: Initiative, owner: Person, *, at: datetime) -> None:
    """Waive the rules that a file from 2008 cannot keep."""
    sheet = Sheet.objects.published().order_by("-version").first()
    for rule in Rule.objects.filter(sheet=sheet, check_key__in=NOT_KEPT):
        waive_rule(
            initiative=initiative,
            rule=rule,
            reason=NOT_KEPT[rule.check_key],
            ends_on=at.date() + timedelta(days=365),
            by=owner,
            at=at,
        )


def _have_agreed(initiative: Initiative, owner: Person, *, at: datetime) -> None:
    """Propose it, and have everybody approve whom the sheet asks."""
    proposed = propose(initiative=initiative, by=owner, at=at)
    analyst = Person.objects.filter(memberships__role=Role.ANALYST).earliest("pk")
    for approval in proposed.approvals.select_related("goal__owner"):
        by = approval.goal.owner if approval.goal else analyst
        approve(approval=approval, by=by, at=at)
