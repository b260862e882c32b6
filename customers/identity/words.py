"""Why two people are, or are not, taken for one: in words."""

from collections.abc import Mapping, Sequence

from customers.identity.comparisons import BY_COLUMN

WORDS: Mapping[str, Mapping[str, str]] = {
    "given": {
        "same": "same given name",
        "short": "one given name is short for the other",
        "swapped": "given name and surname swapped",
        "typo": "given name spelled nearly alike",
        "initial": "given name fits the initial",
        "alike": "given names sound alike",
        "generation": "one is junior, the other senior",
        "apart": "different given names",
    },
    "family": {
        "same": "same surname",
        "typo": "surname spelled nearly alike",
        "alike": "surnames sound alike",
        "apart": "different surnames",
    },
    "born": {
        "same": "same birth day",
        "swapped": "birth day with day and month swapped",
        "typo": "birth day one digit off",
        "near": "birth day two digits off",
        "year": "same year of birth, another day",
        "apart": "different birth days",
    },
    "email": {
        "same": "same e-mail address",
        "mailbox": "same name before the @",
        "typo": "e-mail addresses spelled nearly alike",
        "apart": "different e-mail addresses",
    },
    "phone": {
        "same": "same phone number",
        "typo": "phone number one digit off",
        "apart": "different phone numbers",
    },
    "postcode": {
        "same": "same postcode",
        "typo": "postcode one letter off",
        "sector": "neighbouring postcodes",
        "apart": "different postcodes",
    },
    "street": {
        "same": "same address",
        "typo": "same house number, street spelled nearly alike",
        "road": "same street, another house number",
        "number": "same house number in another street",
        "apart": "different addresses",
    },
    "city": {
        "same": "same town",
        "typo": "town spelled nearly alike",
        "apart": "different towns",
    },
}


NAMED_ALONE = "nobody else has this name"
BOTH = 2
"""Namesakes, where only the two have the name."""


def evidence(
    levels: Mapping[str, int], parts: Mapping[str, float], *, namesakes: int = 0
) -> Sequence[str]:
    """Return what speaks for and against a pair, the weightiest first, unknown columns left out.

    `levels` and `parts` are a pair's `level_x` and `part_x` by column, `namesakes` how many have
    the name of both: see `Proposals`. That only these two have it stands with their surname.

    >>> ", ".join(evidence({"family": 2, "born": 5, "city": -1}, {"family": 6.1, "born": 12.9}))
    'same birth day, surname spelled nearly alike'
    """
    known = [column for column in levels if levels[column] >= 0]
    known.sort(key=lambda column: -abs(parts[column]))
    words = [WORDS[column][BY_COLUMN[column].keys()[levels[column]]] for column in known]
    if namesakes == BOTH:
        words.insert(known.index("family") + 1, NAMED_ALONE)
    return words
