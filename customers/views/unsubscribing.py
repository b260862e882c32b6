"""The page by which anybody leaves a channel: the link in a message, without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customers.actions.unsubscribing import (
    UnknownLinkError,
    come_back,
    has_left,
    leave,
    link_of,
)

PAGE = "customers/unsubscribe.html"
_WORDS = {"email": "emails", "text": "texts"}


@csrf_exempt  # mail programs follow it for their reader; the token is what lets in
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask; by POST, opt out at once, as RFC 8058 has it, or take that back.

    A look changes nothing, since programs look at links before people do.
    """
    try:
        link = link_of(token)
        if request.method == "POST" and "undo" in request.POST:
            state = "back" if come_back(link=link, at=timezone.now()) else "out"
        elif request.method == "POST":
            leave(link=link, at=timezone.now())
            state = "left"
        else:
            state = "left" if has_left(link) else "asked"
    except UnknownLinkError:
        answer = render(request, PAGE, {"state": "unknown"}, status=404)
    else:
        messages = f"{link.purpose} {_WORDS.get(link.channel, 'messages')}"
        answer = render(request, PAGE, {"state": state, "messages_stopped": messages})
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
