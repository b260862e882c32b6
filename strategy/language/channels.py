"""Channels: the sheet's word for each, whatever a source calls it.

A no by "phone" must stop a call. So whatever compares channels compares these words.
"""

import json
from types import MappingProxyType

CONTACTED = ("email", "text", "post", "call", "app")
"""Channels by which somebody is contacted, and must have allowed it.

Elsewhere, at the till, on a page or in store, people come to us: nobody is asked.
"""
OURS = MappingProxyType(
    {
        "sms": "text",
        "text_message": "text",
        "e_mail": "email",
        "phone": "call",
        "telephone": "call",
        "phone_call": "call",
        "letter": "post",
        "direct_mail": "post",
        "push": "app",
        "push_notification": "app",
    }
)
"""What sources also call our channels, in lower case, with `_` for spaces and hyphens."""


def channel_word(channel: str) -> str:
    """Return the sheet's word for a channel; one that it has no word for is in lower case.

    >>> channel_word("SMS"), channel_word("E-mail"), channel_word("Kiosk")
    ('text', 'email', 'kiosk')
    """
    said = channel.strip().lower()
    return OURS.get(said.replace(" ", "_").replace("-", "_"), said)


def channel_word_sql(column: str) -> str:
    """Return `channel_word` of a column as PostgreSQL works it out."""
    said = f"lower(btrim({column}))"
    return f"coalesce('{json.dumps(dict(OURS))}'::jsonb->>translate({said}, ' -', '__'), {said})"
