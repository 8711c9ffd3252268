"""What every operation of the described interface may also answer."""

from typing import Any

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "Field to reasons.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


def tell_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Adds the problems of the caller (4XX) and of the house (503) to each operation."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                answers = operation["responses"]
                answers.setdefault(
                    "4XX", {"description": "What was sent, or who sends it.", "content": content}
                )
                answers.setdefault("503", {"description": "Try again later.", "content": content})
    return result
