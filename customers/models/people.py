"""Records as sources know them, what identifies them, and the customers they add up to."""

import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from customers.identity.rules import WORDS, Reason, State
from customers.models.sources import Source


class Customer(models.Model):
    """One person as the whole company sees them: one or more linked records.

    Every record founds a customer with its own id, and linked records all belong to the customer
    of the eldest among them. So a customer's id depends on who is linked with whom and on
    nothing else: not on the order of imports, and a split gives every id back.

    A customer whose founding record belongs to another customer is empty, and its public id leads
    there. The other columns are the golden view, chosen from the records (customers.identity.
    survivorship) for finding and counting people; they are blank where nobody says, or where the
    customer is empty. Who has the same `household` lives with this one, as far as is known.
    """

    id = models.BigIntegerField(primary_key=True)
    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    full_name = models.CharField(max_length=401, blank=True, db_default="")
    born_on = models.DateField(null=True)
    postcode = models.CharField(max_length=200, blank=True, db_default="")
    city = models.CharField(max_length=200, blank=True, db_default="")
    country = models.CharField(max_length=2, blank=True, db_default="")
    household = models.CharField(max_length=401, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["household"], name="customer_by_household", condition=~Q(household="")
            ),
            GinIndex(
                fields=["full_name"],
                name="customer_by_name",
                opclasses=["gin_trgm_ops"],
                condition=~Q(full_name=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


BLOCK = 2**17
"""Records of a block: a few hundred kilobytes of a copy, read in a tenth of a second."""


class Record(models.Model):
    """One source's entry about a person. Events point here, so that links can change.

    `attributes` holds what the source says, by our field names; it is empty for somebody who is
    known from events only. Identifiers and consent are never in it.

    `customer` counts every link that holds, probable ones too. `certain_id` is the eldest record
    among those that are certainly the same person: nobody is contacted, and no consent is
    taken, by a link that is only probable.

    A source is held by its imports and write keys (customers.models.events says why not by this).
    """

    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        related_name="records",
        db_index=False,
        db_constraint=False,
    )
    external_id = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="records")
    certain_id = models.BigIntegerField(db_index=True)
    attributes = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="record_once")
        ]
        triggers = [
            # The lock waits for whoever adds events and may have found the record before.
            pgtrigger.Trigger(
                name="outlives_its_events",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                referencing=pgtrigger.Referencing(old="gone"),  # type: ignore[no-untyped-call]  # pgtrigger is untyped
                func="""
                    LOCK TABLE customers_event IN SHARE ROW EXCLUSIVE MODE;
                    IF EXISTS (
                        SELECT FROM gone JOIN customers_event e ON e.record_id = gone.id
                    ) THEN
                        RAISE EXCEPTION 'a record does not go before its events'
                            USING ERRCODE = 'foreign_key_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
            # Whoever writes records, and however many at once: the copy of who is whom follows.
            pgtrigger.Trigger(
                name="new_people_are_stale",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="come"),  # type: ignore[no-untyped-call]  # pgtrigger is untyped
                func=f"""
                    INSERT INTO customers_stalepeople (block)
                    SELECT DISTINCT id / {BLOCK} FROM come;
                    RETURN NULL;
                """,  # noqa: S608  a number of ours
            ),
            pgtrigger.Trigger(
                name="moved_people_are_stale",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="before", new="after"),  # type: ignore[no-untyped-call]  # pgtrigger is untyped
                func=f"""
                    INSERT INTO customers_stalepeople (block)
                    SELECT DISTINCT after.id / {BLOCK} FROM after JOIN before USING (id)
                    WHERE after.customer_id <> before.customer_id;
                    RETURN NULL;
                """,  # noqa: S608  a number of ours
            ),
            pgtrigger.Trigger(
                name="gone_people_are_stale",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                referencing=pgtrigger.Referencing(old="gone"),  # type: ignore[no-untyped-call]  # pgtrigger is untyped
                func=f"""
                    INSERT INTO customers_stalepeople (block, are_gone)
                    SELECT DISTINCT id / {BLOCK}, true FROM gone;
                    RETURN NULL;
                """,  # noqa: S608  a number of ours
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.external_id}"


class StalePeople(models.Model):
    """A block of records of which some are new, gone, or linked with others than before.

    Block n holds the records with the ids [n * BLOCK, (n + 1) * BLOCK). The database adds rows
    with every statement that writes records; whoever keeps a copy of who is whom takes away the
    rows that it saw.
    """

    block = models.BigIntegerField()
    are_gone = models.BooleanField(db_default=False, help_text="Some were erased.")

    def __str__(self) -> str:
        return str(self.block)


class Unlinked(models.Model):
    """A record whose links must be solved again.

    Each transaction that changes what a record may be joined by adds rows of its own, so that
    nobody waits for a pass under way, and so that a pass takes away only the rows that it sees.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.record_id)


class Identifier(models.Model):
    """What a record shares with other records of the same person.

    It is matched by keyed hash. What it says in clear is sealed (customers.intake.sealing) and
    opened for somebody with a reason only; empty where nothing but the hash was ever known. The
    last pass of linking left its state and reason (customers.identity.rules).
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=16)
    sealed = models.BinaryField(null=True)
    state = models.SmallIntegerField(
        choices=[(state.value, state.name.lower()) for state in State], db_default=State.OK.value
    )
    reason = models.SmallIntegerField(
        choices=[(reason.value, words) for reason, words in WORDS.items()],
        db_default=Reason.NONE.value,
    )
    first_seen_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "digest", "record"], name="identifier_once")
        ]

    def __str__(self) -> str:
        return self.kind
