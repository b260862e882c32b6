"""One customer by id, masked as on their card, and what they allow."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions.consent import note_answer
from customers.actions.looks import note_view
from customers.models import Customer
from customers.queries.consent import ConsentRow, consents_of
from customers.queries.people import Found, find_customer
from customers.queries.privacy import details, held
from strategy.api.resources import Resource
from strategy.permissions import check_can_note_consent, check_can_see_customers

UUID_PATTERN = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
WORD = "^[a-z0-9_-]{1,60}$"


class DetailSerializer(serializers.Serializer[Any]):
    """One thing that is known of them, masked."""

    what = serializers.CharField()
    value = serializers.CharField()


class CustomerSerializer(serializers.Serializer[Any]):
    """A customer. Nothing here tells who they are to somebody who does not know it."""

    id = serializers.UUIDField(help_text="Another one than asked for, where two became one.")
    certain_records = serializers.IntegerField()
    probable_records = serializers.IntegerField(help_text="Which may be somebody else’s.")
    details = DetailSerializer(many=True)


class Customers(Resource[Customer]):
    """One customer at a time. Each look is noted, as when their card is opened."""

    may = {"retrieve": check_can_see_customers}
    queryset = Customer.objects.none()
    serializer_class = CustomerSerializer
    pagination_class = None
    lookup_field = "public_id"
    lookup_value_regex = UUID_PATTERN

    @extend_schema(responses=CustomerSerializer)
    def retrieve(self, _request: Request, public_id: str) -> Response:
        """Return what is known of a customer, masked."""
        found = looked_at(self, UUID(public_id))
        kept = held(found.customer_id)
        told = {
            "id": found.public_id,
            "certain_records": kept.certain,
            "probable_records": kept.probable,
            "details": [
                {"what": what, "value": value}
                for what, value in details(found.customer_id, in_clear=False)
            ],
        }
        return Response(self.get_serializer(told).data)


class ConsentSerializer(serializers.Serializer[ConsentRow]):
    """The answer that holds on a channel for a purpose."""

    channel = serializers.CharField()
    purpose = serializers.CharField()
    is_allowed = serializers.BooleanField()
    source = serializers.CharField(help_text="The system, or who of us noted it.")  # type: ignore[assignment]  # a field may have this name
    told_at = serializers.DateTimeField()
    how = serializers.CharField()
    evidence = serializers.CharField()


class ConsentsSerializer(serializers.Serializer[Any]):
    """Every answer of one customer; what is not among them was never asked, which is no."""

    customer = serializers.UUIDField()
    as_of = serializers.DateTimeField()
    n = serializers.IntegerField()
    results = ConsentSerializer(many=True)


ALL_OF_ONE = forced_singular_serializer(ConsentsSerializer)  # type: ignore[no-untyped-call]  # it has no types


class AnswerSerializer(serializers.Serializer[Any]):
    """What a customer told one of us."""

    customer = serializers.UUIDField()
    channel = serializers.RegexField(WORD)
    purpose = serializers.RegexField(WORD)
    is_allowed = serializers.BooleanField()
    evidence = serializers.CharField(
        max_length=200, help_text="Where it can be looked up: a form, a call."
    )


class Consents(Resource[Customer]):
    """What one customer allows."""

    may = {"list": check_can_see_customers, "create": check_can_note_consent}
    queryset = Customer.objects.none()
    serializer_class = ConsentsSerializer
    pagination_class = None

    @extend_schema(
        operation_id="consents_of_customer",
        parameters=[OpenApiParameter("customer", UUID, required=True)],
        responses=ALL_OF_ONE,
        filters=False,
    )
    def list(self, request: Request) -> Response:
        """Return the answers that hold for a customer."""
        try:
            public_id = UUID(request.query_params.get("customer", ""))
        except ValueError:
            raise ValidationError({"customer": ["Say whose, by the customer’s id."]}) from None
        return self._told(looked_at(self, public_id))

    @extend_schema(request=AnswerSerializer, responses={201: ConsentsSerializer})
    def create(self, _request: Request) -> Response:
        """Note what a customer told one of us; it holds from now on."""
        said = self.valid(AnswerSerializer)
        found = looked_at(self, said.pop("customer"))
        customer = Customer(id=found.customer_id, public_id=found.public_id)
        note_answer(customer=customer, by=self.person, at=timezone.now(), **said)
        return self._told(found, status=201)

    def _told(self, found: Found, status: int = 200) -> Response:
        rows = consents_of(found.customer_id)
        told = {"customer": found.public_id, "as_of": timezone.now(), "n": len(rows)}
        serializer = self.get_serializer(told | {"results": rows})
        return Response(serializer.data, status=status)


def looked_at(resource: Resource[Customer], public_id: UUID) -> Found:
    """Return a customer, and note that somebody looked. Raises Http404, NotAllowed."""
    found = find_customer(public_id)
    if found is None:
        raise Http404("No customer has this id.")
    customer = Customer(id=found.customer_id, public_id=found.public_id)
    note_view(customer=customer, by=resource.person, at=timezone.now())
    return found
