"""How the sheet counts contacts, as parts of queries: which it leaves out, and what each weighs.

The parts speak of the table of events as `e`, and of what the sheet says of a channel as `w`.
"""

from typing import Any

from strategy.language.channels import channel_word_sql
from strategy.queries.serving import ContactRules

IS_EXEMPT = "(e.transactional OR lower(e.category) = ANY(%(exempt)s))"
LIMITS = f"""
    LEFT JOIN unnest(%(channels)s::text[], %(weights)s::numeric[], %(caps)s::int[])
        AS w (channel, weight, cap) ON w.channel = {channel_word_sql("e.channel")}
"""
WEIGHT = "coalesce(w.weight, 1)"


def weighing(rules: ContactRules) -> dict[str, Any]:
    """Return the parameters of these parts, as psycopg takes them."""
    return {
        "exempt": [word.casefold() for word in rules.exempt],
        "channels": [one.channel for one in rules.channels],
        "weights": [one.weight for one in rules.channels],
        "caps": [one.cap for one in rules.channels],
    }
