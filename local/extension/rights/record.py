"""Every authorisation question that was asked, in `authorisation.jsonl` of the cloud's state directory.

One JSON object a line: principal (a role or user, without its session), action, resource, context (condition keys), allowed,
by (`request`, or the handler that asks). A question that was asked before is not written again, and the parts of a
resource that differ with every run (ids of tasks, change sets and events) are written as `ID`, so that the file stays
small. The account's root, which no policy concerns, is not in it.
"""

import json
import os
import re
import threading
from pathlib import Path

FILE = "authorisation.jsonl"
_RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])")
_written: set[str] = set()
_lock = threading.Lock()


def note(principal: str, action: str, resource: str, context: dict, allowed: bool, by: str) -> None:
    """Append the question unless the file has it."""
    entry = {
        "principal": of_session(principal),
        "action": action,
        "resource": without_ids(resource),
        "context": {key: value for key, value in sorted(context.items()) if value is not None},
        "allowed": allowed,
        "by": by,
    }
    line = without_ids(json.dumps(entry, sort_keys=True))
    folder = os.environ.get("LOCAL_STATE_DIR")
    with _lock:
        if folder is None or line in _written:
            return
        _written.add(line)
        with (Path(folder) / FILE).open("a") as file:
            file.write(f"{line}\n")


def without_ids(text: str) -> str:
    """With `ID` in the place of every random id: of a question, or of a policy that is to be held against it."""
    return _RANDOM.sub("ID", text)


def of_session(principal: str) -> str:
    """The role of a session's ARN; any other ARN as it is."""
    found = re.fullmatch(r"arn:([^:]+):sts::(\d+):assumed-role/([^/]+)/.*", principal)
    return f"arn:{found[1]}:iam::{found[2]}:role/{found[3]}" if found else principal
