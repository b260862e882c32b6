"""Reservations: contacts that a check holds, to be given back where nobody is contacted."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.actions.contact_checks import give_back
from campaigns.models import Reservation
from strategy.api.resources import Resource


class Reservations(Resource[Reservation]):
    """Contacts that are held; the answer of a contact check names them."""

    queryset = Reservation.objects.select_related("by")
    pagination_class = None
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(request=None, responses={204: None})
    def destroy(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  named by the address
        """Give a contact back, so that another may have it. One that has lapsed may be gone."""
        give_back(reservation=self.get_object(), by=self.person)
        return Response(status=204)
