"""MiniStack with the behaviours of ECS on EC2 that it leaves out. See ../README.md, "Fidelity"."""


def install() -> None:
    """Apply every behaviour. Stops the start-up when MiniStack is not the version they were written for."""
    from . import (
        awslogs,
        cloud_map,
        cloudformation,
        clusters,
        container_instances,
        credentials,
        deployments,
        environment,
        instance_metadata,
        instances,
        parameter_rights,
        run_task,
        scheduler,
        service_deployments,
        service_lock,
        services,
        shutdown,
        stop_task,
        task_lists,
    )

    for behaviour in (
        # Guards of unknown clusters come before what is built on the guarded functions.
        clusters,
        container_instances,
        instances,
        instance_metadata,
        credentials,
        parameter_rights,
        environment,
        cloud_map,
        awslogs,
        run_task,
        stop_task,
        task_lists,
        service_lock,
        deployments,
        services,
        service_deployments,
        scheduler,
        cloudformation,
        shutdown,
    ):
        behaviour.install()
