"""The emulator listens where it is needed: on loopback for this machine, on the VPC's gateway for the tasks.

MiniStack listens on every interface. Its root key is well known and its tasks are real containers, so whoever reached
it from elsewhere could run what they like here.
"""

from hypercorn.config import Config

from .patching import PatchError, require_version
from .settings import SETTINGS


def install() -> None:
    require_version()
    bind = Config.bind
    if not isinstance(bind, property) or bind.fset is None:
        raise PatchError("hypercorn.config.Config.bind is no property any more")
    assign = bind.fset

    def narrowed(config: Config, _asked: object) -> None:
        assign(config, [f"{address}:{SETTINGS.port}" for address in dict.fromkeys(["127.0.0.1", SETTINGS.gateway])])

    Config.bind = bind.setter(narrowed)
