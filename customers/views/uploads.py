"""Taking files: from those who may hand them in, streamed to disk, and never more than is bound."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from customers.forms import BoundedUpload
from strategy.models import Person
from strategy.views import SignedInRequest

type View[**P] = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def takes_files[**P](
    upload: type[BoundedUpload], *, check: Callable[[Person], None]
) -> Callable[[View[P]], View[P]]:
    """Have a view take posted files, as `upload` bounds them, from whom `check` lets.

    Django looks for a form's token before it runs a view, and reads the whole request for it. Here
    the person comes first, then the bound, then the token.
    """

    def taking(view: View[P]) -> View[P]:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def bounded(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST":
                check(request.user)
                request.upload_handlers = [upload(request)]
            return protected(request, *args, **kwargs)

        return bounded

    return taking


def is_too_large(request: HttpRequest) -> bool:
    """Return whether more was sent than is taken, once the request's files have been read."""
    return any(
        isinstance(one, BoundedUpload) and one.is_too_large for one in request.upload_handlers
    )
