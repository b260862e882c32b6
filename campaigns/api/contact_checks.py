"""Contact checks: may these customers be contacted, by which rule, and else from when on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.actions.contact_checks import Checked, check_contacts
from campaigns.models import Initiative
from campaigns.pressure.checks import SENTENCES, Rule
from customers.queries.asked import ASKED_BY, Asked
from strategy.api.fields import KeyField
from strategy.api.resources import Resource
from strategy.permissions import check_can_check_contacts

MOST = 10_000
LONGEST = 200
LONGEST_RESERVATION = 7 * 24 * 60
FAULTS_TOLD = 10
SHAPES = (
    'Name a customer by id, {"source", "external_id"}, or one of '
    f"{', '.join(f'{{"{kind}"}}' for kind in ASKED_BY)}."
)
CUSTOMERS = {
    "type": "array",
    "minItems": 1,
    "maxItems": MOST,
    "items": {
        "oneOf": [
            {"type": "string", "format": "uuid", "description": "A customer’s id."},
            {
                "type": "object",
                "required": ["source", "external_id"],
                "additionalProperties": False,
                "properties": {
                    "source": {"type": "string", "minLength": 1, "maxLength": LONGEST},
                    "external_id": {"type": "string", "minLength": 1, "maxLength": LONGEST},
                },
            },
            *(
                {
                    "type": "object",
                    "required": [kind],
                    "additionalProperties": False,
                    "properties": {kind: {"type": "string", "minLength": 1, "maxLength": LONGEST}},
                }
                for kind in ASKED_BY
            ),
        ]
    },
}


@extend_schema_field(CUSTOMERS)
class CustomersField(serializers.Field[list[Asked], Any, Any, Any]):
    """Customers as programs name them, read in one go: ten thousand take 20 ms."""

    def to_internal_value(self, data: Any) -> list[Asked]:
        if not isinstance(data, list) or not 1 <= len(data) <= MOST:
            raise serializers.ValidationError(f"Send a list of 1 to {MOST:,} customers.")
        read = [_asked(one) for one in data]
        wrong = [str(place) for place, one in enumerate(read) if one is None]
        if wrong:
            raise serializers.ValidationError({place: [SHAPES] for place in wrong[:FAULTS_TOLD]})
        return [one for one in read if one is not None]


def _asked(one: Any) -> Asked | None:
    if isinstance(one, str):
        try:
            return Asked(public_id=UUID(one))
        except ValueError:
            return None
    if not isinstance(one, dict) or not all(map(_is_text, one.values())):
        return None
    if one.keys() == {"source", "external_id"}:
        return Asked(source=one["source"], external_id=one["external_id"])
    if len(one) != 1:
        return None
    ((kind, value),) = one.items()
    return Asked(kind=kind, value=value) if kind in ASKED_BY else None


def _is_text(value: Any) -> bool:
    """Say whether PostgreSQL can be asked for it: no empty text, no NUL, no half a character."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or "\0" in value:
        return False
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)


class ContactsAskedSerializer(serializers.Serializer[Any]):
    """What is asked. `reserve` holds the allowed contacts for `reserve_minutes`."""

    channel = serializers.ChoiceField(choices=Initiative.Channel.choices)
    purpose = serializers.RegexField(r"^[a-z0-9_-]{1,60}$", help_text="Such as marketing.")
    initiative = KeyField(
        slug_field="key",
        queryset=Initiative.objects.all(),
        default=None,
        help_text="The key of the initiative that asks.",
    )
    reserve = serializers.BooleanField(default=False)
    reserve_minutes = serializers.IntegerField(
        default=60, min_value=1, max_value=LONGEST_RESERVATION
    )
    customers = CustomersField()


class ContactCheckSerializer(serializers.Serializer[Any]):
    """One customer's answer, in the place in which it was asked for."""

    customer = serializers.UUIDField(
        allow_null=True, help_text="Null where it is not clear who is meant."
    )
    allowed = serializers.BooleanField()
    rule = serializers.ChoiceField(choices=[rule.value for rule in Rule])
    sentence = serializers.CharField()
    allowed_from = serializers.DateTimeField(
        allow_null=True, help_text="Null where no waiting will do."
    )
    reserved_until = serializers.DateTimeField(allow_null=True)
    reservation = serializers.IntegerField(
        allow_null=True, help_text="To give it back: DELETE /api/v1/reservations/{id}."
    )


class ContactChecksSerializer(serializers.Serializer[Any]):
    """All answers."""

    as_of = serializers.DateTimeField()
    sheet = serializers.IntegerField(
        allow_null=True, help_text="The version whose policy was asked; null before the first."
    )
    n = serializers.IntegerField()
    allowed = serializers.IntegerField(help_text="How many of them.")
    checks = ContactCheckSerializer(many=True)


class ContactChecks(Resource[Initiative]):
    """May these customers be contacted now, each by which rule, and else from when on."""

    may = {"create": check_can_check_contacts}
    serializer_class = ContactsAskedSerializer
    pagination_class = None

    @extend_schema(request=ContactsAskedSerializer, responses={200: ContactChecksSerializer})
    def create(self, _request: Request) -> Response:
        """Check up to 10,000 customers; with `reserve`, hold the contacts that are allowed.

        A reserved contact counts against the customer's cap until its contact event arrives or it
        lapses. Two that ask for the last contact at the same moment: one gets it.
        """
        asked, now = self.valid(ContactsAskedSerializer), timezone.now()
        minutes = asked["reserve_minutes"] if asked["reserve"] else None
        checks = check_contacts(
            asked=asked["customers"],
            channel=asked["channel"],
            purpose=asked["purpose"],
            initiative=asked["initiative"],
            reserve_for=timedelta(minutes=minutes) if minutes else None,
            by=self.person,
            at=now,
        )
        return Response(
            {
                "as_of": _moment(now),
                "sheet": checks.sheet,
                "n": len(checks.rows),
                "allowed": sum(row.answer.is_allowed for row in checks.rows),
                "checks": [_row(row) for row in checks.rows],
            }
        )


def _row(row: Checked) -> dict[str, Any]:
    rule, allowed_from = row.answer
    return {
        "customer": str(row.public_id) if row.public_id else None,
        "allowed": row.answer.is_allowed,
        "rule": rule.value,
        "sentence": SENTENCES[rule],
        "allowed_from": _moment(allowed_from) if allowed_from else None,
        "reserved_until": _moment(row.reserved_until) if row.reserved_until else None,
        "reservation": row.reservation,
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
