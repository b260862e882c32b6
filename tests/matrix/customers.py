"""Sources, imports, links, privacy; and what machines and customers themselves are answered."""

from typing import Any

from customers.actions.looks import ASKED_FOR_DATA
from customers.actions.unsubscribing import Link, token_of
from tests.factories.customers import RecordFactory
from tests.matrix.everything import Everything

TABLE = """
method address             out  exec head othr memb anal asso priv admi inac

GET    webhook             404  404  404  404  404  404  404  404  404  404
POST   webhook             404  404  404  404  404  404  404  404  404  404
GET    feedback            405  405  405  405  405  405  405  405  405  405
POST   feedback            401  401  401  401  401  401  401  401  401  401
GET    unsubscribe         200  200  200  200  200  200  200  200  200  200
POST   unsubscribe         200  200  200  200  200  200  200  200  200  200
GET    live_events         405  405  405  405  405  405  405  405  405  405
POST   live_events         400  400  400  400  400  400  400  400  400  400
GET    live_events_metrics 405  405  405  405  405  405  405  405  405  405
POST   live_events_metrics 200  200  200  200  200  200  200  200  200  200

GET    customers           in   200  200  200  200  200  200  200  200  in
POST   customers           in   200  200  200  200  200  200  200  200  in

GET    sources             in   200  200  200  403  200  403  403  200  in
POST   sources             in   405  405  405  405  405  405  405  405  in
GET    source              in   200  200  200  403  200  403  403  200  in
POST   source              in   405  405  405  405  405  405  405  405  in
GET    source_new          in   403  403  403  403  200  403  403  200  in
POST   source_new          in   403  403  403  403  422  403  403  422  in
GET    source_edit         in   403  403  403  403  200  403  403  200  in
POST   source_edit         in   403  403  403  403  422  403  403  422  in
GET    source_key_new      in   405  405  405  405  405  405  405  405  in
POST   source_key_new      in   403  403  403  403  200  403  403  200  in
GET    source_key_retire   in   405  405  405  405  405  405  405  405  in
POST   source_key_retire   in   403  403  403  403  on   403  403  on   in
GET    imports             in   200  200  200  403  200  403  403  200  in
POST   imports             in   403  403  403  403  422  403  403  422  in
GET    import              in   200  200  200  403  200  403  403  200  in
POST   import              in   405  405  405  405  405  405  405  405  in
GET    import_start        in   405  405  405  405  405  405  405  405  in
POST   import_start        in   403  403  403  403  on   403  403  on   in
GET    import_cancel       in   405  405  405  405  405  405  405  405  in
POST   import_cancel       in   403  403  403  403  on   403  403  on   in
GET    import_errors       in   403  403  403  403  200  403  403  200  in
POST   import_errors       in   405  405  405  405  405  405  405  405  in

GET    links               in   403  403  403  403  200  403  200  200  in
POST   links               in   405  405  405  405  405  405  405  405  in
GET    link                in   403  403  403  403  200  403  200  200  in
POST   link                in   405  405  405  405  405  405  405  405  in
GET    link_answer         in   405  405  405  405  405  405  405  405  in
POST   link_answer         in   403  403  403  403  on   403  on   on   in
GET    link_reveal         in   405  405  405  405  405  405  405  405  in
POST   link_reveal         in   403  403  403  403  403  403  on   on   in
GET    links_undo          in   405  405  405  405  405  405  405  405  in
POST   links_undo          in   403  403  403  403  on   403  on   on   in
GET    links_made          in   403  403  403  403  200  403  200  200  in
POST   links_made          in   405  405  405  405  405  405  405  405  in
GET    links_made_undo     in   405  405  405  405  405  405  405  405  in
POST   links_made_undo     in   403  403  403  403  on   403  on   on   in

GET    looks               in   403  403  403  403  403  403  200  200  in
POST   looks               in   405  405  405  405  405  405  405  405  in
GET    looks_csv           in   403  403  403  403  403  403  200  200  in
POST   looks_csv           in   405  405  405  405  405  405  405  405  in
GET    consents            in   403  403  403  403  200  403  200  200  in
POST   consents            in   405  405  405  405  405  405  405  405  in
GET    consents_csv        in   403  403  403  403  200  403  200  200  in
POST   consents_csv        in   405  405  405  405  405  405  405  405  in
GET    erasures            in   403  403  403  403  403  403  200  200  in
POST   erasures            in   405  405  405  405  405  405  405  405  in
GET    erasure             in   403  403  403  403  403  403  200  200  in
POST   erasure             in   405  405  405  405  405  405  405  405  in
GET    erasure_json        in   403  403  403  403  403  403  200  200  in
POST   erasure_json        in   405  405  405  405  405  405  405  405  in
GET    customer_privacy    in   403  200  200  200  403  200  200  200  in
POST   customer_privacy    in   405  405  405  405  405  405  405  405  in
GET    customer_consent    in   405  405  405  405  405  405  405  405  in
POST   customer_consent    in   403  on   on   on   403  on   on   on   in
GET    customer_copy       in   405  405  405  405  405  405  405  405  in
POST   customer_copy       in   403  403  403  403  403  403  200  200  in
GET    customer_erase      in   405  405  405  405  405  405  405  405  in
POST   customer_erase      in   403  403  403  403  403  403  on   on   in
"""


def places(made: Everything) -> dict[str, list[Any]]:
    return {
        "live_events": ["track"],
        "live_events_metrics": ["m"],
        "webhook": ["shop", "mailgun"],
        "feedback": ["shop"],
        "unsubscribe": [token_of(Link(RecordFactory.create().pk, "email"))],
        **{name: [made.source.key] for name in ("source", "source_edit", "source_key_new")},
        "source_key_retire": [made.source.key, made.write_key.pk],
        "import": [made.file_import.pk],
        **{f"import_{step}": [made.file_import.pk] for step in ("start", "cancel", "errors")},
        **{page: [made.proposal.pk] for page in ("link", "link_answer", "link_reveal")},
        **{page: [made.erasure.customer] for page in ("erasure", "erasure_json")},
        **{f"customer_{page}": [made.customer] for page in ("privacy", "consent", "copy", "erase")},
    }


def sent(made: Everything) -> dict[str, dict[str, Any]]:
    return {
        "customer_copy": {"reason": ASKED_FOR_DATA},
        "link_answer": {"answer": "apart"},
        "link_reveal": {"reason": ASKED_FOR_DATA},
        "customer_consent": {
            "channel": "email",
            "purpose": "news",
            "answer": "no",
            "evidence": "Rang.",
        },
        "customer_erase": {"confirmation": str(made.customer)},
    }
