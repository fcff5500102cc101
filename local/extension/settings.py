"""What the extension is told by the process that starts it. Read once, from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    # Name of this local cloud; the value of the label on everything it makes.
    name: str
    # Docker network that stands for the VPC.
    network: str
    # The host's address in that network: where containers reach the emulator.
    gateway: str
    # Absolute path of the folder for the instances' files.
    state_dir: Path
    # Image of the container that stands for an EC2 instance; it only has to stay alive.
    instance_image: str
    # Image of the container that stands for a load balancer: it has /forwarder.
    forwarder_image: str
    port: int
    region: str
    # Column of the table of timings (pace.py): `local` or `aws`.
    pace: str

    @property
    def label(self) -> str:
        return "ecs-tail-sampling.local"

    @property
    def endpoint(self) -> str:
        """Where a container reaches the emulator by address (S3 clients then use path style)."""
        return f"http://{self.gateway}:{self.port}"

    @property
    def named_endpoint(self) -> str:
        """The same by name: Cloud Map clients put `data-` before the host of DiscoverInstances."""
        return f"http://aws.internal:{self.port}"

    @property
    def own_endpoint(self) -> str:
        """Where the emulator reaches itself."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def extra_hosts(self) -> dict[str, str]:
        return {"aws.internal": self.gateway, "data-aws.internal": self.gateway}

    def instance_dir(self, instance_id: str) -> Path:
        """The folder that stands for the root file system of an instance."""
        return self.state_dir / "instances" / instance_id


def _read() -> Settings:
    def need(key: str) -> str:
        value = os.environ.get(key, "")
        if not value:
            raise SystemExit(f"the local cloud's emulator needs the environment variable {key}")
        return value

    return Settings(
        name=os.environ.get("LOCAL_NAME") or "ecs-tail-sampling",
        network=need("LOCAL_VPC_NETWORK"),
        gateway=need("LOCAL_VPC_GATEWAY"),
        state_dir=Path(need("LOCAL_STATE_DIR")),
        instance_image=need("LOCAL_INSTANCE_IMAGE"),
        forwarder_image=need("LOCAL_FORWARDER_IMAGE"),
        port=int(os.environ.get("GATEWAY_PORT") or "4566"),
        region=os.environ.get("MINISTACK_REGION") or "us-east-1",
        pace=os.environ.get("LOCAL_PACE") or "local",
    )


SETTINGS = _read()
