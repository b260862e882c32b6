"""What the events of Segment's published specifications are called here.

E-commerce v2 (with the names of v1 that shops still send), e-mail, mobile and live chat:
https://segment.com/docs/connections/spec/, CC BY 4.0.
"""

from typing import NamedTuple

from strategy.language.events import EVENT_KINDS


class Meaning(NamedTuple):
    """The kind of an event, and the channel it happens on where its name says so."""

    kind: str
    channel: str = ""


MEANINGS = {
    "order completed": Meaning("order"),
    "completed order": Meaning("order"),
    "order refunded": Meaning("return"),
    "order cancelled": Meaning("return"),
    "products searched": Meaning("view"),
    "product list viewed": Meaning("view"),
    "product list filtered": Meaning("view"),
    "viewed product category": Meaning("view"),
    "promotion viewed": Meaning("view"),
    "promotion clicked": Meaning("view"),
    "product clicked": Meaning("view"),
    "product viewed": Meaning("view"),
    "viewed product": Meaning("view"),
    "cart viewed": Meaning("view"),
    "checkout step viewed": Meaning("view"),
    "application opened": Meaning("view", "app"),
    "experiment viewed": Meaning("view"),
    "email delivered": Meaning("contact", "email"),
    "email opened": Meaning("open", "email"),
    "email link clicked": Meaning("click", "email"),
    "email bounced": Meaning("bounce", "email"),
    "email marked as spam": Meaning("spam_report", "email"),
    "unsubscribed": Meaning("opt_out", "email"),
    "push notification received": Meaning("contact", "push"),
    "push notification tapped": Meaning("click", "push"),
    "live chat conversation started": Meaning("service_case", "chat"),
    "segment consent preference updated": Meaning("consent_change"),
}


def meaning(name: str) -> Meaning:
    """Return what an event of that name is; a name nobody published is kind "other".

    Our own kinds may be sent by their names, so that tills and desks can send what no
    specification names.

    >>> meaning("Order Completed").kind, meaning("Store Visit").kind, meaning("Signed Up").kind
    ('order', 'store_visit', 'other')
    """
    folded = " ".join(name.lower().split())
    own = folded.replace(" ", "_").replace("-", "_")
    if own in EVENT_KINDS:
        return Meaning(own)
    return MEANINGS.get(folded, Meaning("other"))
