"""Initiatives step by step, their people, audiences, the calendar, clashes, talk."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.matrix.everything import Everything

TABLE = """
method address              out  exec head othr memb anal asso priv admi inac

GET    initiative_new       in   403  200  200  200  403  403  403  403  in
POST   initiative_new       in   403  422  422  422  403  403  403  403  in
GET    initiative_check     in   405  405  405  405  405  405  405  405  in
POST   initiative_check     in   200  200  200  200  200  200  200  200  in
GET    initiative_edit      in   403  200  403  200  403  403  403  403  in
POST   initiative_edit      in   403  422  403  422  403  403  403  403  in
GET    initiative_discard   in   on   on   on   on   on   on   on   on   in
POST   initiative_discard   in   403  on   403  on   403  403  403  403  in
GET    initiative_propose   in   on   on   on   on   on   on   on   on   in
POST   initiative_propose   in   403  on   403  on   403  403  403  403  in
GET    initiative_take_back in   on   on   on   on   on   on   on   on   in
POST   initiative_take_back in   403  on   403  on   403  403  403  403  in
GET    initiative_approve   in   on   on   on   on   on   on   on   on   in
POST   initiative_approve   in   403  403  403  403  on   403  403  403  in
GET    initiative_send_back in   on   on   on   on   on   on   on   on   in
POST   initiative_send_back in   403  403  403  403  on   403  403  403  in
GET    initiative_amend     in   403  200  403  403  403  403  403  403  in
POST   initiative_amend     in   403  422  403  403  403  403  403  403  in
GET    initiative_pause     in   on   on   on   on   on   on   on   on   in
POST   initiative_pause     in   403  on   403  403  403  403  403  403  in
GET    initiative_resume    in   on   on   on   on   on   on   on   on   in
POST   initiative_resume    in   403  on   403  403  403  403  403  403  in
GET    sketch_drop          in   405  405  405  405  405  405  405  405  in
POST   sketch_drop          in   on   on   on   on   on   on   on   on   in
GET    initiative_lock      in   on   on   on   on   on   on   on   on   in
POST   initiative_lock      in   403  on   403  403  403  403  403  403  in
GET    initiative_launch    in   on   on   on   on   on   on   on   on   in
POST   initiative_launch    in   403  on   403  403  403  403  403  403  in
GET    initiative_end       in   on   on   on   on   on   on   on   on   in
POST   initiative_end       in   403  on   403  403  403  403  403  403  in
GET    initiative_waive     in   200  200  200  200  200  200  200  200  in
POST   initiative_waive     in   403  on   403  403  403  403  403  403  in
GET    initiative_comment   in   on   on   on   on   on   on   on   on   in
POST   initiative_comment   in   on   on   on   on   on   403  403  on   in
GET    initiative_follow    in   on   on   on   on   on   on   on   on   in
POST   initiative_follow    in   on   on   on   on   on   on   on   on   in
GET    comment_change       in   405  405  405  405  405  405  405  405  in
POST   comment_change       in   403  on   403  403  403  403  403  403  in
GET    attachment           in   200  200  200  200  200  200  200  200  in
POST   attachment           in   405  405  405  405  405  405  405  405  in
GET    people               in   200  200  200  200  200  403  403  200  in
POST   people               in   405  405  405  405  405  405  405  405  in
GET    notices              in   200  200  200  200  200  200  200  200  in
POST   notices              in   on   on   on   on   on   on   on   on   in

GET    audiences            in   200  200  200  200  200  200  200  200  in
POST   audiences            in   405  405  405  405  405  405  405  405  in
GET    audience             in   200  200  200  200  200  200  200  200  in
POST   audience             in   405  405  405  405  405  405  405  405  in
GET    audience_new         in   403  200  200  200  200  403  403  200  in
POST   audience_new         in   403  422  422  422  422  403  403  422  in
GET    audience_edit        in   403  200  403  200  200  403  403  200  in
POST   audience_edit        in   403  422  403  422  422  403  403  422  in
GET    audience_look        in   405  405  405  405  405  405  405  405  in
POST   audience_look        in   200  200  200  200  200  200  200  200  in
GET    company_holdout_set  in   405  405  405  405  405  405  405  405  in
POST   company_holdout_set  in   422  403  403  403  403  403  403  422  in
GET    initiative_people    in   200  200  200  200  200  200  200  200  in
POST   initiative_people    in   405  405  405  405  405  405  405  405  in
GET    initiative_audience  in   405  405  405  405  405  405  405  405  in
POST   initiative_audience  in   403  on   403  on   on   403  403  on   in
GET    initiative_draw      in   405  405  405  405  405  405  405  405  in
POST   initiative_draw      in   403  on   403  403  on   403  403  on   in
GET    initiative_deliver   in   405  405  405  405  405  405  405  405  in
POST   initiative_deliver   in   403  on   403  403  on   403  403  on   in
GET    delivery_csv         in   403  200  403  403  200  403  403  200  in
POST   delivery_csv         in   405  405  405  405  405  405  405  405  in

GET    calendar             in   200  200  200  200  200  200  200  200  in
POST   calendar             in   405  405  405  405  405  405  405  405  in
GET    calendar_move        in   403  200  403  200  403  403  403  403  in
POST   calendar_move        in   403  on   403  on   403  403  403  403  in
GET    calendar_feed        404  404  404  404  404  404  404  404  404  404
POST   calendar_feed        405  405  405  405  405  405  405  405  405  405
GET    calendar_feed_new    in   405  405  405  405  405  405  405  405  in
POST   calendar_feed_new    in   200  200  200  200  200  200  200  200  in
GET    clashes              in   200  200  200  200  200  200  200  200  in
POST   clashes              in   405  405  405  405  405  405  405  405  in
GET    clash_people         in   200  200  200  200  200  200  200  200  in
POST   clash_people         in   405  405  405  405  405  405  405  405  in

GET    initiative_sends     in   200  200  200  200  200  200  200  200  in
POST   initiative_sends     in   403  on   403  on   403  403  403  403  in
"""


def places(made: Everything) -> dict[str, list[Any]]:
    return {
        **{
            f"initiative_{step}": [made.draft.pk]
            for step in ("edit", "discard", "propose", "waive", "comment", "follow")
        },
        **{f"initiative_{step}": [made.draft.pk] for step in ("people", "audience", "draw")},
        "initiative_deliver": [made.draft.pk],
        "initiative_sends": [made.draft.pk],
        **{
            f"initiative_{step}": [made.proposed.pk]
            for step in ("take_back", "approve", "send_back")
        },
        "initiative_lock": [made.agreed.pk],
        "initiative_launch": [made.agreed.pk],
        **{f"initiative_{step}": [made.live.pk] for step in ("amend", "pause", "end")},
        "initiative_resume": [made.paused.pk],
        "sketch_drop": [404],
        **{page: [made.audience.pk] for page in ("audience", "audience_edit")},
        "delivery_csv": [made.delivery.pk],
        "calendar_move": [made.draft.pk],
        "clash_people": [made.draft.pk, made.live.pk],
        "comment_change": [made.comment.pk],
        "attachment": [made.comment.attachments.get().pk],
    }


def sent(made: Everything) -> dict[str, dict[str, Any]]:
    return {
        "initiative_new": {"name": "Lights"},
        "initiative_edit": {"name": "Lights"},
        "initiative_approve": {"approval": made.proposed.approvals.get().pk},
        "initiative_send_back": {
            "approval": made.proposed.approvals.get().pk,
            "reason": "Too few customers.",
        },
        "initiative_amend": {"reason": "Fewer came."},
        "initiative_pause": {"reason": "No stock."},
        "initiative_sends": {"name": "Third mail", "day": 4},
        "calendar_move": {"starts_on": "2026-12-01"},
        "initiative_end": {"reason": "The window is over."},
        "initiative_waive": {
            "rule": made.rule.pk,
            "reason": "Too few customers.",
            "last_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
        },
        "initiative_comment": {"text": "Seen."},
        "initiative_draw": {"unit": "customer"},
        "comment_change": {"text": "Read."},
    }
