"""What is true of the demo retailer's initiatives, so that the verdicts can be checked.

Weeks are counted from the end of the history: -13 is thirteen weeks before it, 2 is two after.
An initiative changes how often treated customers order, and how often and how irritatingly they
are contacted. Verdicts come from the data that follow; nothing in the data is set to a result.
"""

from typing import NamedTuple

from config.demo.people import MAIL, TILLS, WEB


class Contacting(NamedTuple):
    """How an initiative reaches treated customers.

    Attributes:
        sender: source whose system delivers, so also the department that answers for it.
        channel: as events name it.
        instead: share of the customer's routine e-mails that it takes the place of, 0 to 1.
        moments: occasions per customer and week on top of that.
        hours: delays of the contacts that each occasion sets off.
        irritation: chance of an opt-out relative to a weekly letter.
        day: of the week, 0 to 6 from the weekday on which the history ends, or None: any.

    """

    sender: str
    channel: str
    instead: float = 0.0
    moments: float = 0.0
    hours: tuple[int, ...] = (0,)
    irritation: float = 1.0
    day: int | None = None


class Initiative(NamedTuple):
    """One initiative: what a department logs about it, and what is true.

    Attributes:
        key: names it in files.
        notice: what the customer will notice.
        department, owner: keys in company.DEPARTMENTS and e-mail in company.PEOPLE.
        uses: data it really uses: group, choice, place, moment, history.
        audience: in words; `audience_source` is the source whose customers are assigned.
        holdout_share: 0 to 1; with 0 there is a `no_holdout_reason`.
        success, guardrails: keys of measures; `further` are success measures, too.
        places: stores that get it where chance chose none; nobody is assigned then.
        smallest_effect: relative change worth having, 0.05 for 5%.
        starts, ends: the window `[starts, ends)` in weeks from the end of the history.
        goals: keys in company.GOALS.
        order_effect: true relative change of a treated customer's order rate in the window.
        contacting: how it reaches people, or None where it sends nothing.
        lost_town: rows of treated customers of this town were lost after the assignment.
        expected: the verdict at the planned end; "" while it is planned or runs.
        waiver: (machine check, reason) of a rule that it breaks with leave.
        cost: all that it cost, in pounds; 0 where its department does not say.

    """

    key: str
    name: str
    notice: str
    department: str
    owner: str
    uses: tuple[str, ...]
    mode: str
    channel: str
    audience: str
    audience_source: str
    holdout_share: float
    success: str
    guardrails: tuple[str, ...]
    smallest_effect: float
    starts: int
    ends: int
    goals: tuple[str, ...]
    further: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    no_holdout_reason: str = ""
    order_effect: float = 0.0
    contacting: Contacting | None = None
    lost_town: str = ""
    expected: str = ""
    waiver: tuple[str, str] | None = None
    cost: int = 0


GOLD = Initiative(
    key="gold-tier-texts",
    name="Gold tier text messages",
    notice="A text every week with the gold tier’s offer.",
    department="marketing",
    owner="tom.reyes@larkfield.example",
    uses=("group",),
    mode="passive",
    channel="text",
    audience="Gold tier: three orders or more in the last year, with consent.",
    audience_source=MAIL,
    holdout_share=0.5,
    success="conversion_rate",
    guardrails=("opt_outs", "contacts_per_week"),
    smallest_effect=0.05,
    starts=-46,
    ends=-34,
    goals=("again",),
    order_effect=-0.30,
    contacting=Contacting(MAIL, "text", moments=0.4, irritation=1.4),
    expected="Harm",
    cost=2_900,
)

BULB = Initiative(
    key="bulb-and-battery-reminder",
    name="Bulb and battery reminder",
    notice="“You bought these bulbs in May”: a reminder before they run out.",
    department="marketing",
    owner="tom.reyes@larkfield.example",
    uses=("history",),
    mode="passive",
    channel="email",
    audience="Mail subscribers who ordered in the last year.",
    audience_source=MAIL,
    holdout_share=0.5,
    success="conversion_rate",
    further=("revenue_per_customer",),
    guardrails=("opt_outs", "contacts_per_week"),
    smallest_effect=0.05,
    starts=-32,
    ends=-16,
    goals=("again", "relevant"),
    order_effect=0.22,
    contacting=Contacting(MAIL, "email", instead=0.9, irritation=0.05),
    expected="Win",
    cost=1_800,
)

WEATHER = Initiative(
    key="weather-led-home-page",
    name="Weather-led home page",
    notice="The home page shows what suits today’s weather.",
    department="ecommerce",
    owner="priya.nair@larkfield.example",
    uses=("moment", "place"),
    mode="passive",
    channel="website",
    audience="Customers with an account in the web shop.",
    audience_source=WEB,
    holdout_share=0.1,
    success="conversion_rate",
    guardrails=("contacts_per_week",),
    smallest_effect=0.05,
    starts=-24,
    ends=-12,
    goals=("seasons",),
    expected="Unproven",
)

TILL_PROMPT = Initiative(
    key="last-seen-prompt",
    name="Last-seen prompt at the till",
    notice="Staff ask how the last thing bought here turned out.",
    department="stores",
    owner="alun.pryce@larkfield.example",
    uses=("history",),
    mode="passive",
    channel="till",
    audience="Loyalty card holders.",
    audience_source=TILLS,
    holdout_share=0.5,
    success="conversion_rate",
    guardrails=("complaint_rate",),
    smallest_effect=0.05,
    starts=-20,
    ends=-8,
    goals=("linked",),
    lost_town="Hull",
    expected="Hold",
)

PAINT = Initiative(
    key="paint-colour-builder",
    name="Paint colour builder",
    notice="A page on which customers mix their own colours.",
    department="ecommerce",
    owner="priya.nair@larkfield.example",
    uses=("choice",),
    mode="active",
    channel="website",
    audience="Web shop customers who ordered in the last half year.",
    audience_source=WEB,
    holdout_share=0.0,
    no_holdout_reason="Everybody sees the same page; a tool cannot be held back from some.",
    waiver=("holdout_at_least", "One page for everybody; the next version is built in two."),
    success="revenue_per_customer",
    guardrails=("complaint_rate",),
    smallest_effect=0.03,
    starts=-18,
    ends=-6,
    goals=("seasons",),
    expected="Not measured",
)

BASKET = Initiative(
    key="basket-rescue",
    name="Basket rescue, three emails",
    notice="Three emails about a basket left behind: after an hour, a day and three days.",
    department="ecommerce",
    owner="priya.nair@larkfield.example",
    uses=("moment",),
    mode="passive",
    channel="email",
    audience="Web shop customers who may be e-mailed.",
    audience_source=WEB,
    holdout_share=0.2,
    success="conversion_rate",
    guardrails=("opt_outs", "contacts_per_week"),
    smallest_effect=0.05,
    starts=-13,
    ends=-1,
    goals=("again",),
    order_effect=0.33,
    contacting=Contacting(WEB, "email", moments=0.05, hours=(1, 24, 72), irritation=6.5),
    expected="Hollow win",
    waiver=("chase_basket_once", "Agreed as a test of twelve weeks, to settle the argument."),
    cost=6_400,
)

WIFI = Initiative(
    key="store-wifi-welcome",
    name="Store wi-fi welcome",
    notice="A text with the store’s news when their phone joins the wi-fi.",
    department="stores",
    owner="alun.pryce@larkfield.example",
    uses=("moment", "place"),
    mode="passive",
    channel="text",
    audience="Northern loyalty card holders who may be contacted.",
    audience_source=TILLS,
    holdout_share=0.5,
    success="conversion_rate",
    guardrails=("opt_outs",),
    smallest_effect=0.05,
    starts=-9,
    ends=-1,
    goals=("linked",),
    contacting=Contacting(TILLS, "text", moments=0.16, day=5, irritation=0.3),
    expected="Unproven",
)

WINTER = Initiative(
    key="winter-range-by-postcode",
    name="Winter range by postcode",
    notice="The weekly letter leads with the winter range where winter is harder.",
    department="marketing",
    owner="tom.reyes@larkfield.example",
    uses=("place",),
    mode="passive",
    channel="email",
    audience="Mail subscribers with a northern postcode.",
    audience_source=MAIL,
    holdout_share=0.5,
    success="conversion_rate",
    guardrails=("opt_outs", "contacts_per_week"),
    smallest_effect=0.05,
    starts=-7,
    ends=2,
    goals=("relevant",),
    contacting=Contacting(MAIL, "email", instead=0.7, day=4),
)

BLACK_FRIDAY = Initiative(
    key="black-friday-early-access",
    name="Black Friday early access",
    notice="The gold tier may order a day before everybody else.",
    department="marketing",
    owner="tom.reyes@larkfield.example",
    uses=("group",),
    mode="passive",
    channel="email",
    audience="Gold tier: three orders or more in the last year, with consent.",
    audience_source=MAIL,
    holdout_share=0.1,
    success="revenue_per_customer",
    guardrails=("opt_outs", "contacts_per_week"),
    smallest_effect=0.05,
    starts=1,
    ends=3,
    goals=("seasons",),
)

NEW_FOR_YOU = Initiative(
    key="something-new-for-you",
    name="Something new for you",
    notice="One product from a department they have never bought in, with the reason for it.",
    department="ecommerce",
    owner="priya.nair@larkfield.example",
    uses=("history",),
    mode="active",
    channel="website",
    audience="Web shop customers with two orders or more.",
    audience_source=WEB,
    holdout_share=0.2,
    success="conversion_rate",
    guardrails=("complaint_rate", "opt_outs"),
    smallest_effect=0.03,
    starts=3,
    ends=15,
    goals=("seasons",),
)

CHRISTMAS = Initiative(
    key="christmas-lights-text",
    name="Christmas lights by text",
    notice="A text when the outdoor lights are in the nearest store.",
    department="stores",
    owner="alun.pryce@larkfield.example",
    uses=("group",),
    mode="passive",
    channel="text",
    audience="Who bought lighting in the last year, with text consent.",
    audience_source=TILLS,
    holdout_share=0.1,
    success="visit_rate",
    guardrails=("opt_outs", "contacts_per_week"),
    smallest_effect=0.05,
    starts=2,
    ends=4,
    goals=("seasons",),
)

PAINT_DESK = Initiative(
    key="paint-desk-adviser",
    name="Adviser at the paint desk",
    notice="An adviser mixes colours together with the customer.",
    department="stores",
    owner="alun.pryce@larkfield.example",
    uses=("choice",),
    mode="active",
    channel="store",
    audience="Everybody who comes to the paint desk.",
    audience_source=TILLS,
    holdout_share=0.0,
    no_holdout_reason="Three stores had an adviser to spare.",
    waiver=("holdout_at_least", "The stores without an adviser are what it is compared with."),
    places=("Carlisle", "Harrogate", "Lincoln"),
    success="revenue_per_customer",
    guardrails=("complaint_rate",),
    smallest_effect=0.05,
    starts=-15,
    ends=-5,
    goals=("seasons",),
    expected="Unproven",
)

INITIATIVES = (
    *(GOLD, BULB, WEATHER, TILL_PROMPT, PAINT, BASKET, WIFI, WINTER),
    *(BLACK_FRIDAY, NEW_FOR_YOU, CHRISTMAS),
)
"""Those that start after the history have no data."""

CHOSEN = (PAINT_DESK,)
"""Those whose stores somebody chose: they are compared with the others, and nobody is assigned."""

CLASHING = (WIFI.key, WINTER.key)
"""Two departments, the same northern customers, letters on one day and texts on the next."""
