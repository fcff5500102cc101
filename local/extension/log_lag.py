"""Log events can be read some time after they were written: when the driver has sent them and CloudWatch Logs shows them.

The driver sends what it has every five seconds:
https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go (defaultForceFlushInterval)
"""

import time
from collections.abc import Callable

from ministack.services import cloudwatch_logs

from . import pace
from .patching import wrap

Handler = Callable[[dict], tuple]


def install() -> None:
    wrap(cloudwatch_logs, "_get_log_events", _late, parameters=("data",))


def _late(original: Handler) -> Handler:
    def get_log_events(data: dict) -> tuple:
        until = readable_until(time.time())
        asked = data.get("endTime")
        return original(data if until is None else {**data, "endTime": until if asked is None else min(asked, until)})

    return get_log_events


def readable_until(now: float) -> int | None:
    """Milliseconds since the epoch before which a line must have been written to be readable at `now`; None: any."""
    flush, lag = pace.seconds("log-driver-flushes"), pace.seconds("log-lag")
    if flush == 0 and lag == 0:
        return None
    sent = now - lag
    return int((sent // flush * flush if flush else sent) * 1000)
