"""Records as sources know them, what identifies them, and the customers they add up to."""

import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from customers.models.sources import Source


class Customer(models.Model):
    """One person as the whole company sees them: one or more linked records.

    Every record founds a customer with its own id, and linked records all belong to the customer
    of the eldest among them. So a customer's id depends on who is linked with whom and on
    nothing else: not on the order of imports, and a split gives every id back.
    """

    id = models.BigIntegerField(primary_key=True)
    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return str(self.public_id)


class Record(models.Model):
    """One source's entry about a person. Events point here, so that links can change.

    `attributes` holds what the source says, by our field names; it is empty for somebody who is
    known from events only. Identifiers are never in it.
    """

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    external_id = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="records")
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
                referencing=pgtrigger.Referencing(old="gone"),  # type: ignore[no-untyped-call]
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.external_id}"


class Identifier(models.Model):
    """What a record shares with other records of the same person, as a keyed hash only."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "digest", "record"], name="identifier_once")
        ]

    def __str__(self) -> str:
        return self.kind
