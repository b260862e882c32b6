"""The form that a token is made by."""

from collections.abc import Collection
from typing import Any

from django import forms

from strategy.models import ApiToken, Role


class TokenForm(forms.Form):
    """Which program, and what it may do of all that its person may."""

    name = forms.CharField(
        label="Which program uses it?",
        max_length=ApiToken._meta.get_field("name").max_length,  # noqa: SLF001  public in spite of its name
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Name the program, so that you know later what to revoke."},
    )
    roles = forms.MultipleChoiceField(
        label="What may it do?",
        widget=forms.CheckboxSelectMultiple,
        help_text="No more than you may in these roles.",
        error_messages={"required": "Choose at least one of your roles."},
    )

    def __init__(self, *args: Any, roles: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["roles"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  as declared above
        field.choices = [(role.value, role.label) for role in Role if role in roles]
        self.initial.setdefault("roles", list(roles) if len(roles) == 1 else [])
