"""Sound beginnings of initiatives, department by department, to be filled in and changed.

They say what kinds of data are used, how many are held out and which measure decides; names,
days and numbers of customers are the department's own.
"""

from typing import NamedTuple


class Template(NamedTuple):
    """The answers that a form begins with.

    `department` is a department's key, `success_measure` and `guardrails` are keys of measures;
    what a company does not have is left open. `holdout` and `smallest_effect` are in per cent.
    """

    key: str
    title: str
    department: str
    notice: str
    channel: str
    uses: tuple[str, ...]
    mode: str
    audience: str
    success_measure: str
    purpose: str = "marketing"
    unit: str = "customer"
    holdout: str = "10"
    no_holdout_reason: str = ""
    smallest_effect: str = "5"


TEMPLATES: tuple[Template, ...] = (
    Template(
        key="basket-rescue",
        title="Basket rescue",
        department="ecommerce",
        notice="One email with what they left in the basket, and what others ask about it",
        channel="email",
        uses=("history",),
        mode="passive",
        audience="Customers with email consent who left a basket and have not bought since",
        success_measure="conversion_rate",
    ),
    Template(
        key="welcome",
        title="Welcome",
        department="ecommerce",
        notice="An email after the first order: how to use what they bought, and what to ask us",
        channel="email",
        uses=("history",),
        mode="active",
        audience="Customers with email consent after their first order",
        success_measure="orders_per_customer",
    ),
    Template(
        key="birthday",
        title="Birthday",
        department="marketing",
        notice="A card in the week of the birthday that they told us",
        channel="post",
        uses=("choice",),
        mode="passive",
        audience="Customers with post consent who told us their birthday",
        success_measure="visit_rate",
    ),
    Template(
        key="win-back",
        title="Win-back",
        department="marketing",
        notice="An email that says what is new in what they used to buy",
        channel="email",
        uses=("history",),
        mode="active",
        audience="Customers with email consent who have not bought for a year",
        success_measure="orders_per_customer",
    ),
    Template(
        key="letter-by-hand",
        title="A letter by hand",
        department="marketing",
        notice="A letter by hand from their store, about their last project",
        channel="post",
        uses=("history",),
        mode="active",
        audience="The store’s best customers with post consent, as its staff know them",
        success_measure="visit_rate",
        holdout="50",
    ),
    Template(
        key="clienteling",
        title="Clienteling",
        department="stores",
        notice="Staff look at the customer’s card and suggest what goes with past purchases",
        channel="store",
        uses=("history",),
        mode="active",
        audience="Customers who give their loyalty card in the stores that are trained",
        success_measure="revenue_per_customer",
        unit="store",
        holdout="50",
    ),
    Template(
        key="staff-training",
        title="Staff training",
        department="stores",
        notice="Staff who ask what the customer is working on before they sell",
        channel="store",
        uses=(),
        mode="active",
        audience="Everybody who comes to the stores that are trained",
        success_measure="conversion_rate",
        unit="store",
        holdout="50",
    ),
    Template(
        key="coffee-and-a-chat",
        title="Coffee and a chat in store",
        department="stores",
        notice="A table with coffee, a gin bar or a workshop where staff have time to talk",
        channel="store",
        uses=("place",),
        mode="active",
        audience="Everybody who comes to the stores that have one",
        success_measure="visit_rate",
        unit="store",
        holdout="50",
    ),
    Template(
        key="apology-late-order",
        title="Apology after a late order",
        department="service",
        notice="A call that says sorry, says why it was late, and asks what would help",
        channel="call",
        uses=("history",),
        mode="passive",
        audience="Customers whose order came later than promised",
        success_measure="complaint_rate",
        purpose="service",
    ),
)
