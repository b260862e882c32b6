"""Lists by the page: `?cursor=` leads on, `?limit=` says how many."""

import re
from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """The newest first, by a cursor that stays good while rows come and go."""

    ordering = "-pk"
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 500

    def get_page_size(self, request: Any) -> int:
        """Return how many rows a page has. Raises ValidationError for none or too many."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not re.fullmatch("[0-9]{1,3}", asked) or not 1 <= int(asked) <= self.max_page_size:
            raise ValidationError({"limit": [f"Ask for 1 to {self.max_page_size} at a time."]})
        return int(asked)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return what the schema says of `cursor` and `limit`."""
        parameters = super().get_schema_operation_parameters(view)
        for one in parameters:
            if one["name"] == self.page_size_query_param:
                one["schema"] |= {"minimum": 1, "maximum": self.max_page_size}
        return parameters

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        """Return a page. A cursor that this list never gave is no address: NotFound."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, TypeError):
            raise NotFound(self.invalid_cursor_message) from None
