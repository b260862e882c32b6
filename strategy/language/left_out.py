"""What a sum of money leaves out, in words."""

from collections.abc import Mapping

from strategy.language.events import EVENTS
from strategy.language.words import counted, join_words

Unpriced = Mapping[str, Mapping[str, int]]
"""Events whose amount has no rate: how many, by currency and kind of event."""


def left_out(unpriced: Unpriced) -> str:
    """Return the sentence that names them, "" where there are none.

    >>> left_out({"USD": {"order": 12}})
    '12 orders in USD are left out: no rate.'
    >>> left_out({"USD": {"order": 1}, "SEK": {}})
    'One order in USD is left out: no rate.'
    """
    parts = [
        (count, f"{counted(count, kind.replace('_', ' '), EVENTS.get(kind, ''))} in {currency}")
        for currency, kinds in sorted(unpriced.items())
        for kind, count in sorted(kinds.items())
        if count
    ]
    if not parts:
        return ""
    words = join_words([text for _, text in parts])
    are = "is" if sum(count for count, _ in parts) == 1 else "are"
    return f"{words[0].upper()}{words[1:]} {are} left out: no rate."
