"""The API's own page: its schema, to be read by people. No script, so nothing to allow."""

from functools import cache
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator


class Field(NamedTuple):
    """One thing that is sent or answered; `kind` is in words, `means` says more, or ""."""

    name: str
    kind: str
    is_required: bool
    means: str


class Operation(NamedTuple):
    """One thing that can be asked; `sends` and `answers` are the fields of its bodies."""

    anchor: str
    method: str
    path: str
    says: str
    parameters: list[Field]
    sends: list[Field]
    status: str
    answers: list[Field]


class Chapter(NamedTuple):
    """All that can be asked of one resource."""

    name: str
    operations: list[Operation]


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Show every operation with what it takes and what it answers."""
    return render(request, "api/docs.html", {"chapters": chapters()})


@cache
def chapters() -> list[Chapter]:
    """Return the schema by resource, in the order of the addresses. No query."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # the library is untyped
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["api"])[0]
            found.setdefault(tag, []).append(_operation(schema, path, method, operation))
    return [Chapter(name, operations) for name, operations in found.items()]


def _operation(
    schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]
) -> Operation:
    status = next(code for code in operation["responses"] if code.startswith("2"))
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        says=operation.get("description", ""),
        parameters=[
            Field(
                one["name"],
                _kind(schema, one["schema"]),
                one.get("required", False),
                one.get("description", ""),
            )
            for one in operation.get("parameters", [])
        ],
        sends=_body(schema, operation.get("requestBody", {})),
        status=status,
        answers=_body(schema, operation["responses"][status]),
    )


def _body(schema: dict[str, Any], body: dict[str, Any]) -> list[Field]:
    media: dict[str, Any] = next(iter(body.get("content", {}).values()), {})
    return _fields(schema, media.get("schema", {}))


def _fields(schema: dict[str, Any], of: dict[str, Any], under: str = "") -> list[Field]:
    """Return the fields of an object, those of lists of objects under their list."""
    of = _resolved(schema, of)
    found = []
    for name, field in of.get("properties", {}).items():
        inner = _resolved(schema, field)
        full = f"{under}{name}"
        required = name in of.get("required", [])
        found.append(Field(full, _kind(schema, field), required, inner.get("description", "")))
        found += _fields(schema, _resolved(schema, inner.get("items", inner)), f"{full}.")
    return found


def _kind(schema: dict[str, Any], field: dict[str, Any]) -> str:
    inner = _resolved(schema, field)
    if "enum" in inner:
        return " | ".join(str(one) for one in inner["enum"] if one is not None)
    if either := inner.get("oneOf", inner.get("anyOf")):
        return " | ".join(dict.fromkeys(_kind(schema, one) for one in either))
    kinds = inner.get("type", "any")
    words = [kinds] if isinstance(kinds, str) else list(kinds)
    if "array" in words:
        return f"list of {_kind(schema, inner.get('items', {}))}"
    if kept := inner.get("format"):
        words[0] = kept
    return " | ".join(words)


def _resolved(schema: dict[str, Any], of: dict[str, Any]) -> dict[str, Any]:
    if len(of.get("allOf", [])) == 1:
        of = of["allOf"][0] | {key: value for key, value in of.items() if key != "allOf"}
    if "$ref" not in of:
        return of
    name = of["$ref"].rpartition("/")[2]
    found: dict[str, Any] = schema["components"]["schemas"][name]
    return found | {key: value for key, value in of.items() if key != "$ref"}
