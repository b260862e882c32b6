"""Giving a person an address at which a calendar program may read the calendar."""

import secrets
from datetime import datetime

from django.db import transaction

from campaigns.models import CalendarFeed
from campaigns.queries.feeds import digest_of
from strategy.actions.audit import record
from strategy.models import Person

TOKEN_BYTES = 24


@transaction.atomic
def renew_feed(*, by: Person, at: datetime) -> str:
    """Make a person's token and return it; the one before is worth nothing from now on."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed, _ = CalendarFeed.objects.update_or_create(
        person=by, defaults={"digest": digest_of(token), "made_at": at}
    )
    record(
        act="calendar.feed",
        subject=feed,
        sentence="Made a new address for the calendar’s feed.",
        by=by,
        at=at,
    )
    return token
