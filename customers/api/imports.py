"""Imports: files that are handed in, and what became of their rows."""

from pathlib import Path
from typing import Any

from django.utils import timezone
from django_filters import CharFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions.imports import hand_in
from customers.actions.kinds import KINDS
from customers.api.uploads import FileResource
from customers.intake.mapping import Mapping, MappingError, parse
from customers.intake.streams import UnreadableFile
from customers.models import Import, Source, Work
from strategy.api.fields import KeyField
from strategy.api.filters import by
from strategy.api.parsers import BoundedJSONParser
from strategy.permissions import check_can_import, check_can_see_imports

COUNTS = ("read", "accepted", "changed", "unchanged", "rejected", "dropped")
LONGEST_MAPPING = 20_000


class ImportSerializer(serializers.ModelSerializer[Import]):
    """One file; the counts are null until its rows are in."""

    source = serializers.CharField(source="source.key")  # type: ignore[assignment]  # a field may have this name
    state = serializers.ChoiceField(source="work.state", choices=Work.State.choices)
    error = serializers.CharField(source="work.error", help_text="Why it failed, else empty.")
    handed_in_at = serializers.DateTimeField(source="work.created_at")

    class Meta:
        model = Import
        fields = [
            *("id", "source", "kind", "file_name", "size", "sha256", "state", "error"),
            *("handed_in_at", "loaded_at", *(f"{count}_count" for count in COUNTS)),
        ]


class FileSerializer(serializers.Serializer[Any]):
    """A source's file, and how to read it where its columns do not carry our names."""

    source = KeyField(slug_field="key", queryset=Source.objects.all())  # type: ignore[assignment]  # a field may have this name
    file = serializers.FileField(allow_empty_file=True)
    mapping = serializers.CharField(
        required=False, max_length=LONGEST_MAPPING, trim_whitespace=False, help_text="TOML."
    )

    def validate_mapping(self, text: str) -> Mapping:
        """Return the mapping that the text is."""
        try:
            return parse(text, {name: registered.kind for name, registered in KINDS.items()})
        except MappingError as mistake:
            raise serializers.ValidationError(str(mistake)) from None


class Imports(ListModelMixin, RetrieveModelMixin, FileResource[Import]):
    """Files from departments' systems."""

    may = {
        "list": check_can_see_imports,
        "retrieve": check_can_see_imports,
        "create": check_can_import,
    }
    queryset = Import.objects.select_related("source", "work")
    serializer_class = ImportSerializer
    lookup_value_regex = "[0-9]{1,9}"
    filterset_class = by(source=CharFilter("source__key"), state=CharFilter("work__state"))
    parser_classes = [MultiPartParser, BoundedJSONParser]
    too_large = "The file is larger than imports may be. Send it in parts."

    @extend_schema(
        request={"multipart/form-data": FileSerializer}, responses={202: ImportSerializer}
    )
    def create(self, _request: Request) -> Response:
        """Hand a file in: CSV, JSON lines, Parquet or XLSX. It is loaded in the background."""
        said, file = self.sent(FileSerializer)
        try:
            made = hand_in(
                source=said["source"],
                path=Path(file.temporary_file_path()),
                file_name=file.name or "file",
                mapping=said.get("mapping"),
                at=timezone.now(),
                by=self.person,
            )
        except (UnreadableFile, MappingError) as reason:
            raise serializers.ValidationError({"file": [str(reason)]}) from None
        return Response(ImportSerializer(made).data, status=202)
