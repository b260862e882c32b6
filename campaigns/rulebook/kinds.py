"""The kind of an initiative follows from the data it really uses, not from its name."""

import re
from typing import Literal, NamedTuple

PERSONAL_WORDS = re.compile(
    r"""\b(
        personal(?!\s+(?:care|hygiene|protective|computer|data|loan)) (?:ly|i[sz]e[ds]?|i[sz]ation)?
        | (?:just\s+|only\s+|made\s+)? for\s+you
        | (?:one|1) [\s-] (?:to|2) [\s-] (?:one|1)
        | individually | tailored
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


class UnknownUseError(ValueError):
    """No such data can be declared."""


class Kind(NamedTuple):
    """A kind, or "Same for everyone" with an empty key.

    `reason` is for people; `counts` says whether the sheet counts it as personalisation;
    `would_be_personal` says what is missing (empty: nothing).
    """

    key: str
    name: str
    reason: str
    counts: Literal["yes", "helps", "no"]
    uses_in_words: str
    would_be_personal: str


ASK_HISTORY = "Use what each customer bought, asked or told us, with their consent."
SAME_FOR_EVERYONE = Kind(
    "",
    "Same for everyone",
    "It uses nothing about the customer.",
    "no",
    "nothing about the customer",
    ASK_HISTORY,
)
KINDS = {
    "history": Kind(
        "personalisation",
        "Personalisation",
        "It uses this person’s own history, so {sheet} counts it as personalisation.",
        "yes",
        "the person’s own history",
        "",
    ),
    "moment": Kind(
        "contextualisation",
        "Contextualisation",
        "It uses the moment, not the person. {Sheet} says call it contextualisation.",
        "helps",
        "the moment only",
        "Add the person: what this customer bought, asked or told us before this moment.",
    ),
    "place": Kind(
        "localisation",
        "Localisation",
        "It uses a place, not the person. {Sheet} says call it localisation.",
        "no",
        "a place only",
        "Add the person: what this customer bought, asked or told us, not where they are.",
    ),
    "choice": Kind(
        "customisation",
        "Customisation",
        "The customer sets it, so {sheet} says call it customisation.",
        "no",
        "the customer’s own choice only",
        "Remember the choice and use it, with consent, to serve this customer next time.",
    ),
    "group": Kind(
        "segmentation",
        "Segmentation",
        "It uses only a group, so {sheet} does not count it as personalisation.",
        "no",
        "a group only",
        ASK_HISTORY,
    ),
}


def classify(uses: frozenset[str], *, name: str = "", sheet: str = "the sheet") -> Kind:
    """Return the kind of an initiative that uses these data; the highest one decides.

    `uses` holds keys of KINDS, highest first there. Give `name` to have the reason say what
    to take out of it, and `sheet` as in "sheet v4".

    >>> classify(frozenset({"group"}), name="Your personal text", sheet="sheet v4").reason
    'It uses only a group, so sheet v4 does not count it as personalisation. \
Take “personal” out of the name.'

    Raises:
        UnknownUseError: a use is none of the five.

    """
    if unknown := sorted(uses - KINDS.keys()):
        raise UnknownUseError(f"nothing can be classified by {', '.join(unknown)}")
    kind = next((kind for use, kind in KINDS.items() if use in uses), SAME_FOR_EVERYONE)
    reason = kind.reason.format(sheet=sheet, Sheet=sheet[0].upper() + sheet[1:])
    word = personal_word(name)
    if word and kind.counts != "yes":
        reason += f" Take “{word}” out of the name."
    return kind._replace(reason=reason)


def personal_word(text: str) -> str:
    """Return the first words by which a text calls itself personal, in lower case; or "".

    Personal care, hygiene, data, loans, computers and protective equipment are things.
    """
    found = PERSONAL_WORDS.search(text)
    return " ".join(found.group().lower().split()) if found else ""
