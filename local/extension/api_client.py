"""The emulator's own API, called from inside as an IAM role: over HTTP and signed, so that IAM decides."""

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.config import Config
from ministack.core.responses import get_region

from . import credentials
from .settings import SETTINGS

# (service name, region or None for the task's own) -> client
Connect = Callable[[str, str | None], Any]

# Making a client is not thread-safe in botocore; using one is.
_making = threading.Lock()

_CONFIG = Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=30)


@contextmanager
def as_role(role_arn: str, session_name: str) -> Iterator[Connect]:
    """Clients that act as a session of the role; the session ends with the block."""
    session = credentials.assume(role_arn, session_name)
    region = get_region()

    def connect(service: str, service_region: str | None) -> Any:
        with _making:
            return _botocore().create_client(
                service,
                region_name=service_region or region,
                endpoint_url=SETTINGS.own_endpoint,
                aws_access_key_id=session.access_key,
                aws_secret_access_key=session.secret_key,
                aws_session_token=session.token,
                config=_CONFIG,
            )

    try:
        yield connect
    finally:
        credentials.end(session)


@functools.cache
def _botocore() -> botocore.session.Session:
    # One session: it caches the service models, which take most of the time to load.
    return botocore.session.Session()
