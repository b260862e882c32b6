"""Customers who were assigned and then left the analysis, by arm."""

from uuid import UUID

import pytest

from campaigns.models import Forgotten
from customers.models import Customer, Record
from reports.queries.evidence import evidence_of
from tests.canary import forget
from tests.factories.trials import assigned, do, judged, launched, link

pytestmark = pytest.mark.django_db


def public_id_of(record: Record) -> UUID:
    record.refresh_from_db()
    return Customer.objects.get(pk=record.customer_id).public_id


def test_nobody_lost_is_said() -> None:
    initiative = launched()
    do(assigned(initiative, "treated", 4)[:2], "order")
    assigned(initiative, "holdout", 4)

    check = judged(initiative).checks.get(key="removals")

    assert (check.status, check.sentence) == ("ok", "No customer was lost after assignment.")


def test_who_is_erased_or_in_both_arms_is_lost_by_arm() -> None:
    """Of 10 treated one is erased with both records; another one is a held-out customer too."""
    initiative = launched()
    treated, holdout = assigned(initiative, "treated", 11), assigned(initiative, "holdout", 10)
    link([treated[0], treated[1]], [treated[2], holdout[0]])
    do(treated, "order")

    forget(public_id_of(treated[0]))
    forget(public_id_of(holdout[1]))
    forget(public_id_of(holdout[2]))
    result = judged(initiative)

    assert dict(Forgotten.objects.values_list("arm", "customer_count")) == {
        "treated": 1,
        "holdout": 2,
    }
    check = result.checks.get(key="removals")
    assert check.sentence.startswith(
        "30.0% of holdout and 20.0% of treated were lost after assignment."
    )
    page = evidence_of(initiative.pk, [])
    assert page is not None
    drawn = next(one for one in page.checks if one.key == "removals")
    assert drawn.picture is not None


def test_somebody_in_both_arms_is_lost_to_each() -> None:
    initiative = launched()
    treated, holdout = assigned(initiative, "treated", 5), assigned(initiative, "holdout", 5)
    link([treated[0], holdout[0]])

    forget(public_id_of(treated[0]))

    assert dict(Forgotten.objects.values_list("arm", "customer_count")) == {
        "treated": 1,
        "holdout": 1,
    }
