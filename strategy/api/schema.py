"""What the schema (OpenAPI 3.1) says of every operation alike."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView

from strategy.api.problems import MEDIA_TYPE
from strategy.api.tokens import SCHEME, TokenAuthentication

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in a sentence."},
        "errors": {
            "type": "array",
            "description": "Each fault of the body, with a JSON pointer to it.",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
ANY_PROBLEM = {
    "description": "It was refused, or it failed.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Sent again with the same key within 24 hours, the request is not done again: "
    "it is answered as before.",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[ -~]*$"},
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it has none
    """Tells the schema of our tokens."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": SCHEME.lower()}


def with_problems(result: dict[str, Any], **_generator: Any) -> dict[str, Any]:
    """Add to every operation what it answers when it refuses, and to each POST its key."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result["paths"].values():
        for method, operation in path.items():
            operation["responses"]["default"] = ANY_PROBLEM
            if method == "post":
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    return result


class Schema(SpectacularAPIView):
    """Every address, what it takes and what it answers, as JSON, or as YAML where asked for."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]
