"""The kinds of event there are, and what several of each are called."""

EVENTS = {
    "visit": "visits",
    "view": "views",
    "order": "orders",
    "order_line": "order lines",
    "return": "returns",
    "contact": "contacts",
    "open": "opens",
    "click": "clicks",
    "bounce": "bounces",
    "opt_out": "opt-outs",
    "spam_report": "spam reports",
    "complaint": "complaints",
    "service_case": "service cases",
    "survey_answer": "survey answers",
    "store_visit": "store visits",
    "consent_change": "consent changes",
    "other": "other events",
}
EVENT_KINDS = tuple(EVENTS)
