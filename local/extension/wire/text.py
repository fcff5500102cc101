"""Scalars that came as text, as the values that they stand for."""

from typing import Any

from botocore.model import Shape


def scalar(text: str, shape: Shape) -> Any:
    """The value; the text itself where it does not read as one, so that the check of the type finds it."""
    kind = shape.type_name
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError:
        return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text
