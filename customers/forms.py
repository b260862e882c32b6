"""Handing in a file, and saying what a source is."""

from collections.abc import Iterable
from collections.abc import Mapping as Read
from typing import Any, ClassVar

import django_filters
from django import forms
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.template.defaultfilters import filesizeformat

from customers.actions.kinds import KINDS
from customers.actions.looks import REASONS
from customers.intake.fields import Formats
from customers.intake.mapping import Mapping, MappingError, parse
from customers.intake.picking import chosen
from customers.intake.presets import preset
from customers.models import IdentifierKind, Import, Look, Ruling, Source
from strategy.language.characters import hidden_character
from strategy.models import Person
from strategy.permissions import READERS_OF_IMPORTS

LONGEST_MAPPING = 256 * 1024
"""Bytes; a mapping names columns, and no file has so many."""


class BoundedUpload(TemporaryFileUploadHandler):
    """Streams uploaded files to disk, and gives up once a request's files are too large.

    `most` is how many bytes that is; None is what imports may have.
    """

    received = 0
    is_too_large = False
    most: int | None = None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece of a file to disk."""
        self.received += len(raw_data)
        if self.received > (self.most or settings.IMPORT_MAX_BYTES):
            self.is_too_large = True
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)


class ImportForm(forms.Form):
    """A source's file, and how to read it; without a source nothing can be chosen."""

    source = forms.ModelChoiceField(
        queryset=Source.objects.all(),
        empty_label="Choose one",
        error_messages={"required": "Choose the system that the file comes from."},
    )
    file = forms.FileField(allow_empty_file=True, error_messages={"required": "Choose the file."})
    mapping = forms.FileField(
        label="Mapping, where its columns do not carry our names",
        required=False,
        allow_empty_file=True,
        help_text="A TOML file: which column is which of our fields.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_sources = Source.objects.exists()
        self.fields[
            "file"
        ].help_text = f"CSV, JSON lines (both also .gz), Parquet or XLSX; at most {_most()}."

    def refuse_as_too_large(self) -> None:
        """Say that the file was not read to its end, and so is not there."""
        self.fields["file"].error_messages["required"] = (
            f"The file is larger than {_most()}. Send it in parts."
        )

    def clean_mapping(self) -> Mapping | None:
        """Return the mapping that was uploaded, if one was."""
        uploaded: UploadedFile[bytes] | None = self.cleaned_data["mapping"]
        if uploaded is None:
            return None
        if (uploaded.size or 0) > LONGEST_MAPPING:
            raise ValidationError("This is too long for a mapping. Is it the file itself?")
        try:
            text = uploaded.read().decode()
        except UnicodeDecodeError:
            raise ValidationError("The mapping is not text in UTF-8.") from None
        try:
            return parse(text, {name: registered.kind for name, registered in KINDS.items()})
        except MappingError as mistake:
            raise ValidationError(str(mistake)) from None


def _kinds_field(column: "ArrayField[list[str], list[str]]") -> forms.MultipleChoiceField:
    """Return a field for kinds of identifier, labelled as the source's column is."""
    return forms.MultipleChoiceField(
        label=str(column.verbose_name).capitalize(),
        choices=IdentifierKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=column.help_text,
    )


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """What is said of a source that is added."""

    identifier_kinds = _kinds_field(Source.identifier_kinds.field)
    confirmed_kinds = _kinds_field(Source.confirmed_kinds.field)

    class Meta:
        model = Source
        fields = [
            "name",
            "key",
            "department",
            "owner",
            "feeds",
            "promise_hours",
            "trust_rank",
            "identifier_kinds",
            "confirmed_kinds",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner, department = self.fields.get("owner"), self.fields.get("department")
        if isinstance(department, forms.ModelChoiceField):
            department.empty_label = "Choose one"
        if isinstance(owner, forms.ModelChoiceField):
            sees = Person.objects.filter(memberships__role__in=READERS_OF_IMPORTS, is_active=True)
            owner.queryset = sees.distinct()
            owner.empty_label = "Nobody yet"

    def clean_key(self) -> str:
        """Return the key in small letters, as it is typed in commands."""
        return str(self.cleaned_data["key"]).lower()

    def clean_name(self) -> str:
        """Return the name, without characters that nobody sees."""
        return _seen(self.cleaned_data["name"])

    def clean_feeds(self) -> str:
        """Return the words, without characters that nobody sees."""
        return _seen(self.cleaned_data["feeds"])


class ChangeSourceForm(SourceForm):
    """What is said of a source that is there; its key stays, since commands and senders name it."""

    class Meta(SourceForm.Meta):
        fields = [name for name in SourceForm.Meta.fields if name != "key"]


def _seen(text: str) -> str:
    if name := hidden_character(text):
        raise ValidationError(f"Take the hidden character out: {name}.")
    return text


def chosen_mapping(said: Read[str, str], file_import: Import) -> Mapping:
    """Return a held import's mapping as its page sent it; raises MappingError.

    A preset that was chosen goes before the columns that were.
    """
    if said.get("preset"):
        return preset(said["preset"], {name: one.kind for name, one in KINDS.items()})
    stored = Mapping.from_json(file_import.mapping)
    registered = KINDS.get(said.get("kind", ""), KINDS[stored.kind])
    columns: list[str] = file_import.written.get("columns", [])
    names = {f"column-{place}": column for place, column in enumerate(columns)}
    written = stored.formats._asdict()
    return chosen(
        stored,
        registered.kind,
        columns,
        fields={column: said[name] for name, column in names.items() if name in said},
        constants={name: said[name].strip() for name in ("event", "currency") if name in said},
        formats=Formats(**{name: said.get(name, was).strip() for name, was in written.items()}),
    )


def _most() -> str:
    return filesizeformat(settings.IMPORT_MAX_BYTES)


class ReasonForm(forms.Form):
    """Why somebody needs a person's data."""

    reason = forms.ChoiceField(label="Why do you need it?", choices=[(r, r) for r in REASONS])


class AnswerForm(forms.Form):
    """What a customer told one of us."""

    channel = forms.SlugField(max_length=60, help_text="Such as email, text, post, call or app.")
    purpose = forms.SlugField(max_length=60, initial="marketing")
    answer = forms.ChoiceField(choices=[("no", "No"), ("yes", "Yes")])
    evidence = forms.CharField(
        max_length=200, label="Where it can be looked up", help_text="A form, a call, a receipt."
    )


class EraseForm(forms.Form):
    """The customer's id, typed."""

    confirmation = forms.CharField(max_length=40, label="Type the customer’s id to confirm")


class MadeFilters(forms.Form):
    """Which links are listed; nothing chosen is every link."""

    by = forms.TypedChoiceField(label="Who decided", required=False, coerce=int, empty_value=None)
    answer = forms.ChoiceField(
        label="Answer", required=False, choices=[("", "Either"), *Ruling.Answer.choices]
    )
    tier = forms.ChoiceField(
        label="Linked by",
        required=False,
        choices=[
            ("", "People and likeness"),
            ("ruled", "People"),
            ("confirmed", "Likeness, confirmed"),
            ("probable", "Likeness, probable"),
        ],
    )
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any"), ("holds", "Holds"), ("undone", "Undone")],
    )

    def __init__(self, data: object, *, people: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # what a request holds
        self.fields["by"].choices = [("", "Anybody"), *people]  # type: ignore[attr-defined]  # a field of this form has it

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen; what an address holds that is no choice is left aside."""
        self.is_valid()
        return {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}


class LookFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library is untyped
    """Who looked, at whom, how and when."""

    by = django_filters.ModelChoiceFilter(
        queryset=Person.objects.all(), label="Person", empty_label="Everybody"
    )
    customer = django_filters.UUIDFilter(label="Customer’s id")
    act = django_filters.ChoiceFilter(choices=Look.Act, label="What", empty_label="Everything")
    on = django_filters.DateFilter(
        field_name="at",
        lookup_expr="date",
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Look
        fields: ClassVar[list[str]] = []
