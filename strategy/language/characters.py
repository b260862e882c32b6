"""Characters that nobody sees, and that make a text read as another than it is."""

import re
import unicodedata

HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but not tab and line ends
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
"""Controls, marks that turn the direction of writing, and spaces without width."""


def hidden_character(text: str) -> str:
    """Return the name of the first hidden character in the text, "" if there is none.

    >>> hidden_character("Gold \u202etier")
    'right-to-left override'
    """
    found = HIDDEN.search(text)
    if found is None:
        return ""
    character = found.group()
    return unicodedata.name(character, f"U+{ord(character):04X}").lower()
