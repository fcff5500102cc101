"""What the guard of the wire reported of an emulator that has ended."""

import json
import os
import subprocess
from pathlib import Path


def folder(default: Path) -> dict[str, str]:
    """Where an emulator of a test puts its report: with those of the whole run, if somebody collects them."""
    return {"LOCAL_WIRE_REPORTS": os.environ.get("LOCAL_WIRE_REPORTS") or str(default)}


def violations(environment: dict[str, str], process: subprocess.Popen) -> list[dict]:
    file = Path(environment["LOCAL_WIRE_REPORTS"]) / f"wire-{process.pid}.json"
    return json.loads(file.read_text())["violations"] if file.exists() else []
