"""A claim is written down as it is stated, and the data answer."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from customers.models import Event, Source, Work
from reports.actions.claims import (
    REACH,
    EmptyWindowError,
    ImpossibleUpliftError,
    SourceMissingError,
    answer_claim,
    give_open,
    record_claim,
)
from reports.models import Claim, ClaimAnswer
from strategy.models import AuditEntry, Measure, Role
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory, measure
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.factories.reports import NOW, TODAY, WEEK, claim, fed, result
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db
SAID = {
    "uplift": 0.29,
    "measure": "conversion_rate",
    "starts_on": "2026-06-01",
    "ends_on": "2026-06-29",
    "source": "Slide 14",
}
DAY = timedelta(days=1)
START = TODAY - 20 * WEEK


def orders(source: Source, *, before: int, after: int, days: int = 140) -> None:
    """Give each day so many orders: 400 days before START, and so many days from it on."""
    fed(source, ["order"], newest_on=START + (days - 1) * DAY)
    records = RecordFactory.create_batch(max(before, after), source=source)
    Event.objects.bulk_create(
        Event(
            source=source,
            event_id=f"{source.pk}-{day}-{number}",
            record=records[number],
            kind="order",
            at=timezone.make_aware(datetime.combine(START + day * DAY, time(12))),
            amount=10,
            currency="GBP",
        )
        for day in range(-400, days)
        for number in range(after if day >= 0 else before)
    )


def before_after() -> dict[str, Any]:
    """Return what a claim says of revenue over the four weeks from START on."""
    ends_on = START + 4 * WEEK
    return {"measure": measure("revenue_per_customer"), "starts_on": START, "ends_on": ends_on}


def answered(of: Claim) -> ClaimAnswer:
    answer_claim(claim_id=of.pk, at=NOW)
    return ClaimAnswer.objects.get(claim=of)


def stated(**changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "uplift": 0.29,
        "measure": measure("conversion_rate"),
        "starts_on": START,
        "ends_on": START + 4 * WEEK,
        "source": "Supplier’s slide 14",
        "by": person(Role.ASSOCIATE),
        "at": NOW,
    }
    return said | changes


def test_a_claim_is_recorded_with_its_work_and_its_audit_row() -> None:
    made = record_claim(**stated())

    assert Work.objects.get(kind="answer_claim").arguments == {"claim_id": made.pk}
    assert AuditEntry.objects.get(act="claim.record").sentence.startswith(
        "Recorded a claim: +29.0% Conversion rate"
    )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"uplift": float("nan")}, ImpossibleUpliftError),
        ({"uplift": -1.5}, ImpossibleUpliftError),
        ({"ends_on": START}, EmptyWindowError),
        ({"source": " "}, SourceMissingError),
    ],
)
def test_what_cannot_be_is_not_recorded(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        record_claim(**stated(**changes))


def test_without_events_there_is_no_figure_and_the_grade_is_f() -> None:
    answer = answered(claim())

    assert (answer.grade, answer.recomputed, answer.median) == ("F", None, None)
    assert answer.gaps == ["No events are in yet."]


def test_before_and_after_alone_is_e_and_the_same_figure_is_worked_out() -> None:
    orders(SourceFactory.create(), before=4, after=5)

    answer = answered(claim(**before_after(), uplift=0.25))

    assert answer.grade == "E"
    assert answer.recomputed == pytest.approx(0.25)
    assert answer.median == pytest.approx(0.25)
    assert answer.window_count > 1000


def test_days_are_in_where_events_that_it_counts_are() -> None:
    """Visits go on; the tills have sent two of the four weeks."""
    orders(SourceFactory.create(), before=4, after=5, days=14)
    visit = EventFactory.create(kind="visit", at=NOW)
    fed(visit.source, ["visit"], newest_on=TODAY)

    answer = answered(claim(**before_after(), uplift=0.25))

    assert answer.recomputed is None
    assert answer.median == pytest.approx(0.25)


def test_more_than_any_window_shows_is_convenient() -> None:
    orders(SourceFactory.create(), before=4, after=5)

    answer = answered(claim(**before_after(), uplift=0.6))

    assert answer.convenience == 1
    assert {one["key"]: one["status"] for one in answer.findings}["convenient_window"] == "breach"


def test_where_less_is_better_more_of_a_fall_than_any_window_shows_is_convenient() -> None:
    orders(SourceFactory.create(), before=5, after=4)
    Measure.objects.filter(key="revenue_per_customer").update(better="fewer")

    far, near = (answered(claim(**before_after(), uplift=uplift)) for uplift in (-0.5, -0.1))

    assert far.recomputed == pytest.approx(-0.2)
    assert (far.convenience, near.convenience) == (1, 0)
    sentences = {one["key"]: one["sentence"] for one in far.findings}
    assert "is less than 100% of" in sentences["convenient_window"]


def test_other_departments_stand_beside_a_departments_claim() -> None:
    marketing, stores = (DepartmentFactory.create(key=key) for key in ("marketing", "stores"))
    orders(SourceFactory.create(department=marketing), before=4, after=6)
    orders(SourceFactory.create(department=stores), before=4, after=4)

    answer = answered(claim(**before_after(), uplift=0.5, department=marketing))

    assert answer.grade == "D"
    assert answer.recomputed == pytest.approx(0.5)


def test_claims_are_answered_anew_while_windows_gain_days() -> None:
    young = claim(starts_on=TODAY - timedelta(days=REACH))
    claim(starts_on=TODAY - timedelta(days=REACH + 20), ends_on=TODAY)

    assert give_open(at=NOW) == 1
    assert Work.objects.get(kind="answer_claim").once == str(young.pk)


def test_the_page_says_what_an_initiatives_holdout_says(reader: Client) -> None:
    initiative = InitiativeFactory.create(status="ended")
    result(initiative, "unproven")
    made = claim(initiative=initiative)
    answered(made)

    page = reader.get(f"/reports/claims/{made.pk}/").content.decode()

    assert "+1.3% (−2.4 to 5.1)" in page
    assert "Unproven" in page


def test_a_page_asks_again_until_there_is_an_answer(reader: Client) -> None:
    made = claim()
    waits = reader.get(f"/reports/claims/{made.pk}/", headers={"HX-Request": "true"})
    answered(made)
    done = reader.get(f"/reports/claims/{made.pk}/", headers={"HX-Request": "true"})

    assert b"every 1500ms" in waits.content
    assert b"every 1500ms" not in done.content


def test_the_form_takes_a_slide(reader: Client) -> None:
    sent = {
        "source": "Slide 14",
        "uplift": "29",
        "measure": measure("conversion_rate").pk,
        "starts_on": "2026-06-01",
        "last_on": "2026-06-28",
        "baseline": "year",
        "file": SimpleUploadedFile("slide.pdf", b"%PDF-1.7"),
    }
    answer = reader.post("/reports/claims/new/", sent)

    made = Claim.objects.get()
    assert answer.headers["Location"] == f"/reports/claims/{made.pk}/"
    assert (made.uplift, made.days, made.baseline) == (0.29, 28, "year")
    file = reader.get(f"/reports/claims/{made.pk}/file/")
    assert file.content == b"%PDF-1.7"
    assert file.headers["Content-Disposition"] == 'attachment; filename="slide.pdf"'


def test_the_form_refuses_a_file_that_is_too_large(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.forms.ClaimUpload.most", 10)
    answer = reader.post(
        "/reports/claims/new/", {"source": "Slide", "file": SimpleUploadedFile("a", b"x" * 11)}
    )

    assert answer.status_code == 422
    assert "The file is larger than 5 MB." in answer.content.decode()


def test_the_form_and_the_api_take_a_measure_of_which_less_is_better(reader: Client) -> None:
    sent = {
        "source": "Slide 15",
        "measure": measure("opt_outs").pk,
        "starts_on": "2026-06-01",
        "last_on": "2026-06-28",
        "baseline": "year",
    }
    on_page = reader.post("/reports/claims/new/", sent | {"uplift": "-20"})
    said = sent | {"measure": "opt_outs", "ends_on": "2026-06-29", "uplift": -0.2}
    by_program = reader.post("/api/v1/claims", said, content_type="application/json")

    assert (on_page.status_code, by_program.status_code) == (302, 201)
    assert {one.uplift for one in Claim.objects.all()} == {-0.2}


def test_the_api_records_and_tells(reader: Client) -> None:
    made = reader.post("/api/v1/claims", SAID, content_type="application/json")
    answered(Claim.objects.get())
    told = reader.get(f"/api/v1/claims/{made.json()['id']}").json()

    assert made.status_code == 201
    assert made.json()["answer"] is None
    assert (told["answer"]["grade"], told["answer"]["median"]) == ("F", None)


@pytest.mark.parametrize("name", ["department", "initiative"])
def test_a_key_that_no_text_can_be_is_nobodys(reader: Client, name: str) -> None:
    answer = reader.post("/api/v1/claims", SAID | {name: "a\0b"}, content_type="application/json")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"#/{name}"
