"""The overview and reports; the pages of an initiative, a department's week and a customer."""

from typing import Any
from uuid import uuid4

from customers.actions.looks import ASKED_FOR_DATA
from tests.matrix.everything import Everything

TABLE = """
method address             out  exec head othr memb anal asso priv admi inac

GET    overview            in   200  200  200  200  200  200  200  200  in
POST   overview            in   405  405  405  405  405  405  405  405  in
GET    strategy            in   200  200  200  200  200  200  200  200  in
POST   strategy            in   405  405  405  405  405  405  405  405  in
GET    breaches            in   200  200  200  200  200  200  200  200  in
POST   breaches            in   405  405  405  405  405  405  405  405  in

GET    initiatives         in   200  200  200  200  200  200  200  200  in
POST   initiatives         in   405  405  405  405  405  405  405  405  in
GET    initiative          in   200  200  200  200  200  200  200  200  in
POST   initiative          in   405  405  405  405  405  405  405  405  in
GET    initiative_decide   in   on   on   on   on   on   on   on   on   in
POST   initiative_decide   in   on   on   403  403  403  403  403  on   in
GET    week                in   200  200  200  200  200  200  200  200  in
POST   week                in   405  405  405  405  405  405  405  405  in

GET    reports             in   200  200  200  200  200  200  200  200  in
POST   reports             in   405  405  405  405  405  405  405  405  in
GET    cohorts             in   200  200  200  200  200  200  200  200  in
POST   cohorts             in   405  405  405  405  405  405  405  405  in
GET    measure             in   200  200  200  200  200  200  200  200  in
POST   measure             in   405  405  405  405  405  405  405  405  in
GET    measure_csv         in   200  200  200  200  200  200  200  200  in
POST   measure_csv         in   405  405  405  405  405  405  405  405  in

GET    pressure            in   200  200  200  200  200  200  200  200  in
POST   pressure            in   405  405  405  405  405  405  405  405  in

GET    portfolio           in   200  200  200  200  200  200  200  200  in
POST   portfolio           in   405  405  405  405  405  405  405  405  in
GET    evaluate            in   200  200  200  200  200  403  403  200  in
POST   evaluate            in   422  422  422  422  422  403  403  422  in
GET    evaluation          in   404  404  404  404  404  403  403  404  in
POST   evaluation          in   404  404  404  404  404  403  403  404  in
GET    claims              in   200  200  200  200  200  200  200  200  in
POST   claims              in   405  405  405  405  405  405  405  405  in
GET    claim               in   200  200  200  200  200  200  200  200  in
POST   claim               in   405  405  405  405  405  405  405  405  in
GET    claim_new           in   200  200  200  200  200  200  200  200  in
POST   claim_new           in   422  422  422  422  422  422  422  422  in
GET    claim_file          in   200  200  200  200  200  200  200  200  in
POST   claim_file          in   405  405  405  405  405  405  405  405  in

GET    customer            in   200  200  200  200  200  200  200  200  in
POST   customer            in   405  405  405  405  405  405  405  405  in
GET    customer_wrong_link in   405  405  405  405  405  405  405  405  in
POST   customer_wrong_link in   403  on   on   on   on   on   on   on   in

GET    customer_reveal     in   405  405  405  405  405  405  405  405  in
POST   customer_reveal     in   403  on   on   on   403  on   on   on   in
"""


def places(made: Everything) -> dict[str, list[Any]]:
    return {
        "initiative": [made.draft.pk],
        "initiative_decide": [made.live.pk],
        "week": ["marketing"],
        "measure": ["conversion_rate"],
        "measure_csv": ["conversion_rate"],
        "evaluation": [uuid4()],
        **{page: [made.claim.pk] for page in ("claim", "claim_file")},
        **{page: [made.record.customer.public_id] for page in ("customer", "customer_wrong_link")},
        "customer_reveal": [made.customer],
    }


def sent(made: Everything) -> dict[str, dict[str, Any]]:
    return {
        "initiative_decide": {"choice": "stop", "reason": "It harms."},
        "customer_wrong_link": {"record": made.second_record.pk, "reason": "Two people"},
        "customer_reveal": {"reason": ASKED_FOR_DATA},
    }
