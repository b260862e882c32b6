"""Resolving everybody: links solved from the start, and by probability where that is asked for."""

import hashlib
import json
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from customers.actions import work as ledger
from customers.actions.link_tables import copy_in, copy_out
from customers.actions.linking import Linked, link_alone, link_everybody, write_identified
from customers.actions.planning import plan_for_many
from customers.actions.work import Progress, WorkRefusedError
from customers.identity.rules import RULES, State
from customers.intake.sealing import Keys
from customers.models import LinkModel, LinkRun, Record

if TYPE_CHECKING:
    import pyarrow as pa

    from customers.identity.graph import Int64s
    from customers.identity.proposals import Proposals
    from customers.identity.recipe import Model

SEED = 1
"""Of the pairs that training draws, so that the same records teach the same."""

FEWEST = 200
"""Records below which a night's pass has nothing to learn from."""

GROWN = 1.2
"""How many times as many records as it was trained on make a model old."""

SAID = (
    "given_name",
    "family_name",
    "full_name",
    "born_on",
    "address",
    "city",
    "postcode",
    "country",
)
SEALED = ("email", "phone")

FULLER = {name: rf"r.attributes->>'{name}' ~ '^\w(\W|$)'," for name in ("given_name", "full_name")}
"""What puts names that begin with an initial behind others, as SQL."""
DRAW = """
    CREATE TEMPORARY TABLE drawn ON COMMIT DROP AS
    SELECT id AS record_id FROM customers_record WHERE attributes <> '{}'
    ORDER BY hashint8extended(id, %s) LIMIT %s
"""


def give_nightly(*, at: datetime) -> None:
    """Have everybody resolved by likeness too, once there are records enough to learn from."""
    if Record.objects.exclude(attributes={})[:FEWEST].count() == FEWEST:
        ledger.give(kind="resolve", arguments={"probabilistic": True}, at=at, once="nightly")


def resolve(
    *,
    progress: Progress,
    at: datetime,
    probabilistic: bool = False,
    train: bool = False,
    **_later: Any,
) -> dict[str, Any]:
    """Solve all links from the start; the work of kind "resolve".

    With `probabilistic`, people who share no identifier are compared first (customers.identity.
    proposals), and whoever is found to be one is linked too. Training and comparing read the
    tables as they are and keep nobody waiting; linking keeps other linking waiting. A model is
    trained where there is none, where it is old, and to `train`; each is kept as a version. What
    is shown of everybody is chosen anew.

    Returns the figures that are kept with the run.
    """
    started = perf_counter()
    model = recipe = proposals = None
    if probabilistic:
        progress.step = "Learning how people are told apart"
        model, recipe = _model(at, anew=train)
        progress.step = "Comparing people who share no identifier"
        proposals = _proposals(recipe)
    progress.step = "Linking everybody"
    with transaction.atomic(), connection.cursor() as cursor:
        link_alone(cursor)
        if model and recipe and proposals:
            _keep(cursor, model, proposals, recipe, at=at)
        linked = link_everybody(cursor, at=at, cause="resolve")
        figures = _figures(cursor, linked)
    if linked.moved:
        ledger.give(kind="refresh", arguments={}, at=at, once="all")
    figures["seconds"] = round(perf_counter() - started, 3)
    LinkRun.objects.create(at=at, rules_version=RULES.version, model=model, figures=figures)
    return figures


def _model(at: datetime, *, anew: bool) -> tuple[LinkModel, "Model"]:
    """Return the newest model, or a new one where it is of other code or of far fewer records."""
    from customers.identity.blocks import FEW  # noqa: PLC0415  heavy
    from customers.identity.recipe import Model, StaleModelError  # noqa: PLC0415  likewise
    from customers.identity.training import NothingToCompareError, train  # noqa: PLC0415  likewise

    count = Record.objects.exclude(attributes={}).count()
    newest = LinkModel.objects.first()
    if (
        newest is not None
        and not anew
        and newest.record_count <= count <= newest.record_count * GROWN
    ):
        try:
            return newest, Model.from_json(newest.recipe)
        except StaleModelError:
            pass
    with transaction.atomic(), connection.cursor() as cursor:
        plan_for_many(cursor)
        cursor.execute(DRAW, [SEED, FEW])
        rows = _rows(of="r.id", joined="JOIN drawn ON drawn.record_id = r.id")
        cursor.execute("DROP TABLE drawn")
    try:
        recipe = train(rows, seed=SEED, out_of=count)
    except NothingToCompareError as reason:
        raise WorkRefusedError(str(reason)) from None
    text = recipe.to_json()
    kept = LinkModel.objects.create(
        trained_at=at,
        recipe=text,
        recipe_hash=hashlib.sha256(text.encode()).hexdigest(),
        record_count=count,
    )
    return kept, recipe


def _proposals(recipe: "Model") -> "Proposals":
    """Compare all people as identifiers and rulings link them, whatever was proposed before."""
    from customers.identity.proposals import propose  # noqa: PLC0415  heavy

    with transaction.atomic(), connection.cursor() as cursor:
        write_identified(cursor)
        rows = _rows(of="i.founder", joined="JOIN identified i ON i.record_id = r.id")
        cursor.execute("DROP TABLE identified")
    return propose(rows, recipe)


def _rows(*, of: str, joined: str = "") -> "pa.Table":
    """Return one row for each `of`: what its records say, the most trusted newest word on each.

    Where one record has a name in full, no other's initial stands for it. In clear, e-mail
    addresses and phone numbers too: the table is for this process's memory.
    """
    import pyarrow as pa  # noqa: PLC0415  heavy, for the worker only

    order = "s.trust_rank, r.attributes->>'updated_at' DESC NULLS LAST, r.id"
    said = ", ".join(
        f"(array_agg(r.attributes->>'{name}' ORDER BY {FULLER.get(name, '')} {order})"
        f" FILTER (WHERE r.attributes->>'{name}' <> ''))[1] AS {name}"
        for name in SAID
    )
    sealed = ", ".join(
        f"(array_agg(encode({name}.sealed, 'hex') ORDER BY {order})"
        f" FILTER (WHERE {name}.sealed IS NOT NULL))[1] AS {name}"
        for name in SEALED
    )
    joins = " ".join(
        f"LEFT JOIN customers_identifier {name} ON {name}.record_id = r.id"
        f" AND {name}.kind = '{name}' AND {name}.state = 0"
        for name in SEALED
    )
    with connection.cursor() as cursor:
        rows = copy_out(
            cursor,
            f"""
            SELECT {of} AS id, {said}, {sealed}
            FROM customers_record r JOIN customers_source s ON s.id = r.source_id {joined}
            {joins}
            WHERE r.attributes <> '{{}}' OR email.id IS NOT NULL OR phone.id IS NOT NULL
            GROUP BY 1
            """,  # noqa: S608  our own names only
            texts=[name for name in (*SAID, *SEALED) if name != "born_on"],
            days=["born_on"],
        )
    keys = Keys(settings.IDENTIFIER_KEYS)
    for name in SEALED:
        clear = [
            keys.open(name, bytes.fromhex(value)) if value else None
            for value in rows[name].to_pylist()
        ]
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(clear, pa.string()))
    return rows


def _keep(
    cursor: CursorWrapper,
    model: LinkModel,
    proposals: "Proposals",
    recipe: "Model",
    *,
    at: datetime,
) -> None:
    """Write the proposals in place of those before; what people put off stays put off.

    Two whom their groups keep apart, although the two alone would be joined, wait for review.
    """
    import numpy as np  # noqa: PLC0415  heavy, for the worker only
    import pyarrow as pa  # noqa: PLC0415  likewise

    from customers.identity.proposals import CONFIRMED, PROBABLE, REVIEW, groups  # noqa: PLC0415  likewise
    from customers.identity.words import evidence  # noqa: PLC0415  likewise

    pairs = proposals.pairs.filter(
        pa.compute.is_in(proposals.pairs["tier"], pa.array([CONFIRMED, PROBABLE, REVIEW]))
    )
    found = groups(proposals, recipe)
    member, founder = found["id"].to_numpy(), found["founder"].to_numpy()
    one, other = (_founder(pairs[side].to_numpy(), member, founder) for side in ("a", "b"))
    tier = pairs["tier"].to_numpy(zero_copy_only=False)
    together = one == other
    tier = np.where(together & (tier == REVIEW), PROBABLE, np.where(together, tier, REVIEW))
    levels = pairs.select([f"level_{column}" for column in recipe.columns]).rename_columns(
        list(recipe.columns)
    )
    parts = pairs.select([f"part_{column}" for column in recipe.columns]).rename_columns(
        list(recipe.columns)
    )
    words = [
        json.dumps(list(evidence(level, part, namesakes=namesakes)))
        for level, part, namesakes in zip(
            levels.to_pylist(), parts.to_pylist(), pairs["namesakes"].to_pylist(), strict=True
        )
    ]
    cursor.execute(
        """
        CREATE TEMPORARY TABLE proposed (
            a bigint, b bigint, tier text, probability double precision, weight double precision,
            evidence jsonb
        ) ON COMMIT DROP
        """
    )
    columns = [pairs["a"], pairs["b"], tier.tolist(), pairs["probability"], pairs["weight"], words]
    copy_in(cursor, "proposed", columns)
    cursor.execute(
        """
        WITH gone AS (
            DELETE FROM customers_proposal p WHERE NOT EXISTS (
                SELECT FROM proposed WHERE proposed.a = p.a_id AND proposed.b = p.b_id
            ) AND model_id IS NOT NULL
        )
        INSERT INTO customers_proposal
            (a_id, b_id, tier, probability, weight, evidence, model_id, proposed_at)
        SELECT a, b, tier, probability, weight, evidence, %s, %s
        FROM proposed
        JOIN customers_record one ON one.id = a JOIN customers_record two ON two.id = b
        ON CONFLICT (a_id, b_id) DO UPDATE SET
            tier = excluded.tier, probability = excluded.probability, weight = excluded.weight,
            evidence = excluded.evidence, model_id = excluded.model_id
        """,
        [model.pk, at],
    )
    cursor.execute("DROP TABLE proposed")


def _founder(ids: "Int64s", member: "Int64s", founder: "Int64s") -> "Int64s":
    """Return the founder of each id's group: itself where it is in none. Members ascend."""
    import numpy as np  # noqa: PLC0415  heavy, for the worker only

    if not len(member):
        return ids
    at = np.minimum(np.searchsorted(member, ids), len(member) - 1)
    return np.where(member[at] == ids, founder[at], ids)


def _figures(cursor: CursorWrapper, linked: Linked) -> dict[str, Any]:
    """Return how well everybody is linked. A link is one that holds within a customer."""
    cursor.execute(
        """
        WITH sizes AS (SELECT count(*) AS size FROM customers_record GROUP BY customer_id)
        SELECT coalesce(sum(size), 0)::bigint, count(*), coalesce(max(size), 0),
            (SELECT count(DISTINCT certain_id) FROM customers_record),
            (SELECT count(*) FROM customers_proposal p JOIN customers_record a ON a.id = p.a_id
                JOIN customers_record b ON b.id = p.b_id
                WHERE p.tier <> 'review' AND a.customer_id = b.customer_id),
            (SELECT count(*) FROM customers_ruling WHERE undone_at IS NULL AND answer = 'joined'),
            (SELECT count(*) FROM customers_proposal p WHERE p.tier = 'review' AND NOT EXISTS (
                SELECT FROM customers_ruling r
                WHERE r.a_id = p.a_id AND r.b_id = p.b_id AND r.undone_at IS NULL)),
            (SELECT count(*) FROM (SELECT DISTINCT kind, digest FROM customers_identifier
                WHERE state = %s) generic)
        FROM sizes
        """,
        [State.GENERIC.value],
    )
    records, customers, largest, certain, probabilistic, manual, review, generic = cursor.fetchone()
    return {
        "records": records,
        "customers": customers,
        "certain_customers": certain,
        "links": {
            "deterministic": linked.by_identifier,
            "probabilistic": probabilistic,
            "manual": manual,
        },
        "review": review,
        "largest": largest,
        "generic_values": generic,
    }
