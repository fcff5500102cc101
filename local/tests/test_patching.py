"""The extension starts only with the MiniStack it was written for."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from local_cloud import LOCAL
from ministack.core import responses
from ministack.services import sts

sys.path.insert(0, str(LOCAL))

from extension import snapshots

_ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(LOCAL),
    "PYTHONDONTWRITEBYTECODE": "1",
    "LOCAL_VPC_NETWORK": "none",
    "LOCAL_VPC_GATEWAY": "127.0.0.1",
    "LOCAL_STATE_DIR": "/nonexistent",
    "LOCAL_INSTANCE_IMAGE": "none",
    "LOCAL_FORWARDER_IMAGE": "none",
}


def _install(before: str) -> subprocess.CompletedProcess:
    code = f"{before}\nimport extension\nextension.install()\nprint('installed')"
    return subprocess.run([sys.executable, "-c", code], env=_ENVIRONMENT, capture_output=True, text=True, check=False)


def test_it_installs_on_an_untouched_ministack() -> None:
    done = _install("")
    assert done.stdout.endswith("installed\n"), done.stderr


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            "from importlib import metadata; metadata.version = lambda name: '1.5.34'",
            "needs ministack 1.5.33, found 1.5.34",
        ),
        ("from ministack.services import ecs; del ecs._run_task", "ministack.services.ecs._run_task does not exist"),
        (
            "from ministack.services import ecs; ecs._stop_task = lambda data, more: None",
            "ministack.services.ecs._stop_task takes ['data', 'more'], expected ['data']",
        ),
        (
            "from ministack.services import ecs; ecs._ACTION_MAP['RunTask'] = print",
            "ministack.services.ecs does not answer RunTask with _run_task",
        ),
    ],
    ids=["another version", "a function that is gone", "other parameters", "another handler"],
)
def test_it_refuses_a_ministack_that_differs(change: str, complaint: str) -> None:
    done = _install(change)
    assert done.returncode != 0
    assert complaint in done.stderr


@pytest.mark.parametrize(
    "name",
    ["LOCAL_VPC_NETWORK", "LOCAL_VPC_GATEWAY", "LOCAL_STATE_DIR", "LOCAL_INSTANCE_IMAGE", "LOCAL_FORWARDER_IMAGE"],
)
def test_a_missing_setting_is_named(name: str) -> None:
    environment = {key: value for key, value in _ENVIRONMENT.items() if key != name}
    done = subprocess.run(
        [sys.executable, "-m", "extension"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert name in done.stderr


def test_a_store_is_read_whole_while_somebody_writes_to_it() -> None:
    class Busy(dict):
        """Gets one more entry with every entry that is looked at."""

        def items(self) -> Iterator:
            for entry in super().items():
                self["account", "region", len(self)] = None
                yield entry

    store = responses.AccountRegionScopedDict()
    with responses.request_scope("account", "region"):
        store["a"], store["b"] = 1, 2
        store._data = Busy(store._data)
        assert snapshots.on_copy(responses.AccountRegionScopedDict.items)(store) == [("a", 1), ("b", 2)]
        with pytest.raises(RuntimeError, match="changed size"):
            responses.AccountRegionScopedDict.items(store)


def test_sessions_that_expired_are_forgotten_while_tasks_start(monkeypatch: pytest.MonkeyPatch) -> None:
    # Two tasks that started at once: "ResourceInitializationError: dictionary changed size during iteration".
    class Busy(dict):
        def items(self) -> Iterator:
            for entry in super().items():
                self[f"AKIA{len(self)}"] = {}
                yield entry

    sessions = Busy(old={"Expiration": 1.0}, current={"Expiration": 1e12}, lasting={}, parsed={"Expiration": None})
    monkeypatch.setattr(sts, "_sessions", sessions)
    snapshots.forget_expired_sessions()
    assert set(sessions) == {"current", "lasting", "parsed"}
