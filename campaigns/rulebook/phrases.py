"""What a text written by people says, as far as a rule needs to know it.

Each function returns the words found, to be quoted back, or an empty result. They read
British English, stay on the side of silence, and know that goods are not people: "women's
boots" names no woman, "baby bath" no baby.
"""

import re
from typing import NamedTuple

from strategy.language.words import WORDS

COUNTS = {word: at for at, word in enumerate(WORDS, start=1)} | {"a": 1, "an": 1}
ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
MESSAGE = r"(e-?mail|mail|text|message|reminder|letter|call|notification|nudge)s?\b"
NOT_BETWEEN = r"(?!(?:hours?|days?|weeks?|minutes?|an?|and|or|of|for|off|after|then|plus)\b)"
MESSAGES = re.compile(
    rf"(?<![£$€%\d.,])\b(\d{{1,2}}|{'|'.join(COUNTS)})\s+(?:{NOT_BETWEEN}[a-z-]+\s+){{0,2}}?{MESSAGE}",
    re.IGNORECASE,
)
LATER_MESSAGES = re.compile(
    rf"\b({'|'.join(ORDINALS)})\s+(?:{NOT_BETWEEN}[a-z-]+\s+)?{MESSAGE}", re.IGNORECASE
)
BASKET = re.compile(r"\b(?:baskets?|carts?|trolleys?|shopping bags?)\b", re.IGNORECASE)

GUESS = r"(?:guess\w*|infer\w*|assum\w*|predict\w*|presum\w*|estimat\w*|likely|probabl[ey])"
PEOPLE = (
    r"(?:men|women|males?|females?|ladies|mums?|dads?|mothers?|fathers?|parents?|parents-to-be"
    r"|pregnant|families|couples?|teenagers?|pensioners?|over-\d0s|under-\d0s)"
)
TRAIT = rf"(?:gender|sex|age|ages|aged|children|kids|baby|babies|family|household size|{PEOPLE})"
NOT_GOODS = r"\b(?!['’])"
GUESSES = re.compile(
    rf"\b{GUESS}\b(?!\s+to\s+(?!be\b))(?:\W+\w+){{0,4}}?\W+{TRAIT}{NOT_GOODS}", re.IGNORECASE
)
DENIED = re.compile(r"\b(?:no|not|never|without|don[’']t|doesn[’']t)(?:\s+\w+)?\s+$", re.IGNORECASE)
PEOPLE_NAMED = re.compile(rf"\b{PEOPLE}{NOT_GOODS}", re.IGNORECASE)
TOLD = re.compile(r"\b(?:told us|tell us|declared|stated|said|registered|gave us)\b", re.IGNORECASE)

BROWSING = re.compile(
    r"\b(?:brows(?:e|ed|es|ing)|(?:looked at|viewed|seen|searched for|left) (?:\w+ ){0,3}?online"
    r"|online basket|(?:visited|visit to) (?:our |the )?(?:web ?site|site|pages?))\b",
    re.IGNORECASE,
)
RAISED = re.compile(
    r"\b(?:if|when|once) (?:the customer|they|she|he|customers) "
    r"(?:asks?|raises?|mentions?|brings?)\b",
    re.IGNORECASE,
)

CONSENT = re.compile(
    r"\b(?:consent\w*|opted[ -]in|opt(?:s|ing)?[ -]in|subscri\w+|agreed to|said yes"
    r"|may be (?:e-?mailed|texted|called|contacted|written to))\b",
    re.IGNORECASE,
)


class Messages(NamedTuple):
    """How many messages a text announces, and the words that say so."""

    total: int
    words: str


def basket_messages(text: str) -> Messages:
    """Return the messages that a text about a left basket announces; none if it is not about one.

    >>> basket_messages("Basket rescue: three short emails and a text")
    Messages(total=4, words='three short emails, a text')
    """
    if not BASKET.search(text):
        return Messages(0, "")
    counts: dict[str, Messages] = {}
    for found in (*MESSAGES.finditer(text), *LATER_MESSAGES.finditer(text)):
        said, what = found.group(1).lower(), found.group(2).lower()
        count = COUNTS.get(said) or ORDINALS.get(said) or int(said)
        if count > counts.get(what, Messages(0, "")).total:
            counts[what] = Messages(count, found.group())
    return Messages(
        sum(messages.total for messages in counts.values()),
        ", ".join(messages.words for messages in counts.values()),
    )


def guess_of_person(text: str) -> str:
    """Return the words by which a text guesses gender, age or family."""
    for found in GUESSES.finditer(text):
        if not DENIED.search(text[: found.start()]):
            return found.group()
    return ""


def people_by_trait(audience: str) -> str:
    """Return the words that pick people by gender, age or family, unless they told us."""
    found = PEOPLE_NAMED.search(audience)
    return found.group() if found and not TOLD.search(audience) else ""


def browsing(text: str) -> str:
    """Return the words that speak of browsing, unless the customer raises it."""
    found = BROWSING.search(text)
    return found.group() if found and not RAISED.search(text) else ""


def consent(audience: str) -> str:
    """Return the words that say that people consent.

    >>> consent("Gold tier with text consent")
    'consent'
    """
    found = CONSENT.search(audience)
    return found.group() if found else ""
