"""AWS::ECS::TaskDefinition: every property arrives, a change is a new revision, the old one is deregistered."""

from cloudformation_cloud import cloud  # the fixture

__all__ = ["cloud"]

CONTAINER = {
    "Name": "app",
    "Image": "app",
    "Essential": "true",
    "Cpu": "128",
    "Memory": "256",
    "MemoryReservation": 128,
    "User": "0",
    "EntryPoint": ["/otelcol"],
    "Command": ["--config", "s3://bucket/key"],
    "StopTimeout": "60",
    "ReadonlyRootFilesystem": "true",
    "LinuxParameters": {"Capabilities": {"Drop": ["ALL"]}, "InitProcessEnabled": True},
    "PortMappings": [{"ContainerPort": "4317", "HostPort": 4317, "Protocol": "tcp"}],
    "Environment": [{"Name": "PORT", "Value": 4317}],
    "Secrets": [{"Name": "KEY", "ValueFrom": "arn:aws:secretsmanager:eu-west-1:000000000000:secret:key-123456"}],
    "MountPoints": [{"SourceVolume": "state", "ContainerPath": "/var/lib/otelcol", "ReadOnly": "false"}],
    "LogConfiguration": {
        "LogDriver": "awslogs",
        "Options": {"awslogs-group": "/ecs/app", "max-buffer-size": "25m", "awslogs-stream-prefix": "ecs"},
        "SecretOptions": [{"Name": "token", "ValueFrom": "arn:aws:ssm:eu-west-1:000000000000:parameter/token"}],
    },
    "HealthCheck": {"Command": ["CMD", "/check"], "Interval": "5", "Retries": 3, "StartPeriod": "10", "Timeout": 2},
    "Ulimits": [{"Name": "nofile", "SoftLimit": "1024", "HardLimit": 4096}],
    "DockerLabels": {"Team.Name": "telemetry"},
    "DependsOn": [{"ContainerName": "init", "Condition": "SUCCESS"}],
    "ExtraHosts": [{"Hostname": "a", "IpAddress": "10.0.0.1"}],
    "VolumesFrom": [{"SourceContainer": "init", "ReadOnly": True}],
}


def template(family: str = "fam", **properties) -> dict:
    definition = {
        "Family": family,
        "Cpu": 256,
        "Memory": 512,
        "NetworkMode": "host",
        "PidMode": "host",
        "RequiresCompatibilities": ["EC2"],
        "RuntimePlatform": {"CpuArchitecture": "X86_64", "OperatingSystemFamily": "LINUX"},
        "PlacementConstraints": [{"Type": "memberOf", "Expression": "attribute:ecs.os-type == linux"}],
        "Volumes": [{"Name": "state", "Host": {"SourcePath": "/var/lib/otelcol"}}],
        "ContainerDefinitions": [CONTAINER],
        "Tags": [{"Key": "team", "Value": "telemetry"}],
        **properties,
    }
    return {"Resources": {"TaskDefinition": {"Type": "AWS::ECS::TaskDefinition", "Properties": definition}}}


def test_every_property_arrives_in_the_form_of_the_api(cloud):
    stack = cloud.name()
    assert cloud.deploy(stack, template(stack))["StackStatus"] == "CREATE_COMPLETE"
    described = cloud.ecs.describe_task_definition(taskDefinition=stack, include=["TAGS"])
    definition = described["taskDefinition"]
    assert {"key": "team", "value": "telemetry"} in described["tags"]
    assert (definition["cpu"], definition["memory"]) == ("256", "512")
    assert (definition["networkMode"], definition["pidMode"]) == ("host", "host")
    assert definition["requiresCompatibilities"] == ["EC2"]
    assert definition["runtimePlatform"] == {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}
    assert definition["volumes"] == [{"name": "state", "host": {"sourcePath": "/var/lib/otelcol"}}]
    assert definition["placementConstraints"] == [
        {"type": "memberOf", "expression": "attribute:ecs.os-type == linux"}
    ]
    assert definition["containerDefinitions"] == [
        {
            "name": "app",
            "image": "app",
            "essential": True,
            "cpu": 128,
            "memory": 256,
            "memoryReservation": 128,
            "user": "0",
            "entryPoint": ["/otelcol"],
            "command": ["--config", "s3://bucket/key"],
            "stopTimeout": 60,
            "readonlyRootFilesystem": True,
            "linuxParameters": {"capabilities": {"drop": ["ALL"]}, "initProcessEnabled": True},
            "portMappings": [{"containerPort": 4317, "hostPort": 4317, "protocol": "tcp"}],
            "environment": [{"name": "PORT", "value": "4317"}],
            "secrets": [
                {"name": "KEY", "valueFrom": "arn:aws:secretsmanager:eu-west-1:000000000000:secret:key-123456"}
            ],
            "mountPoints": [
                {"sourceVolume": "state", "containerPath": "/var/lib/otelcol", "readOnly": False}
            ],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {"awslogs-group": "/ecs/app", "max-buffer-size": "25m", "awslogs-stream-prefix": "ecs"},
                "secretOptions": [
                    {"name": "token", "valueFrom": "arn:aws:ssm:eu-west-1:000000000000:parameter/token"}
                ],
            },
            "healthCheck": {
                "command": ["CMD", "/check"], "interval": 5, "retries": 3, "startPeriod": 10, "timeout": 2,
            },
            "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
            "dockerLabels": {"Team.Name": "telemetry"},
            "dependsOn": [{"containerName": "init", "condition": "SUCCESS"}],
            "extraHosts": [{"hostname": "a", "ipAddress": "10.0.0.1"}],
            "volumesFrom": [{"sourceContainer": "init", "readOnly": True}],
        }
    ]  # fmt: skip


def test_a_value_of_the_wrong_type_fails_by_its_path(cloud):
    stack = cloud.name()
    wrong = [{**CONTAINER, "Memory": "lots"}]
    assert cloud.deploy(stack, template(stack, ContainerDefinitions=wrong))["StackStatus"] == "ROLLBACK_COMPLETE"
    [failed] = [event for event in cloud.events(stack) if event["ResourceStatus"] == "CREATE_FAILED"]
    assert "#/ContainerDefinitions/0/Memory: expected type: Number" in failed["ResourceStatusReason"]


def test_a_change_is_a_new_revision_and_the_old_one_becomes_inactive(cloud):
    stack = cloud.name()
    cloud.deploy(stack, template(stack))
    changed = template(stack, Memory=1024)
    [change] = cloud.change_set(stack, changed)["Changes"]
    assert change["ResourceChange"]["Replacement"] == "True"
    cloud.deploy(stack, changed, "UPDATE")
    assert cloud.physical_id(stack, "TaskDefinition").endswith(f":task-definition/{stack}:2")
    states = [
        cloud.ecs.describe_task_definition(taskDefinition=f"{stack}:{revision}")["taskDefinition"]["status"]
        for revision in (1, 2)
    ]
    assert states == ["INACTIVE", "ACTIVE"]


def test_only_tags_change_in_place(cloud):
    stack = cloud.name()
    cloud.deploy(stack, template(stack))
    before = cloud.physical_id(stack, "TaskDefinition")
    retagged = template(stack, Tags=[{"Key": "owner", "Value": "platform"}])
    [change] = cloud.change_set(stack, retagged)["Changes"]
    assert change["ResourceChange"]["Replacement"] == "False"
    cloud.deploy(stack, retagged, "UPDATE")
    assert cloud.physical_id(stack, "TaskDefinition") == before
    tags = {t["key"]: t["value"] for t in cloud.ecs.list_tags_for_resource(resourceArn=before)["tags"]}
    assert tags["owner"] == "platform"
    assert "team" not in tags


def test_without_a_family_each_version_is_a_family_of_its_own(cloud):
    stack = cloud.name()
    first = template(stack)
    del first["Resources"]["TaskDefinition"]["Properties"]["Family"]
    cloud.deploy(stack, first)
    before = cloud.physical_id(stack, "TaskDefinition")
    second = template(stack, Memory=1024)
    del second["Resources"]["TaskDefinition"]["Properties"]["Family"]
    cloud.deploy(stack, second, "UPDATE")
    after = cloud.physical_id(stack, "TaskDefinition")
    assert before.endswith(":1") and after.endswith(":1") and before != after
