"""The only way this package changes MiniStack.

Each replacement names the function it stands in for and the parameters it expects there, so a MiniStack
whose insides have moved stops the start-up with one clear line instead of misbehaving later.
"""

import inspect
from collections.abc import Callable, Sequence
from importlib import metadata
from types import ModuleType

MINISTACK_VERSION = "1.5.33"


class PatchError(RuntimeError):
    """MiniStack is not what this extension was written for."""


def require_version() -> None:
    """Stop unless exactly the MiniStack this package was written against is installed."""
    installed = metadata.version("ministack")
    if installed != MINISTACK_VERSION:
        raise PatchError(f"the extension needs ministack {MINISTACK_VERSION}, found {installed}")


def wrap(
    module: ModuleType,
    name: str,
    make: Callable[[Callable], Callable],
    parameters: Sequence[str],
    actions: Sequence[str] = (),
) -> None:
    """Put what `make` makes of `module.name` in its place.

    `actions` are the API actions that `module._ACTION_MAP` must map to the original; they follow.
    """
    require(module, **{name: parameters})
    original = getattr(module, name)
    for action in actions:
        if module._ACTION_MAP.get(action) is not original:
            raise PatchError(f"{module.__name__} does not answer {action} with {name}")
    replacement = make(original)
    setattr(module, name, replacement)
    for action in actions:
        module._ACTION_MAP[action] = replacement


def replace(
    module: ModuleType, name: str, replacement: Callable, parameters: Sequence[str], actions: Sequence[str] = ()
) -> None:
    """Put `replacement` in the place of `module.name`, which is not needed any more."""
    wrap(module, name, lambda _: replacement, parameters, actions)


def add_action(module: ModuleType, action: str, handler: Callable) -> None:
    """Answer an API action MiniStack does not know."""
    require_version()
    if action in module._ACTION_MAP:
        raise PatchError(f"{module.__name__} already answers {action}")
    module._ACTION_MAP[action] = handler


def require(module: ModuleType, **functions: Sequence[str]) -> None:
    """Check that functions are there with these parameters: name=parameters."""
    require_version()
    for name, parameters in functions.items():
        function = getattr(module, name, None)
        if not callable(function):
            raise PatchError(f"{module.__name__}.{name} does not exist")
        found = list(inspect.signature(function).parameters)
        if found != list(parameters):
            raise PatchError(f"{module.__name__}.{name} takes {found}, expected {list(parameters)}")
