"""The forms of what an initiative sends, and of the day on which it begins."""

from django import forms

from campaigns.forms.fields import Text, day_field

MOST_DAYS = 3_650


class MoveForm(forms.Form):
    """The day on which a draft is to begin."""

    starts_on = day_field("First day", "Choose the first day.")


class SendForm(forms.Form):
    """A contact that every customer of an initiative is to get."""

    name = Text(max_length=80, label="What?", missing="Name it, such as “Third mail”.")
    day = forms.IntegerField(
        label="Days after the first day",
        min_value=0,
        max_value=MOST_DAYS,
        error_messages={"required": "Say how many days after the first day; 0 is that day."},
    )
