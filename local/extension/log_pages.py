"""GetLogEvents read backwards: for a stream that has been quiet for a while the first pages are empty.

"This operation can return empty results while there are more log events available through the token":
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
Seen where `startFromHead` is false: https://github.com/boto/boto3/issues/3718
"""

import json
import time
from collections.abc import Callable

from ministack.services import cloudwatch_logs

from .patching import wrap

# How long nothing was written, and how many pages are empty then. On AWS neither is documented.
_QUIET_SECONDS = 1.0
_EMPTY_PAGES = 2
# In front of the token of a page that was empty: q/1 after the first.
_PREFIX = "q/"


def install() -> None:
    wrap(cloudwatch_logs, "_get_log_events", _as_quiet, parameters=("data",))


def _as_quiet(original: Callable[[dict], tuple]) -> Callable[[dict], tuple]:
    def get(data: dict) -> tuple:
        token = data.get("nextToken") or ""
        if data.get("startFromHead") or (token and not token.startswith(_PREFIX)):
            return original(data)
        response = original({key: value for key, value in data.items() if key != "nextToken"})
        passed = int(token.removeprefix(_PREFIX) or 0)
        if response[0] >= 400 or passed >= _EMPTY_PAGES:
            return response
        page = json.loads(response[2])
        newest = page["events"][-1]["timestamp"] if page["events"] else 0
        if not page["events"] or newest / 1000 > time.time() - _QUIET_SECONDS:
            return response
        empty = {"events": [], "nextBackwardToken": f"{_PREFIX}{passed + 1}"}
        return (*response[:2], json.dumps({**page, **empty}).encode())

    return get
