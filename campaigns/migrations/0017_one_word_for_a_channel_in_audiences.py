"""Audiences ask for consent by our word of a channel, as answers have been kept since.

A version is never changed by anybody; here it goes on saying what it said.
"""

from typing import Any

import pgtrigger
from django.db import migrations

WORDS = {
    "phone": "call",
    "phone_call": "call",
    "text_message": "text",
    "letter": "post",
    "direct_mail": "post",
    "push": "app",
    "push_notification": "app",
}
"""As customers.0012_one_word_for_a_channel moved the answers."""


def use_our_words(apps: Any, _editor: Any) -> None:
    versions = apps.get_model("campaigns", "AudienceVersion").objects
    with pgtrigger.ignore():
        for version in versions.all():
            says, has_theirs = version.says, False
            for condition in _consents(version.definition):
                channel, _, purpose = condition["value"].partition(":")
                word = WORDS.get(channel.replace(" ", "_").replace("-", "_"))
                if word:
                    has_theirs, condition["value"] = True, f"{word}:{purpose}"
                    says = says.replace(f"by {channel} for", f"by {word} for")
            if has_theirs:
                versions.filter(pk=version.pk).update(definition=version.definition, says=says)


def _consents(definition: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        condition
        for group in definition["groups"]
        for condition in group["conditions"]
        if condition["field"] == "consent"
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0016_sent_counts"),
        ("customers", "0012_one_word_for_a_channel"),
    ]
    operations = [migrations.RunPython(use_our_words, migrations.RunPython.noop, elidable=True)]
