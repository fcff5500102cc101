import hashlib
import importlib
import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

# Modules of the extension that tests import here read their settings when they are imported; what runs has its own.
os.environ.update({
    "LOCAL_VPC_NETWORK": "none", "LOCAL_VPC_GATEWAY": "127.0.0.1", "LOCAL_STATE_DIR": "/nonexistent",
    "LOCAL_INSTANCE_IMAGE": "none", "LOCAL_FORWARDER_IMAGE": "none",
})  # fmt: skip

from local_cloud import LOCAL, Cloud
from registry import Registry

_DOCKERFILE = b'FROM scratch\nCOPY app probe forwarder /\nENTRYPOINT ["/app"]\n'
_PROGRAMS = {
    "app": LOCAL / "images/app/main.go",
    "probe": LOCAL / "tests/probe/main.go",
    "forwarder": LOCAL / "images/forwarder/main.go",
}


@pytest.fixture(scope="session")
def registry() -> Iterator[Registry]:
    registry = Registry()
    yield registry
    registry.close()


@pytest.fixture(scope="session")
def image(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The test programs in the registry, by digest: /app is the entry point, the others are beside it."""
    folder = tmp_path_factory.mktemp("programs")
    environment = {**os.environ, "CGO_ENABLED": "0", "GO111MODULE": "off", "GOTOOLCHAIN": "local"}
    for program, source in _PROGRAMS.items():
        subprocess.run(["go", "build", "-o", str(folder / program), str(source)], check=True, env=environment)
    client = docker.from_env()
    name = f"{registry.host}/app"
    client.images.build(fileobj=_context(folder), custom_context=True, tag=name, rm=True)
    pushed = client.api.push(name, tag="latest")
    assert "digest:" in pushed, pushed
    digest = client.images.get(name).attrs["RepoDigests"][0].split("@")[1]
    yield f"{name}@{digest}"
    client.images.remove(name, force=True)


@pytest.fixture(scope="session")
def cloud(image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One emulator with the cluster `app` and two instances in it, for all tests."""
    cloud = Cloud(tmp_path_factory.mktemp("state"), image)
    try:
        cloud.ecs.create_cluster(clusterName=cloud.cluster)
        cloud.instances = cloud.run_instances(2, cloud.cluster)
        yield cloud
    finally:
        cloud.close()


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name that only this test uses."""
    return "t" + hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> object:
    """The module of the timings, which like the others reads its settings when it is imported."""
    for variable in ("VPC_NETWORK", "VPC_GATEWAY", "STATE_DIR", "INSTANCE_IMAGE", "FORWARDER_IMAGE"):
        monkeypatch.setenv(f"LOCAL_{variable}", "unused")
    return importlib.import_module("extension.pace")


def _context(folder: Path) -> io.BytesIO:
    archive = io.BytesIO()
    programs = {program: (folder / program).read_bytes() for program in _PROGRAMS}
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, content in {"Dockerfile": _DOCKERFILE, **programs}.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    archive.seek(0)
    return archive
