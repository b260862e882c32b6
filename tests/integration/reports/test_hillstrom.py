"""The public mail test of 2008, imported and judged: its published figures come out."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings

from config.demo import hillstrom
from customers.actions.kinds import KINDS
from customers.intake.mapping import parse
from customers.models import Event, Record
from reports.models import Outcome
from tests.factories.customers import SourceFactory
from tests.factories.trials import judged, launched
from tests.files import brought

pytestmark = pytest.mark.django_db
DATA = django_settings.BASE_DIR.parent / "shared" / "data" / "hillstrom" / "hillstrom.csv.gz"


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.exists(), reason="the public mail test is not beside the project")
@pytest.mark.usefixtures("import_folder")
def test_the_real_mail_test_of_2008() -> None:
    hillstrom.add_spend()
    source = SourceFactory.create(key="hillstrom")
    kinds = {name: registered.kind for name, registered in KINDS.items()}
    found = {}
    for key, _, _, theirs in hillstrom.TESTS:
        initiative = launched(key=key, starts_on=hillstrom.STARTS_ON, ends_on=hillstrom.ENDS_ON)
        others = ({hillstrom.MENS, hillstrom.WOMENS} - {theirs}).pop()
        mapping = hillstrom.MAPPING.format(key=key, theirs=theirs, others=others)
        imported = brought(source, Path(DATA), parse(mapping, kinds))
        assert (imported.read_count, imported.rejected_count) == (64_000, 0)
        result = judged(initiative, data_until=None)
        found[theirs] = {one.measure.key: one for one in result.outcomes.exclude(part="guardrail")}

    mens, womens = found[hillstrom.MENS], found[hillstrom.WOMENS]
    assert Record.objects.count() == 64_000
    assert not Event.objects.exists()
    assert figures(mens, "visit_rate", 100, 1) == (18.3, 10.6)
    assert figures(womens, "visit_rate", 100, 1) == (15.1, 10.6)
    assert figures(mens, "conversion_rate", 100, 3) == (1.253, 0.573)
    assert figures(womens, "conversion_rate", 100, 3) == (0.884, 0.573)
    assert figures(mens, "spend_usd", 1, 3) == (1.423, 0.653)
    assert figures(womens, "spend_usd", 1, 3) == (1.077, 0.653)
    assert mens["conversion_rate"].effect == pytest.approx(0.0068, abs=0.00005)
    assert (mens["conversion_rate"].treated_count, womens["visit_rate"].treated_count) == (
        21_307,
        21_387,
    )


def figures(
    outcomes: dict[str, Outcome], key: str, times: int, places: int
) -> tuple[float | None, ...]:
    one = outcomes[key]
    return tuple(
        None if mean is None else round(mean * times, places)
        for mean in (one.treated_mean, one.holdout_mean)
    )
