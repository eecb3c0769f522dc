"""The OpenAPI description turned into what the documentation page prints."""

import json
from typing import Any

# Values for the places in an address, so that every example can be tried.
PLACES = {"public_id": "0b0e5f3e-6c1f-4b52-9b5e-2f1c1d0a9e11", "key": "91652300MA9000001X",
          "number": "2026Q4", "name": "counts"}  # fmt: skip
SAMPLES = {"string": "…", "integer": 1, "boolean": False, "number": 1, "null": None}
FORMATS = {
    "date": "2026-11-18",
    "date-time": "2026-11-18T10:00:00+08:00",
    "uuid": PLACES["public_id"],
}


def operations(schema: dict[str, Any], base: str) -> list[dict[str, Any]]:
    """One entry an address: summary, parameters, a command to try, the answer's shape."""
    found = []
    for path, methods in schema["paths"].items():
        get = methods["get"]
        found.append(
            {
                "summary": get["summary"],
                "path": path,
                "parameters": [_parameter(p) for p in get.get("parameters", [])],
                "example": base + path.format(**PLACES),
                "answer": _answer(schema, get),
            }
        )
    return found


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    shape = parameter["schema"]
    return {
        "name": parameter["name"],
        "description": shape.get("description") or parameter.get("description", ""),
        "example": next(iter(shape.get("examples", [])), ""),
    }


def _answer(schema: dict[str, Any], operation: dict[str, Any]) -> str:
    content = operation["responses"].get("200", {}).get("content", {})
    shape = content.get("application/json", {}).get("schema")
    return json.dumps(_sample(schema, shape), ensure_ascii=False, indent=2) if shape else ""


def _sample(schema: dict[str, Any], shape: dict[str, Any]) -> Any:
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return _sample(schema, schema["components"]["schemas"][name])
    if shape.get("examples"):
        return shape["examples"][0]
    if "anyOf" in shape:
        return _sample(schema, shape["anyOf"][0])
    if shape.get("type") == "array":
        return [_sample(schema, shape["items"])]
    if "properties" in shape:
        return {name: _sample(schema, inner) for name, inner in shape["properties"].items()}
    return FORMATS.get(shape.get("format", ""), SAMPLES.get(shape.get("type", ""), {}))
