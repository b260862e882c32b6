"""Fields that name something that is here."""

from typing import Any

from rest_framework import serializers


class KeyField(serializers.SlugRelatedField[Any]):
    """Something by its key. A text that PostgreSQL cannot hold is nobody's key."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and "\0" in data:
            self.fail("invalid")
        return super().to_internal_value(data)
