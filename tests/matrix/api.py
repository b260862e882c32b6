"""The API's resources, for programs and for whoever is signed in."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from campaigns.api.drafts import InitiativeSerializer
from campaigns.models import Initiative
from tests.matrix.everything import Everything

TABLE = """
method address                  out  exec head othr memb anal asso priv admi inac

GET    v1:departments-list      401  200  200  200  200  200  200  200  200  401
POST   v1:departments-list      401  405  405  405  405  405  405  405  405  401
GET    v1:departments-detail    401  200  200  200  200  200  200  200  200  401
POST   v1:departments-detail    401  405  405  405  405  405  405  405  405  401
GET    v1:goals-list            401  200  200  200  200  200  200  200  200  401
POST   v1:goals-list            401  405  405  405  405  405  405  405  405  401
GET    v1:goals-detail          401  200  200  200  200  200  200  200  200  401
POST   v1:goals-detail          401  405  405  405  405  405  405  405  405  401
GET    v1:measures-list         401  200  200  200  200  200  200  200  200  401
POST   v1:measures-list         401  405  405  405  405  405  405  405  405  401
GET    v1:measures-detail       401  200  200  200  200  200  200  200  200  401
POST   v1:measures-detail       401  405  405  405  405  405  405  405  405  401
GET    v1:initiatives-list      401  200  200  200  200  200  200  200  200  401
POST   v1:initiatives-list      401  403  201  403  201  403  403  403  403  401
GET    v1:initiatives-detail    401  200  200  200  200  200  200  200  200  401
POST   v1:initiatives-detail    401  405  405  405  405  405  405  405  405  401
GET    v1:plans-list            401  200  200  200  200  200  200  200  200  401
POST   v1:plans-list            401  405  405  405  405  405  405  405  405  401
GET    v1:plans-detail          401  200  200  200  200  200  200  200  200  401
POST   v1:plans-detail          401  405  405  405  405  405  405  405  405  401
GET    v1:results-list          401  200  200  200  200  200  200  200  200  401
POST   v1:results-list          401  405  405  405  405  405  405  405  405  401
GET    v1:results-detail        401  200  200  200  200  200  200  200  200  401
POST   v1:results-detail        401  405  405  405  405  405  405  405  405  401
GET    v1:rules-list            401  200  200  200  200  200  200  200  200  401
POST   v1:rules-list            401  405  405  405  405  405  405  405  405  401
GET    v1:readings-list         401  200  200  200  200  200  200  200  200  401
POST   v1:readings-list         401  405  405  405  405  405  405  405  405  401
GET    v1:sheet-list            401  200  200  200  200  200  200  200  200  401
POST   v1:sheet-list            401  405  405  405  405  405  405  405  405  401
GET    v1:sheet-detail          401  200  200  200  200  200  200  200  200  401
POST   v1:sheet-detail          401  405  405  405  405  405  405  405  405  401
GET    v1:signatures-list       401  200  200  200  200  200  200  200  200  401
POST   v1:signatures-list       401  403  201  403  403  403  403  403  403  401
GET    v1:check-ins-list        401  200  200  200  200  200  200  200  200  401
POST   v1:check-ins-list        401  201  403  403  403  201  403  403  201  401
GET    v1:initiatives-lock      401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-lock      401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-launch    401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-launch    401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-propose   401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-propose   401  403  409  403  409  403  403  403  403  401
GET    v1:initiatives-take-back 401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-take-back 401  403  200  403  200  403  403  403  403  401
GET    v1:initiatives-approve   401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-approve   401  403  403  403  403  200  403  403  403  401
GET    v1:initiatives-send-back 401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-send-back 401  403  403  403  403  200  403  403  403  401
GET    v1:initiatives-amend     401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-amend     401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-pause     401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-pause     401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-resume    401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-resume    401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-waive     401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-waive     401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-comment   401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-comment   401  200  200  200  200  200  403  403  200  401
GET    v1:audiences-list        401  200  200  200  200  200  200  200  200  401
POST   v1:audiences-list        401  403  201  403  201  201  403  403  201  401
GET    v1:audiences-detail      401  200  200  200  200  200  200  200  200  401
POST   v1:audiences-detail      401  405  405  405  405  405  405  405  405  401
GET    v1:decisions-list        401  200  200  200  200  200  200  200  200  401
POST   v1:decisions-list        401  201  201  403  403  403  403  403  201  401
GET    v1:reservations-detail   401  405  405  405  405  405  405  405  405  401
POST   v1:reservations-detail   401  405  405  405  405  405  405  405  405  401
GET    v1:deliveries-list       401  200  200  200  200  200  200  200  200  401
POST   v1:deliveries-list       401  403  409  403  403  409  403  403  409  401
GET    v1:clashes-list          401  200  200  200  200  200  200  200  200  401
POST   v1:clashes-list          401  405  405  405  405  405  405  405  405  401
GET    v1:claims-list           401  200  200  200  200  200  200  200  200  401
POST   v1:claims-list           401  422  422  422  422  422  422  422  422  401
GET    v1:claims-detail         401  200  200  200  200  200  200  200  200  401
POST   v1:claims-detail         401  405  405  405  405  405  405  405  405  401
GET    v1:evaluations-list      401  405  405  405  405  405  405  405  405  401
POST   v1:evaluations-list      401  415  415  415  415  415  403  403  415  401
GET    v1:evaluations-detail    401  404  404  404  404  404  403  403  404  401
POST   v1:evaluations-detail    401  405  405  405  405  405  405  405  405  401
GET    v1:deliveries-detail     401  403  200  403  403  200  403  403  200  401
POST   v1:deliveries-detail     401  405  405  405  405  405  405  405  405  401
GET    v1:initiatives-end       401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-end       401  403  200  403  403  403  403  403  403  401
GET    v1:assignments-list      401  200  200  200  200  200  200  200  200  401
POST   v1:assignments-list      401  403  403  403  403  422  403  403  422  401
GET    v1:customers-detail      401  200  200  200  200  200  200  200  200  401
POST   v1:customers-detail      401  405  405  405  405  405  405  405  405  401
GET    v1:consents-list         401  422  422  422  422  422  422  422  422  401
POST   v1:consents-list         401  403  201  201  201  403  201  201  201  401
GET    v1:imports-list          401  200  200  200  403  200  403  403  200  401
POST   v1:imports-list          401  403  403  403  403  422  403  403  422  401
GET    v1:imports-detail        401  200  200  200  403  200  403  403  200  401
POST   v1:imports-detail        401  405  405  405  405  405  405  405  405  401
GET    v1:contact-checks-list   401  405  405  405  405  405  405  405  405  401
POST   v1:contact-checks-list   401  403  200  200  200  200  403  403  200  401
GET    api_schema               401  200  200  200  200  200  200  200  200  401
POST   api_schema               401  405  405  405  405  405  405  405  405  401
GET    api_docs                 in   200  200  200  200  200  200  200  200  in
POST   api_docs                 in   405  405  405  405  405  405  405  405  in
"""


def places(made: Everything) -> dict[str, list[Any]]:
    return {
        "v1:departments-detail": ["marketing"],
        "v1:goals-detail": [made.goal.key],
        "v1:measures-detail": [made.goal.measure_id],
        "v1:sheet-detail": [made.agreed_sheet.version],
        "v1:initiatives-detail": [made.draft.pk],
        **{f"v1:initiatives-{step}": [made.draft.pk] for step in ("propose", "waive", "comment")},
        **{
            f"v1:initiatives-{step}": [made.proposed.pk]
            for step in ("take-back", "approve", "send-back")
        },
        **{f"v1:initiatives-{step}": [made.agreed.pk] for step in ("lock", "launch")},
        **{f"v1:initiatives-{step}": [made.live.pk] for step in ("amend", "pause", "end")},
        "v1:initiatives-resume": [made.paused.pk],
        "v1:plans-detail": [made.plan.pk],
        "v1:results-detail": [made.live.pk],
        "v1:audiences-detail": [made.audience.pk],
        "v1:deliveries-detail": [made.delivery.pk],
        "v1:reservations-detail": [404],
        "v1:customers-detail": [made.record.customer.public_id],
        "v1:imports-detail": [made.file_import.pk],
        "v1:claims-detail": [made.claim.pk],
        "v1:evaluations-detail": [uuid4()],
    }


def sent(made: Everything) -> dict[str, dict[str, Any]]:
    return {
        "v1:signatures-list": {
            "sheet": made.agreed_sheet.version,
            "department": "marketing",
            "content_hash": made.agreed_sheet.content_hash,
        },
        "v1:check-ins-list": {"goal": made.goal.key, "note": "On its way."},
        "v1:initiatives-list": said_of_initiative(made.draft),
        "v1:initiatives-end": {"reason": "The window is over."},
        "v1:initiatives-amend": {
            "ends_on": str(made.live.ends_on + timedelta(days=7)),
            "smallest_effect": 0.05,
            "planned_customers": 900,
            "planned_reads": 1,
            "guardrails": [],
            "reason": "Snow.",
        },
        "v1:initiatives-pause": {"reason": "The vans are full."},
        "v1:initiatives-approve": {"part": "data_team"},
        "v1:initiatives-send-back": {"part": "data_team", "reason": "No holdout."},
        "v1:initiatives-comment": {"text": "Good."},
        "v1:initiatives-waive": {
            "rule": made.rule.pk,
            "reason": "Nobody can be held out.",
            "ends_on": str(timezone.localdate() + timedelta(days=9)),
        },
        "v1:audiences-list": {
            "name": "Everybody",
            "department": "marketing",
            "definition": {"match": "all", "groups": []},
        },
        "v1:decisions-list": {
            "initiative": made.live.key,
            "choice": "stop",
            "reason": "Harm.",
        },
        "v1:deliveries-list": {"initiative": made.draft.key},
        "v1:consents-list": {
            "customer": str(made.customer),
            "channel": "email",
            "purpose": "news",
            "is_allowed": False,
            "evidence": "Rang.",
        },
        "v1:contact-checks-list": {
            "channel": "email",
            "purpose": "marketing",
            "customers": [str(made.customer)],
        },
    }


def said_of_initiative(draft: Initiative) -> dict[str, Any]:
    """Return what a program sends to log the like of a draft."""
    told = InitiativeSerializer(draft).data
    return {**told, "name": "Lights", "uses": sorted(told["uses"]), "holdout_share": 0.1}
