"""What a draft's test could see: the smallest effect, and how many customers and days it needs."""

from datetime import datetime
from decimal import Decimal

from campaigns.models import Initiative
from campaigns.queries.answers import Answer, Draft, customers_in
from campaigns.queries.audiences import customer_count
from reports.evidence.plan import Direction
from reports.evidence.power import Aim, Launch, before_launch, smallest_effect
from reports.evidence.sums import NotComputableError, Sums
from reports.models import Reading
from strategy.language.dates import span
from strategy.language.numbers import number, percent
from strategy.models import Measure

QUESTION = "Could it be seen?"
UNIT = Initiative.Unit.CUSTOMER
LONG_DAYS = 49
"""From so many days on a window is nearer to thirteen weeks than to one."""


def seen(draft: Draft, _now: datetime) -> Answer | None:
    """Say the smallest effect that the test would show, and what the one worth having needs.

    The base is a reading of the whole company over all of its customers: a test counts everybody
    who was assigned, those as well who never came, while the reading's own rate is of those who
    came. Guardrails may ask for more, and success measures share the error rate. Three queries.
    """
    measure, share, worth = draft.success_measure, draft.holdout_share, draft.smallest_effect
    if measure is None or not share or not worth or draft.unit not in {"", UNIT}:
        return None
    reading = _base(draft, measure)
    if reading is None:
        return Answer(QUESTION, "Not known: the measure has no reading yet.")
    if not _is_share(measure):
        return Answer(
            QUESTION,
            "Not known before its first test.",
            f"{measure.name} is no share of people: how far customers differ is in no reading.",
        )
    everybody = customer_count()
    if not everybody:
        return Answer(QUESTION, "Not known: customers are not counted yet.")
    done = int(reading.numerator)
    base = Sums.from_powers(everybody, done, done)
    customers = customers_in(draft)
    days = (draft.ends_on - draft.starts_on).days if draft.starts_on and draft.ends_on else 0
    is_coming = draft.audience_version is None and customers and days > 0
    aim = Aim(measure.key, measure.name, _direction(measure), base, float(worth))
    launch = before_launch(
        [aim],
        [],
        holdout_share=float(share),
        further=len(draft.further_measures),
        per_day=customers / days if customers and is_coming else None,
    )
    note = (
        f"{launch.sentence} From {percent(done / everybody)} of all {number(everybody)} customers, "
        f"{span(reading.starts_on, reading.ends_on)}: a busier audience needs fewer, and "
        "guardrails may need more."
    )
    if launch.customers is None or not customers:
        needs = "Not known." if launch.customers is None else "Enough customers would show it."
        return Answer(QUESTION, needs, note)
    return _with(customers, share, launch, aim, note, tests=1 + len(draft.further_measures))


def _with(
    customers: int, share: Decimal, launch: Launch, aim: Aim, note: str, *, tests: int
) -> Answer:
    held_out = round(customers * share)
    try:
        least = smallest_effect(aim.base, customers - held_out, held_out, tests=tests)
    except NotComputableError as reason:
        return Answer(QUESTION, str(reason), note, "near", "No")
    is_enough = customers >= (launch.customers or 0)
    return Answer(
        QUESTION,
        f"A change of {percent(least)} or more, with {number(customers)} customers; "
        f"{percent(aim.change)} is worth having.",
        note,
        "good" if is_enough else "near",
        "Yes" if is_enough else "Too few customers",
    )


def _base(draft: Draft, measure: Measure) -> Reading | None:
    """Return the newest reading of the whole company whose days are nearest to the draft's."""
    days = (draft.ends_on - draft.starts_on).days if draft.starts_on and draft.ends_on else 0
    found = Reading.objects.filter(
        measure=measure,
        department=None,
        span=Reading.Span.QUARTER if days >= LONG_DAYS else Reading.Span.WEEK,
        denominator__gt=0,
    )
    return found.order_by("-ends_on").first()


def _is_share(measure: Measure) -> bool:
    """Return whether each person counted either did it or did not."""
    by_person = {Measure.Per.CUSTOMERS, Measure.Per.PEOPLE}
    return (
        measure.fold == Measure.Fold.PEOPLE
        and measure.per in by_person
        and measure.unit == Measure.Unit.SHARE
    )


def _direction(measure: Measure) -> Direction:
    return Direction.MORE if measure.better == Measure.Better.MORE else Direction.FEWER
