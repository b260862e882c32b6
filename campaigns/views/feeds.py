"""The calendar's feed, for calendar programs, and a person's address for it."""

import hashlib

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe

from campaigns.actions.feeds import renew_feed
from campaigns.calendar.feed import calendar_text
from campaigns.queries.calendar import calendar_page
from campaigns.queries.feeds import entries, reader_of
from strategy.models import Department
from strategy.views import SignedInRequest

MINE = "me"


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Send the calendar of all, of a department, or (`?whose=me`) of the token's own person."""
    reader = reader_of(request.GET.get("token", ""))
    if reader is None:
        raise Http404
    department = request.GET.get("department", "")
    is_mine = request.GET.get("whose") == MINE
    found = entries(
        timezone.localdate(),
        lambda pk: request.build_absolute_uri(reverse("initiative", args=[pk])),
        owner=reader if is_mine else None,
        department=department,
    )
    text = calendar_text(found, f"{settings.COMPANY}: initiatives")
    etag = quote_etag(hashlib.sha256(text).hexdigest())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


@require_POST
def feed_new(request: SignedInRequest) -> HttpResponse:
    """Make the reader's addresses, shown once; the ones before stop working."""
    token = renew_feed(by=request.user, at=timezone.now())
    address = f"{request.build_absolute_uri(reverse('calendar_feed'))}?token={token}"
    feeds = [("All departments", address), ("My own initiatives", f"{address}&whose={MINE}")]
    feeds += [(one.name, f"{address}&department={one.key}") for one in Department.objects.all()]
    page = calendar_page(request.user, timezone.localdate())
    response = render(request, "campaigns/calendar.html", {"calendar": page, "feeds": feeds})
    response["Cache-Control"] = "no-store"
    return response
