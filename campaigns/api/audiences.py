"""Audiences: who is meant, in a sentence and as data, and how many they are."""

from typing import Any

from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.actions.audiences import change_audience, make_audience
from campaigns.actions.initiatives import RefusedError
from campaigns.audience.definition import (
    GROUP_MATCHES,
    LARGEST,
    MATCHES,
    Definition,
    NotADefinitionError,
    definition_of,
)
from campaigns.audience.fields import FIELDS, LONGEST_VALUE
from campaigns.models import Audience
from campaigns.queries.audiences import audiences_today, counted, newest_definition
from strategy.api.fields import KeyField, TextField
from strategy.api.filters import by
from strategy.api.resources import Resource
from strategy.models import Department
from strategy.permissions import check_can_see_customers


class ConditionSerializer(serializers.Serializer[Any]):
    """One thing that is asked of a customer; what each field needs, the builder's page shows."""

    field = serializers.ChoiceField(choices=list(FIELDS))
    value = TextField(max_length=LONGEST_VALUE, allow_blank=True, default="")
    number = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST,
        allow_null=True,
        default=None,
        help_text="Days back, at least so many, or a score from 1 to 5; null where it has none.",
    )
    is_not = serializers.BooleanField(default=False, help_text="Turns the answer round.")


class GroupSerializer(serializers.Serializer[Any]):
    """Conditions of which all, any or none must hold."""

    match = serializers.ChoiceField(choices=GROUP_MATCHES)
    conditions = ConditionSerializer(many=True, allow_empty=False)


class DefinitionSerializer(serializers.Serializer[Any]):
    """Groups of which all or any must hold; without a group it is everybody."""

    match = serializers.ChoiceField(choices=MATCHES)
    groups = GroupSerializer(many=True)


class AudienceSerializer(serializers.ModelSerializer[Audience]):
    """An audience as its newest version has it; initiatives choose a version by `version_id`."""

    department = serializers.CharField(source="department.key")
    version = serializers.IntegerField()
    version_id = serializers.IntegerField()
    says = serializers.CharField(help_text="Who is meant, in a sentence.")
    definition = DefinitionSerializer()

    class Meta:
        model = Audience
        fields = [
            *("id", "name", "department", "way", "version", "version_id", "says", "definition"),
        ]


class CountSerializer(serializers.Serializer[Any]):
    """How many fit out of everybody; null before anything was ever counted."""

    customers = serializers.IntegerField(allow_null=True)
    everybody = serializers.IntegerField(allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(help_text="The same in a sentence.")


class CountedAudienceSerializer(AudienceSerializer):
    """An audience, and how many customers fit today."""

    count = CountSerializer()

    class Meta(AudienceSerializer.Meta):
        fields = [*AudienceSerializer.Meta.fields, "count"]


class AudienceSaidSerializer(serializers.Serializer[Any]):
    """When an audience is asked, and for whom."""

    way = serializers.ChoiceField(choices=Audience.Way.choices, default=Audience.Way.FROZEN)
    definition = DefinitionSerializer()

    def validate_definition(self, said: dict[str, Any]) -> Definition:
        """Return the definition as actions take it."""
        try:
            return definition_of(said)
        except NotADefinitionError as error:
            raise serializers.ValidationError(list(error.mistakes)) from None


class AudienceMadeSerializer(AudienceSaidSerializer):
    """What a new audience is called and whose it is, too."""

    name = TextField(max_length=120)
    department = KeyField(slug_field="key", queryset=Department.objects.all())


class Audiences(ListModelMixin, Resource[Audience]):
    """Named groups of customers that initiatives are for."""

    may = {"list": check_can_see_customers, "retrieve": check_can_see_customers}
    queryset = audiences_today()
    serializer_class = AudienceSerializer
    lookup_value_regex = "[0-9]{1,9}"
    filterset_class = by(
        department=CharFilter("department__key"), way=ChoiceFilter(choices=Audience.Way.choices)
    )
    refused = (RefusedError,)

    @extend_schema(responses=CountedAudienceSerializer)
    def retrieve(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  named by the address
        """Return an audience with its count of today."""
        found = self.get_object()
        count = counted(newest_definition(found), timezone.localtime())
        return Response(AudienceSerializer(found).data | {"count": CountSerializer(count).data})

    @extend_schema(request=AudienceMadeSerializer, responses={201: AudienceSerializer})
    def create(self, _request: Request) -> Response:
        """Make an audience."""
        made = make_audience(
            **self.valid(AudienceMadeSerializer), by=self.person, at=timezone.now()
        )
        return Response(self._told(made.audience_id), status=201)

    @extend_schema(request=AudienceSaidSerializer, responses=AudienceSerializer)
    def update(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Let it say something else as a new version; initiatives keep the one they chose."""
        found, said = self.get_object(), self.valid(AudienceSaidSerializer)
        change_audience(audience=found, **said, by=self.person, at=timezone.now())
        return Response(self._told(found.pk))

    def _told(self, pk: int) -> dict[str, Any]:
        told: dict[str, Any] = AudienceSerializer(audiences_today().get(pk=pk)).data
        return told
