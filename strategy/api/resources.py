"""What every resource under /api/v1/ is made of.

A resource says who may do what (`may`, by action), which refusals of its actions are a conflict
(`refused`), and nothing else of signing in, pages, problems or sending twice: that is here.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from strategy.actions.kept_answers import OtherRequestError, begin_answer, keep_answer
from strategy.api.problems import Refused
from strategy.models import ApiToken, KeptAnswer, Person

LONGEST_KEY = 200


class _AnsweredBefore(APIException):
    """Not an error: this request was answered already, and its answer is kept."""

    def __init__(self, kept: KeptAnswer) -> None:
        super().__init__()
        self.kept = kept


class Resource[Row: Model](GenericViewSet[Row]):
    """One kind of thing. With `Idempotency-Key`, a POST is done once, however often it is sent.

    The key, what is done and its answer are one transaction, so nothing is done without its answer
    being kept. What is refused is not kept: mended, it may be sent under the same key.
    """

    may: ClassVar[Mapping[str, Callable[[Person], None]]] = {}
    refused: ClassVar[tuple[type[Exception], ...]] = ()
    _kept: KeptAnswer | None = None

    @property
    def person(self) -> Person:
        """Who asks, in the roles of their token."""
        person = self.request.user
        assert isinstance(person, Person)  # noqa: S101  nobody else is let in
        return person

    def check_permissions(self, request: Request) -> None:
        """Ask `strategy.permissions` too. Raises NotAllowed."""
        super().check_permissions(request)
        check = self.may.get(self.action or "")
        if check is not None:
            check(self.person)

    def valid(self, form: type[Serializer[Any]]) -> dict[str, Any]:
        """Return what was sent, as `form` reads it. Raises ValidationError."""
        serializer = form(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        said: dict[str, Any] = serializer.validated_data
        return said

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or not request.headers.get("Idempotency-Key"):
            return super().dispatch(request, *args, **kwargs)
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code >= 400:  # noqa: PLR2004  whatever is no success
                transaction.set_rollback(True)
            elif self._kept is not None:
                return self._keep(self._kept, response)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key", "")
        if request.method == "POST" and key:
            if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
                raise ValidationError({"Idempotency-Key": f"Use {LONGEST_KEY} letters at most."})
            kept = self._begun(request, key)
            if kept.status:
                raise _AnsweredBefore(kept)
            self._kept = kept

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, _AnsweredBefore):
            return _again(exc.kept)  # type: ignore[return-value]  # an answer, ready as it is
        return super().handle_exception(exc)

    def _begun(self, request: Request, key: str) -> KeptAnswer:
        try:
            return begin_answer(
                person=self.person,
                token=request.auth if isinstance(request.auth, ApiToken) else None,
                key=key,
                request_hash=_hash(request),
                at=timezone.now(),
            )
        except OtherRequestError as reason:
            raise Refused(str(reason)) from None

    def _keep(self, kept: KeptAnswer, response: HttpResponseBase) -> HttpResponse:
        assert isinstance(response, Response)  # noqa: S101  resources answer with nothing else
        body = JSONRenderer().render(response.data).decode()
        keep_answer(kept=kept, status=response.status_code, body=body)
        return _again(kept)


def _again(kept: KeptAnswer) -> HttpResponse:
    """Return a kept answer, to the letter."""
    return HttpResponse(kept.body, status=kept.status, content_type="application/json")


def _hash(request: Request) -> bytes:
    """Return the SHA-256 of what is asked: the address and the body, files by what is in them."""
    said = request.data
    fields = dict(said.lists()) if hasattr(said, "lists") else said
    text = json.dumps([request.path, fields], sort_keys=True, default=_file_hash)
    return hashlib.sha256(text.encode(errors="backslashreplace")).digest()


def _file_hash(sent: Any) -> str:
    assert isinstance(sent, UploadedFile)  # noqa: S101  forms bring texts and files
    found = hashlib.sha256()
    for chunk in sent.chunks():
        found.update(chunk)
    sent.seek(0)
    return found.hexdigest()
