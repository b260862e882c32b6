"""Fields that name something that is here, and texts."""

from typing import Any

from rest_framework import serializers

from strategy.language.characters import hidden_character


class KeyField(serializers.SlugRelatedField[Any]):
    """Something by its key. A text that PostgreSQL cannot hold is nobody's key."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and "\0" in data:
            self.fail("invalid")
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """A text that people read: without characters that nobody sees."""

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if name := hidden_character(text):
            raise serializers.ValidationError(f"Take the hidden character out: {name}.")
        return text
