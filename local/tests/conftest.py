import hashlib
import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from local_cloud import LOCAL, Cloud
from registry import Registry

_DOCKERFILE = b'FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n'


@pytest.fixture(scope="session")
def registry() -> Iterator[Registry]:
    registry = Registry()
    yield registry
    registry.close()


@pytest.fixture(scope="session")
def image(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The test program (local/images/app) in the registry, by digest."""
    binary = tmp_path_factory.mktemp("app") / "app"
    source = LOCAL / "images/app/main.go"
    subprocess.run(
        ["go", "build", "-trimpath", "-o", str(binary), str(source)],
        check=True,
        env={**os.environ, "CGO_ENABLED": "0", "GO111MODULE": "off", "GOTOOLCHAIN": "local"},
    )
    client = docker.from_env()
    name = f"{registry.host}/app"
    client.images.build(fileobj=_context(binary), custom_context=True, tag=name, rm=True)
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


def _context(binary: Path) -> io.BytesIO:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, content, mode in (("Dockerfile", _DOCKERFILE, 0o644), ("app", binary.read_bytes(), 0o755)):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, io.BytesIO(content))
    archive.seek(0)
    return archive
