"""The sheet: its text, its rules, and who signed it."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from strategy.actions.sheets import SheetError, sign_sheet
from strategy.api.fields import KeyField
from strategy.api.filters import WholeFilter, by
from strategy.api.resources import Resource
from strategy.models import Department, Rule, Sheet, Signature
from strategy.permissions import can_publish_sheet
from strategy.queries.sheets import SheetText, current_sheet, sheet_text


class TermSerializer(serializers.Serializer[Any]):
    """One of the kinds as the sheet tells them apart."""

    kind = serializers.CharField()
    test = serializers.CharField(help_text="What it uses.")
    example = serializers.CharField()
    counts = serializers.CharField(help_text="Whether it is personalisation.")


class SheetSerializer(serializers.Serializer[Any]):
    """One version of the sheet."""

    version = serializers.IntegerField()
    vision = serializers.CharField()
    definition = serializers.CharField()
    terms = TermSerializer(many=True)
    policy = serializers.ListField(
        child=serializers.CharField(), help_text="The contact policy, a sentence each."
    )
    content_hash = serializers.CharField(
        allow_blank=True, help_text="SHA-256 of the text, which is what is signed; empty: a draft."
    )
    is_current = serializers.BooleanField(help_text="Whether it is the one to sign.")
    answer = serializers.CharField(help_text="How far it is signed, in a sentence.")


ONE_SHEET = forced_singular_serializer(SheetSerializer)  # type: ignore[no-untyped-call]  # it has no types


class Sheets(Resource[Sheet]):
    """The sheet in force, and its other versions."""

    queryset = Sheet.objects.none()
    serializer_class = SheetSerializer
    pagination_class = None
    lookup_field = "version"
    lookup_value_regex = "[0-9]{1,6}"

    @extend_schema(operation_id="sheet", responses=ONE_SHEET, filters=False)
    def list(self, _request: Request) -> Response:
        """Return the newest published version."""
        return self._answer(current_sheet(timezone.now()))

    @extend_schema(responses=SheetSerializer)
    def retrieve(self, _request: Request, version: str) -> Response:
        """Return any version; drafts are for those who may publish them."""
        found = sheet_text(int(version), timezone.now())
        hidden = found is not None and found.is_draft and not can_publish_sheet(self.person)
        return self._answer(None if hidden else found)

    def _answer(self, found: SheetText | None) -> Response:
        if found is None:
            raise Http404("There is no such sheet.")
        return Response(self.get_serializer(found).data)


class RuleSerializer(serializers.ModelSerializer[Rule]):
    """A do or a don't."""

    sheet = serializers.IntegerField(source="sheet.version", help_text="The sheet’s version.")
    check = serializers.CharField(source="check_key", help_text="Empty where only people can tell.")
    parameters = serializers.DictField()

    class Meta:
        model = Rule
        fields = ["id", "sheet", "polarity", "text", "check", "parameters"]


class Rules(ListModelMixin, Resource[Rule]):
    """What the published sheets tell to do and not to do."""

    queryset = Rule.objects.filter(sheet__published_at__isnull=False).select_related("sheet")
    serializer_class = RuleSerializer
    filterset_class = by(
        sheet=WholeFilter("sheet__version"), polarity=ChoiceFilter(choices=Rule.Polarity.choices)
    )


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    """A department's name under the exact text."""

    sheet = serializers.IntegerField(source="sheet.version", help_text="The sheet’s version.")
    department = serializers.CharField(source="department.key")
    signed_by = serializers.CharField(source="signed_by.name")

    class Meta:
        model = Signature
        fields = ["id", "sheet", "department", "content_hash", "signed_at", "signed_by"]


class SigningSerializer(serializers.Serializer[Any]):
    """What is signed, for whom."""

    sheet = KeyField(slug_field="version", queryset=Sheet.objects.published())
    department = KeyField(slug_field="key", queryset=Department.objects.all())
    content_hash = serializers.RegexField(
        "^[0-9a-f]{64}$", help_text="Of the text that the signer has read."
    )


class Signatures(ListModelMixin, Resource[Signature]):
    """Who signed which version."""

    queryset = Signature.objects.select_related("sheet", "department", "signed_by")
    serializer_class = SignatureSerializer
    filterset_class = by(
        sheet=WholeFilter("sheet__version"), department=CharFilter("department__key")
    )
    refused = (SheetError,)

    @extend_schema(request=SigningSerializer, responses={201: SignatureSerializer})
    def create(self, _request: Request) -> Response:
        """Put a department's name under the text whose hash the signer saw."""
        said = self.valid(SigningSerializer)
        made = sign_sheet(by=self.person, at=timezone.now(), **said)
        return Response(SignatureSerializer(made).data, status=201)
