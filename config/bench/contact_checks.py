"""Contact checks: batches of 500 through the web processes of `make up`, two programs at once."""

import http.client
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import perf_counter

from django.db import connection
from django.utils import timezone

from campaigns.models import Reservation
from config.bench.figures import Figure, Plan
from config.bench.live import web_processes
from config.bench.meter import Meter, longest
from config.bench.scratch import emptied, new_source
from config.servers import ports
from customers.models import Customer
from strategy.actions.api_tokens import make_token
from strategy.actions.sheets import publish_sheet
from strategy.models import Membership, Person, Role, Rule, Sheet, Term

PROGRAMS = 2
BATCH = 500
BATCHES = 40
"""Of each program, after WARMING that are not counted."""

WARMING = 4
MOST_CUSTOMERS = 100_000
RATE = 5_000
P99_SECONDS = 1.0

PEOPLE = """
    INSERT INTO customers_customer (id) SELECT generate_series(1, %(people)s);
    INSERT INTO customers_record (id, source_id, external_id, customer_id, certain_id, attributes)
    SELECT n, %(source)s, 'C' || n, n, n, '{}' FROM generate_series(1, %(people)s) n;
    INSERT INTO customers_consent
        (record_id, channel, purpose, is_allowed, told_at, way, evidence)
    SELECT n, 'email', 'marketing', n %% 5 <> 0, now() - interval '90 days', 'record', ''
    FROM generate_series(1, %(people)s) n;
    INSERT INTO customers_event (
        source_id, event_id, record_id, kind, at, channel, initiative, arm, order_id, currency,
        product, category, store, transactional
    )
    SELECT %(source)s, n || '-' || k, n,
        (ARRAY['contact', 'visit', 'view', 'order'])[1 + (n + k) %% 4],
        now() - (n %% 17 + 9 * k) * interval '1 hour' - interval '1 day', 'email', '', '', '', '',
        '', '', '', false
    FROM generate_series(1, %(people)s) n, generate_series(1, 10) k;
    ANALYZE customers_customer, customers_record, customers_consent, customers_event
"""
"""Everybody has ten events of the last days, one in four a contact; four in five say yes."""


def measure(plan: Plan) -> Iterator[Figure]:
    """Check 40,000 customers without reserving, then with; raises RuntimeError for a refusal."""
    people = max(min(plan.rows, MOST_CUSTOMERS), BATCH)
    rng = random.Random(plan.seed)  # noqa: S311  a measurement, not a secret
    with emptied():
        token = _token()
        asked = {"people": people, "source": new_source("checks").pk}
        with connection.cursor() as cursor:
            for statement in PEOPLE.split(";"):
                cursor.execute(statement, asked)
        ids = [str(one) for one in Customer.objects.values_list("public_id", flat=True)]
        for reserve in (False, True):
            bodies = [
                [_body(rng.sample(ids, BATCH), reserve=reserve) for _ in range(WARMING + BATCHES)]
                for _ in range(PROGRAMS)
            ]
            yield _measured(plan, token, bodies, what="reserved" if reserve else "asked")
        if not Reservation.objects.exists():
            raise RuntimeError("No contact was reserved.")


def _measured(plan: Plan, token: str, bodies: list[list[bytes]], what: str) -> Figure:
    with web_processes(plan.folder) as port, ThreadPoolExecutor(PROGRAMS) as programs:
        to = [(port, token)] * PROGRAMS
        list(programs.map(_ask, to, [one[:WARMING] for one in bodies]))
        with Meter() as meter:
            told = list(programs.map(_ask, to, [one[WARMING:] for one in bodies]))
    taken = [seconds for program in told for seconds in program]
    return Figure(
        f"contact checks {what}",
        len(taken) * BATCH,
        meter.seconds,
        least=RATE,
        longest=longest(taken),
        longest_goal=P99_SECONDS,
    )


def _token() -> str:
    """Publish a sheet, and make a token of somebody who may ask."""
    now = timezone.now()
    person = Person.objects.create(email="checks@example.org", name="Checks")
    for role in (Role.ADMIN, Role.MEMBER):
        Membership.objects.create(person=person, role=role)
    sheet = Sheet.objects.create(version=1, review_on=now.date() + timedelta(days=90))
    Term.objects.create(sheet=sheet, kind="segmentation", counts=Term.Counts.NO)
    Rule.objects.create(sheet=sheet, polarity=Rule.Polarity.DO, text="Ask first.")
    publish_sheet(sheet=sheet, by=person, at=now)
    return make_token(person=person, name="Bench", roles=[Role.MEMBER], by=person, at=now)


def _body(customers: list[str], *, reserve: bool) -> bytes:
    asked = {"channel": "email", "purpose": "marketing", "reserve": reserve}
    return json.dumps(asked | {"customers": customers}).encode()


def _ask(to: tuple[int, str], bodies: list[bytes]) -> list[float]:
    """Ask one batch after the other; return the seconds that each took."""
    port, token = to
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    web = http.client.HTTPConnection(ports.HOST, port, timeout=30)
    taken = []
    for one in bodies:
        begun = perf_counter()
        web.request("POST", "/api/v1/contact-checks", one, headers)
        answer = web.getresponse()
        said = answer.read()
        if answer.status != 200:  # noqa: PLR2004  it answers
            raise RuntimeError(f"A batch was answered {answer.status}: {said.decode()[:500]}")
        taken.append(perf_counter() - begun)
    web.close()
    return taken
