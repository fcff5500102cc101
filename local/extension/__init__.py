"""MiniStack with the behaviours of ECS on EC2 that it leaves out. See ../README.md, "Fidelity"."""

from importlib import import_module

# In the order they are applied: what wraps or uses a replaced function comes after what replaces it.
_BEHAVIOURS = (
    "snapshots",
    "answers",
    "clusters",
    "container_instances",
    "foreign_instances",
    "instances",
    "auto_scaling",
    "instance_metadata",
    "credentials",
    "request_rights",
    "transport",
    "object_keys",
    "task_definitions",
    "rights",
    "environment",
    "discovery_lag",
    "dns_names",
    "awslogs",
    "log_lag",
    "log_pages",
    "run_task",
    "stop_task",
    "task_lists",
    "target_health",
    "load_balancers",
    "deployments",
    "service_deployments",
    "service_lock",
    "services",
    "scheduler",
    "cloudformation",
    "wire",
    "shutdown",
    "listen",
)


def install() -> None:
    """Apply every behaviour. Stops the start-up when MiniStack is not the version they were written for."""
    for name in _BEHAVIOURS:
        import_module(f"{__name__}.{name}").install()
