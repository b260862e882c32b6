"""What may be asked of a customer: a closed list of fields."""

from typing import Literal, NamedTuple

type Number = Literal["", "days", "least", "score", "money"]


class Field(NamedTuple):
    """One thing to ask.

    Attributes:
        name: as stored.
        label: as the form names it.
        family: of the columns whose values may be chosen; "" where there is nothing to choose.
        number: what its number means: days back, at least so many, a score of 1 to 5, an amount;
            "" where it has none.
        says: the sentence's words for people who fit; {value} and {number} are filled in.
        says_not: the words for the others.

    """

    name: str
    label: str
    family: str
    number: Number
    says: str
    says_not: str


FIELDS = {
    field.name: field
    for field in (
        Field(
            "category", "Bought in a category", "category", "days",
            "bought {value} in the last {number} days",
            "bought no {value} in the last {number} days",
        ),
        Field(
            "viewed", "Looked at a category", "viewed", "days",
            "looked at {value} in the last {number} days",
            "did not look at {value} in the last {number} days",
        ),
        Field(
            "likes_with", "Might like a category", "category", "",
            "buy what goes with {value} and have not bought it",
            "buy nothing that goes with {value}, or have bought it",
        ),
        Field("due", "Something is due again", "due", "", "are due for {value} again",
              "are not due for {value} again"),
        Field(
            "bought", "Last bought", "", "days",
            "bought in the last {number} days", "bought nothing in the last {number} days",
        ),
        Field(
            "recency", "Recency score", "", "score",
            "have a recency score of {number} or more", "have a recency score below {number}",
        ),
        Field(
            "frequency", "Frequency score", "", "score",
            "have a frequency score of {number} or more", "have a frequency score below {number}",
        ),
        Field(
            "monetary", "Spending score", "", "score",
            "have a spending score of {number} or more", "have a spending score below {number}",
        ),
        Field(
            "orders", "Days on which they bought, in a year", "", "least",
            "bought on {number} days or more in a year",
            "bought on fewer than {number} days in a year",
        ),
        Field(
            "spend", "Spent in a year", "", "money",
            "spent {number} or more in a year", "spent less than {number} in a year",
        ),
        Field(
            "channel", "Bought or visited by a channel", "channel", "days",
            "came by {value} in the last {number} days",
            "did not come by {value} in the last {number} days",
        ),
        Field(
            "store", "Came to a store", "store", "days",
            "came to {value} in the last {number} days",
            "did not come to {value} in the last {number} days",
        ),
        Field(
            "consent", "May be contacted", "consent", "",
            "may be contacted by {value}", "may not be contacted by {value}",
        ),
        Field(
            "prefers", "Told us", "prefers", "", "told us {value}", "did not tell us {value}",
        ),
        Field("country", "Lives in", "country", "", "live in {value}", "do not live in {value}"),
        Field("in", "Is in an initiative", "in", "", "are in {value}", "are not in {value}"),
        Field(
            "complaint", "Has an open complaint", "", "",
            "have an open complaint", "have no open complaint",
        ),
    )
}  # fmt: skip

SCORES = {"recency": "ordered", "frequency": "order_count", "monetary": "spend"}
"""The column that each score is made of: fifths of those who ordered in the last 365 days (Hughes,
1994, Strategic Database Marketing), as in the reports (reports/measures/rfm.py)."""

LONGEST_VALUE = 200
