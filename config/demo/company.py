"""Who works at the demo retailer, what it has agreed, what it wants and what it will not bear.

Days are counted from the end of the history (`until`): -11 is eleven days before it.
"""

from datetime import time
from typing import NamedTuple

from config.demo.people import DESK, MAIL, TILLS, WEB

NAME = "Larkfield Home & Hardware"
SEED = 1
"""The seed of the retailer that a fresh installation shows."""


class Department(NamedTuple):
    """A department, its head, and on which day it signed the sheet (None: not yet)."""

    key: str
    name: str
    head: str
    signed: int | None


class Person(NamedTuple):
    """Somebody who may sign in; `department` is None for roles in the whole company."""

    email: str
    name: str
    title: str
    role: str
    department: str | None


class Source(NamedTuple):
    """A system that sends data; older than `promise_hours` they are stale.

    `owner` is an e-mail; of the identifiers that it sends it confirms some and claims the others.
    """

    key: str
    name: str
    department: str
    owner: str
    feeds: str
    promise_hours: int
    trust_rank: int
    confirms: tuple[str, ...]
    claims: tuple[str, ...]


class Term(NamedTuple):
    """One of the five kinds: what it uses, an example, and whether it is personalisation."""

    kind: str
    test: str
    example: str
    counts: str


class Rule(NamedTuple):
    """A do or a don't; `check` names the machine check that watches it, if one does."""

    polarity: str
    text: str
    check: str = ""


class Goal(NamedTuple):
    """A goal relative to its baseline: the measure's own reading a year before the history ends.

    Over the year the company grew and mailed more people, so that orders per customer seen hardly
    moved, while baskets grew and complaints fell.

    Attributes:
        key, name: as initiatives and pages refer to it.
        measure: key of the measure.
        department: None where it is everybody's.
        owner: e-mail.
        commit, target: what must and what should be reached, as multiples of the baseline.
        on_track: where the generated data stand at the end of the history, on a straight line.

    """

    key: str
    name: str
    measure: str
    department: str | None
    owner: str
    commit: float
    target: float
    on_track: bool


class Guardrail(NamedTuple):
    """The company's limit in the measure's unit, and a test's margin relative to the holdout."""

    measure: str
    limit: float
    margin: float


DEPARTMENTS = (
    Department("ecommerce", "Ecommerce", "priya.nair@larkfield.example", -11),
    Department("stores", "Stores", "alun.pryce@larkfield.example", -10),
    Department("service", "Customer service", "mei.tan@larkfield.example", None),
    Department("marketing", "Marketing", "tom.reyes@larkfield.example", -11),
    Department("data", "Data and privacy", "ines.duarte@larkfield.example", -9),
    Department("merchandising", "Merchandising", "joe.abara@larkfield.example", None),
)

EXECUTIVE = "dana.okafor@larkfield.example"

PEOPLE = (
    Person(EXECUTIVE, "Dana Okafor", "Chief customer officer", "executive", None),
    Person("priya.nair@larkfield.example", "Priya Nair", "Head of ecommerce", "head", "ecommerce"),
    Person("alun.pryce@larkfield.example", "Alun Pryce", "Head of stores", "head", "stores"),
    Person("mei.tan@larkfield.example", "Mei Tan", "Head of customer service", "head", "service"),
    Person("tom.reyes@larkfield.example", "Tom Reyes", "Head of marketing", "head", "marketing"),
    Person("ines.duarte@larkfield.example", "Ines Duarte", "Head of data", "head", "data"),
    Person("ines.duarte@larkfield.example", "Ines Duarte", "Head of data", "analyst", None),
    Person(
        *("joe.abara@larkfield.example", "Joe Abara", "Head of merchandising"),
        *("head", "merchandising"),
    ),
    Person("ruth.lister@larkfield.example", "Ruth Lister", "Site planner", "member", "ecommerce"),
    Person("bryn.hale@larkfield.example", "Bryn Hale", "Adviser, York", "associate", "stores"),
    Person(
        *("nell.adeyemi@larkfield.example", "Nell Adeyemi", "Data-protection officer"),
        *("privacy", None),
    ),
    Person("sam.field@larkfield.example", "Sam Field", "Systems", "admin", None),
)
"""One row for each role; who has two roles has two rows with the same e-mail."""

SOURCES = (
    Source(
        WEB,
        "Web shop",
        "ecommerce",
        owner="priya.nair@larkfield.example",
        feeds="Online orders, visits and basket mails",
        promise_hours=24,
        trust_rank=2,
        confirms=("email",),
        claims=("phone", "loyalty_card"),
    ),
    Source(
        TILLS,
        "Tills and loyalty card",
        "stores",
        owner="alun.pryce@larkfield.example",
        feeds="Store orders and texts",
        promise_hours=24,
        trust_rank=1,
        confirms=("loyalty_card",),
        claims=("email", "phone"),
    ),
    Source(
        MAIL,
        "Email and text platform",
        "marketing",
        owner="tom.reyes@larkfield.example",
        feeds="Contacts, opens and opt-outs",
        promise_hours=24,
        trust_rank=3,
        confirms=("email",),
        claims=("loyalty_card",),
    ),
    Source(
        DESK,
        "Service desk",
        "service",
        owner="mei.tan@larkfield.example",
        feeds="Cases, complaints and calls",
        promise_hours=48,
        trust_rank=4,
        confirms=(),
        claims=("email", "loyalty_card"),
    ),
)
"""The till reads cards, and addresses answer a mail; what a caller or a form says is claimed."""

SHEET_VERSION = 4
PUBLISHED = -11
REVIEW = 170
"""The days on which Dana Okafor published the sheet, and on which it is read again."""

VISION = "Relationships that last longer than one sale."
DEFINITION = (
    "Personalisation is using what one customer has told us or done with us, with their consent, "
    "to serve that customer better next time, whichever department they meet."
)

TERMS = (
    Term("segmentation", "What a group has in common", "Gold tier text messages", "no"),
    Term("customisation", "What the customer sets or picks", "Paint colour builder", "no"),
    Term("localisation", "Where the customer is", "Winter range by postcode", "no"),
    Term("contextualisation", "What is happening right now", "Weather-led home page", "helps"),
    Term(
        *("personalisation", "What this one person told us or did with us"),
        *("Bulb and battery reminder", "yes"),
    ),
)

RULES = (
    Rule("do", "Put an open problem right before selling anything.", "service_before_selling"),
    Rule("do", "Say why: “you bought these bulbs in May”."),
    Rule("do", "Keep one customer in ten out, so we know what worked.", "holdout_at_least"),
    Rule(
        *("do", "Show something new at least one time in four (active, not only passive)."),
        "one_in_four_active",
    ),
    Rule("do", "Stop when the customer has bought, in any channel."),
    Rule("do", "Name the one measure that shall move.", "success_measure_required"),
    Rule("do", "Watch what it costs the customer: at least one guardrail.", "guardrail_required"),
    Rule("do", "Set the first and the last day before the first.", "window_needed"),
    Rule(
        *("dont", "Call it personalisation when it uses only a group, a place or the weather."),
        "name_agrees_with_kind",
    ),
    Rule(
        *("dont", "Contact anyone more than three times a week, all departments together."),
        "contact_cap",
    ),
    Rule("dont", "Contact anyone again within a day, whoever it was.", "contact_gap"),
    Rule(
        *("dont", "Mention online browsing in store unless the customer raises it."),
        "no_browsing_in_store",
    ),
    Rule("dont", "Chase a basket more than once.", "chase_basket_once"),
    Rule("dont", "Guess gender, age or family from purchases.", "no_guessing"),
    Rule("dont", "Go without a holdout, unless you can say why.", "holdout_or_reason"),
    Rule("dont", "Market by email, text, post, call or app without consent.", "consent_required"),
    Rule("dont", "Market between nine in the evening and eight in the morning.", "quiet_hours"),
    Rule("do", "Ask the owner of each goal before anything is agreed.", "goal_owner_approves"),
    Rule("do", "Ask the data team before anything is agreed.", "data_team_approves"),
    Rule("dont", "Report an uplift without its interval and its window."),
)

CONTACT_CAP, CONTACT_GAP_HOURS, HOLDOUT_SHARE = 3, 24, 0.1
EXEMPT = ("service", "order confirmations", "recalls")
QUIET = (time(21), time(8))
"""The contact policy: contacts a week, hours between two, smallest holdout, what is not counted,
and the quiet hours, which the sheet before the last did not have."""

GUARDRAILS = (
    Guardrail("opt_outs", limit=3.0, margin=0.35),
    Guardrail("contacts_per_week", limit=3.0, margin=0.25),
    Guardrail("complaint_rate", limit=18.0, margin=0.25),
)

GOAL_STARTS, GOAL_DUE = -364, 42
GOAL_WINDOW = 91
"""Days on which the baseline was read and the goal is due, and days that a reading covers."""

GOALS = (
    Goal(
        *("again", "Known customers who buy when they visit", "conversion_rate", "ecommerce"),
        *("priya.nair@larkfield.example", 1.10, 1.15),
        on_track=False,
    ),
    Goal(
        *("linked", "Orders that a known customer makes", "orders_per_customer", "stores"),
        *("alun.pryce@larkfield.example", 1.10, 1.20),
        on_track=False,
    ),
    Goal(
        *("relevant", "Fewer customers who leave our letters", "opt_outs", "marketing"),
        *("tom.reyes@larkfield.example", 0.90, 0.80),
        on_track=False,
    ),
    Goal(
        *("first", "Fewer orders that end in a complaint", "complaint_rate", "service"),
        *("mei.tan@larkfield.example", 0.90, 0.85),
        on_track=True,
    ),
    Goal(
        *("seasons", "What an order is worth in every season", "average_order_value", None),
        *(EXECUTIVE, 1.05, 1.08),
        on_track=True,
    ),
)
