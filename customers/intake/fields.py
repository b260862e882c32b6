"""Our fields: what each kind of file may say about a row, and what is expected of each value.

Kinds and rules are plain data; `readers` turns text into their types. A floor above declares a
kind of its own with the same words.
"""

import re
from datetime import timedelta
from typing import NamedTuple

from customers.intake.codes import COUNTRIES, CURRENCIES
from strategy.language.events import EVENT_KINDS

CLOCK_SKEW = timedelta(minutes=10)
"""How far ahead of ours a sender's clock may be; a later moment lies in the future."""


class Formats(NamedTuple):
    """How a file writes moments and numbers.

    `at` is "iso" or a strptime format for moments and days; `zone` the IANA zone of moments
    that name none; `decimal` the decimal mark, "." or ",".
    """

    at: str = "iso"
    zone: str = "UTC"
    decimal: str = "."


class Text(NamedTuple):
    """Text of at most `longest` characters."""

    longest: int = 200

    def expected(self, _formats: Formats) -> str:
        return f"text of at most {self.longest} characters"


class Moment(NamedTuple):
    """A point in time from 1900 on, to the microsecond, not in the future."""

    def expected(self, formats: Formats) -> str:
        if formats.at == "iso":
            return "a moment such as 2026-11-25 14:30:00"
        return f"a moment written as {formats.at}"


class Day(NamedTuple):
    """A calendar day from 1900 on, not in the future unless it `may_be_ahead`."""

    may_be_ahead: bool = False

    def expected(self, formats: Formats) -> str:
        return "a day such as 2026-11-25" if formats.at == "iso" else f"a day as {formats.at}"


class Money(NamedTuple):
    """An exact amount, to 4 decimal places and 14 digits before them.

    `below_zero_when` names a field and its one value with which the amount is money given back:
    it is kept below zero, whichever sign it was sent with. Every other amount is not negative.
    """

    below_zero_when: tuple[str, str] | None = None

    def expected(self, formats: Formats) -> str:
        return f"an amount such as 1234{formats.decimal}50, at most 4 decimals"

    @property
    def sign(self) -> str:
        """What is expected where the amount is negative."""
        if self.below_zero_when is None:
            return "an amount that is not negative"
        return "an amount that is not negative, unless {} is {}".format(*self.below_zero_when)


class Rate(NamedTuple):
    """A rate above 0, to 10 decimal places and 10 digits before them."""

    def expected(self, formats: Formats) -> str:
        return f"a rate above 0 such as 1{formats.decimal}0842, at most 10 decimals"


class Whole(NamedTuple):
    """A whole number of at most 9 digits."""

    def expected(self, _formats: Formats) -> str:
        return "a whole number of at most 9 digits"


class Number(NamedTuple):
    """A finite number, kept as a 64-bit float.

    `ten_when` names a field and its one value with which the number is a whole one from 0 to 10,
    as in "How likely are you to recommend us?".
    """

    ten_when: tuple[str, str] | None = None

    @property
    def scale(self) -> str:
        """What is expected where the number is a whole one from 0 to 10."""
        return "a whole number from 0 to 10" + (
            ", as {} is {}".format(*self.ten_when) if self.ten_when else ""
        )

    def expected(self, formats: Formats) -> str:
        return f"a number such as 12{formats.decimal}5"


class Choice(NamedTuple):
    """One of a closed list, in any letter case; `upper` says which case the list is in."""

    options: frozenset[str]
    sentence: str
    upper: bool = False

    def expected(self, _formats: Formats) -> str:
        return self.sentence


class YesNo(NamedTuple):
    """Yes or no."""

    def expected(self, _formats: Formats) -> str:
        return "yes or no (also true, false, y, n, 1, 0)"


class Email(NamedTuple):
    """An e-mail address, as sent."""

    def expected(self, _formats: Formats) -> str:
        return "an e-mail address such as ada@example.org"


class Phone(NamedTuple):
    """A phone number, as sent."""

    def expected(self, _formats: Formats) -> str:
        return "a phone number of 5 to 15 digits such as +44 20 7946 0018"


Rule = Text | Moment | Day | Money | Rate | Whole | Number | Choice | YesNo | Email | Phone


class Field(NamedTuple):
    """One of our fields.

    `identifies` says that placeholders such as "n/a" or "anonymous" in it mean nobody: empty.
    """

    name: str
    rule: Rule
    identifies: bool = False


class Family(NamedTuple):
    """Fields with a free part: "consent" with 2 parts is consent.<channel>.<purpose>."""

    prefix: str
    parts: tuple[str, ...]
    rule: Rule

    @property
    def shape(self) -> str:
        """How its fields are written.

        >>> Family("outcome", ("measure",), Number()).shape
        'outcome.<measure>'
        """
        return ".".join((self.prefix, *(f"<{part}>" for part in self.parts)))


class Kind(NamedTuple):
    """What a file holds: its fields, and those that no row may leave empty.

    A file without a column for `named_by_place` gets "<12 hex digits of its hash>:<row>" there:
    each row is its own person. Rows without `hashed` carry a hash of their content beside it.
    """

    name: str
    fields: tuple[Field, ...]
    required: tuple[str, ...]
    families: tuple[Family, ...] = ()
    named_by_place: str | None = None
    hashed: str | None = None

    @property
    def is_of_people(self) -> bool:
        """Say whether its rows speak of people: whether they have an `external_id`."""
        return any(field.name == "external_id" for field in self.fields)

    def field(self, name: str) -> Field | None:
        """Return the field of that name, or None if this kind has none."""
        for field in self.fields:
            if field.name == name:
                return field
        prefix, *parts = name.split(".")
        for family in self.families:
            fits = family.prefix == prefix and len(parts) == len(family.parts)
            if fits and all(re.fullmatch(r"[\w-]{1,60}", part) for part in parts):
                return Field(name, family.rule)
        return None

    def names(self) -> list[str]:
        """Return the names and shapes of all fields, in their order."""
        return [field.name for field in self.fields] + [family.shape for family in self.families]


EVENT_KIND = Choice(frozenset(EVENT_KINDS), f"one of {', '.join(EVENT_KINDS)}")
ARM = Choice(frozenset({"treated", "holdout"}), "treated or holdout")
COUNTRY = Choice(COUNTRIES, "a two-letter ISO 3166 country code such as GB", upper=True)
CURRENCY = Choice(CURRENCIES, "a three-letter ISO 4217 currency code such as GBP", upper=True)

RECORDS = Kind(
    name="records",
    fields=(
        Field("external_id", Text(), identifies=True),
        Field("email", Email(), identifies=True),
        Field("phone", Phone(), identifies=True),
        Field("loyalty_card", Text(), identifies=True),
        Field("payment_token", Text(), identifies=True),
        Field("wifi_device", Text(), identifies=True),
        Field("account_id", Text(), identifies=True),
        Field("given_name", Text()),
        Field("family_name", Text()),
        Field("full_name", Text()),
        Field("born_on", Day()),
        Field("address", Text(longest=500)),
        Field("city", Text()),
        Field("postcode", Text()),
        Field("country", COUNTRY),
        Field("updated_at", Moment()),
    ),
    required=("external_id",),
    families=(
        Family("consent", ("channel", "purpose"), YesNo()),
        Family("prefers", ("name",), Text()),
    ),
    named_by_place="external_id",
)

EVENTS = Kind(
    name="events",
    fields=(
        Field("event", EVENT_KIND),
        Field("event_id", Text()),
        Field("external_id", Text(), identifies=True),
        Field("at", Moment()),
        Field("channel", Text()),
        Field("initiative", Text()),
        Field("arm", ARM),
        Field("order_id", Text()),
        Field("amount", Money(below_zero_when=("event", "return"))),
        Field("currency", CURRENCY),
        Field("quantity", Whole()),
        Field("product", Text()),
        Field("category", Text()),
        Field("store", Text()),
        Field("score", Number(ten_when=("event", "survey_answer"))),
        Field("transactional", YesNo()),
    ),
    required=("event", "at"),
    hashed="event_id",
)

RATES = Kind(
    name="rates",
    fields=(
        Field("on", Day()),
        Field("base", CURRENCY),
        Field("currency", CURRENCY),
        Field("rate", Rate()),
    ),
    required=("on", "base", "currency", "rate"),
)
"""What one unit of `base` bought of `currency` on a day."""
RATE_DAYS = 7
"""For how many days after its own a rate is taken where no later one is there."""
CONSENTS = Kind(
    name="consents",
    fields=(
        Field("source", Text()),
        Field("external_id", Text(), identifies=True),
        Field("channel", Text(longest=60)),
        Field("purpose", Text(longest=60)),
        Field("answer", YesNo()),
        Field("told_at", Moment()),
        Field("evidence", Text()),
    ),
    required=("external_id", "channel", "purpose", "answer", "told_at"),
)
