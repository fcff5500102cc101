"""Parameters a request gives and a template declares must be the same ones; MiniStack ignores those it does not know.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from collections.abc import Callable


def checked(original: Callable) -> Callable:
    """MiniStack's parameter resolution, after the two checks AWS makes first."""

    def resolve(template: dict, provided_params: list[dict], previous_params: dict | None = None) -> dict:
        declared = template.get("Parameters") or {}
        given = [parameter["Key"] for parameter in provided_params]
        unknown = [name for name in given if name not in declared]
        if unknown:
            raise ValueError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
        missing = [name for name, definition in declared.items() if name not in given and "Default" not in definition]
        if missing:
            raise ValueError(f"Parameters: [{', '.join(missing)}] must have values")
        return original(template, provided_params, previous_params)

    return resolve
