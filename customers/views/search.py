"""Finding a customer."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from customers.queries.people import find_customer
from customers.queries.search import as_id, search, search_answer
from strategy.permissions import check_can_see_customers
from strategy.views import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def customers(request: SignedInRequest) -> HttpResponse:
    """Find customers by what they say; an id leads straight to its card.

    It is sent by POST, so that no address, history or log of requests keeps it.
    """
    check_can_see_customers(request.user)
    text = request.POST.get("q", "").strip()
    public_id = as_id(text)
    if public_id is not None and find_customer(public_id) and not request.htmx:
        return redirect("customer", public_id)
    hits = search(text, timezone.localtime())
    context = {"q": text, "hits": hits, "answer": search_answer(text, hits)}
    page = "customers/search.html"
    response = render(request, f"{page}#found" if request.htmx else page, context)
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "no-store"
    return response
