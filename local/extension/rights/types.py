"""The resources that a stack's resource has to do with, as the Service Authorization Reference types their ARNs.

An id that is not known yet is `*`, as it is on AWS when something is made:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-ec2-console.html
Names that CloudFormation will generate are known: `generated_names.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2, iam
from ministack.services.cloudformation import provisioners

# Kind of resource, as in `service_authorization.json` → ARNs.
Named = dict[str, list[str]]


@dataclass(frozen=True)
class Subject:
    """A resource of a stack on which its handler works."""

    type: str
    logical_id: str
    stack_name: str
    properties: dict[str, Any]
    # Empty as long as it is not made.
    physical_id: str = ""

    def arn(self, service: str, what: str) -> str:
        return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{what}"

    def iam(self, what: str) -> str:
        return f"arn:aws:iam::{get_account_id()}:{what}"

    def given(self, name: str) -> Any:
        """A property, or `*` when it has no value."""
        return self.properties.get(name) or "*"

    def name(self, given: str, longest: int = 128) -> str:
        """Its own name: as given, or as CloudFormation will make it."""
        return self.properties.get(given) or provisioners._physical_name(
            self.stack_name, self.logical_id, max_len=longest
        )


def named(subject: Subject) -> Named:
    """What its handler's actions are authorised on; the first is the resource itself, of those that have an ARN."""
    return _NAMED[subject.type](subject)


def own(subject: Subject) -> str:
    """Its own ARN, of a type that CloudFormation tags."""
    return next(iter(named(subject).values()))[0]


def passed(subject: Subject) -> list[tuple[str, str]]:
    """Roles that the handler hands over: ARN, and the service it is for."""
    find = _PASSED.get(subject.type)
    return [(_role_arn(subject, role), service) for role, service in find(subject) if role] if find else []


def _role_arn(subject: Subject, role: str) -> str:
    """Of a role by its name or ARN; only its record knows the path."""
    known = iam._roles.get(role)
    return role if role.startswith("arn:") else known["Arn"] if known else subject.iam(f"role/{role}")


def _namespace(subject: Subject) -> Named:
    return {"namespace": [subject.arn("servicediscovery", f"namespace/{subject.physical_id or '*'}")]}


def _discovery_service(subject: Subject) -> Named:
    namespace = subject.properties.get("NamespaceId") or (subject.properties.get("DnsConfig") or {}).get("NamespaceId")
    return {
        "service": [subject.arn("servicediscovery", f"service/{subject.physical_id or '*'}")],
        "namespace": [subject.arn("servicediscovery", f"namespace/{namespace or '*'}")],
    }


def _discovery_instance(subject: Subject) -> Named:
    service = str(subject.given("ServiceId")).rsplit("/", 1)[-1]
    return {"service": [subject.arn("servicediscovery", f"service/{service}")]}


def _ec2(subject: Subject, kind: str, ids: Any) -> list[str]:
    listed = ids if isinstance(ids, list) else [ids]
    return [subject.arn("ec2", f"{kind}/{each}") for each in listed if each]


def _security_group(subject: Subject) -> Named:
    group = subject.physical_id or "*"
    return {
        "security-group": _ec2(subject, "security-group", group),
        **({} if subject.physical_id else {"vpc": _ec2(subject, "vpc", subject.properties.get("VpcId"))}),
    }


def _security_group_rule(subject: Subject) -> Named:
    return {"security-group": _ec2(subject, "security-group", subject.given("GroupId"))}


def _launch_template(subject: Subject) -> Named:
    return {"launch-template": _ec2(subject, "launch-template", subject.physical_id or "*")}


def _vpc_endpoint(subject: Subject) -> Named:
    made = bool(subject.physical_id)
    return {
        "vpc-endpoint": _ec2(subject, "vpc-endpoint", subject.physical_id or "*"),
        **({} if made else {"vpc": _ec2(subject, "vpc", subject.properties.get("VpcId"))}),
        "subnet": _ec2(subject, "subnet", subject.properties.get("SubnetIds") or []),
        "security-group": _ec2(subject, "security-group", subject.properties.get("SecurityGroupIds") or []),
        "route-table": _ec2(subject, "route-table", subject.properties.get("RouteTableIds") or []),
    }


def _secret(subject: Subject) -> Named:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html:
    # a generated name begins with the logical id alone, and the ARN has six random characters more.
    name = subject.properties.get("Name") or f"{subject.logical_id}-*"
    return {"Secret": [subject.physical_id or subject.arn("secretsmanager", f"secret:{name}-*")]}


def _secret_policy(subject: Subject) -> Named:
    return {"Secret": [subject.given("SecretId")]}


def _role(subject: Subject) -> Named:
    path = subject.properties.get("Path") or "/"
    return {"role": [subject.iam(f"role{path}{subject.physical_id or subject.name('RoleName', 64)}")]}


def _instance_profile(subject: Subject) -> Named:
    path = subject.properties.get("Path") or "/"
    name = subject.physical_id or subject.name("InstanceProfileName")
    return {"instance-profile": [subject.iam(f"instance-profile{path}{name}")]}


def _log_group(subject: Subject) -> Named:
    return {"log-group": [subject.arn("logs", f"log-group:{subject.physical_id or subject.name('LogGroupName', 255)}")]}


def _task_definition(subject: Subject) -> Named:
    own = subject.physical_id or subject.arn("ecs", f"task-definition/{subject.name('Family', 255)}:*")
    return {"task-definition": [own], "role": [role for role, _ in passed(subject)]}


def _service(subject: Subject) -> Named:
    cluster = str(subject.properties.get("Cluster") or "default").rsplit("/", 1)[-1]
    own = subject.physical_id or subject.arn("ecs", f"service/{cluster}/{subject.name('ServiceName', 255)}")
    return {"service": [own], "service-deployment": [f"{own.replace(':service/', ':service-deployment/')}/*"]}


def _group(subject: Subject) -> Named:
    name = subject.physical_id or subject.name("AutoScalingGroupName")
    # What RunInstances is authorised on: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html
    launched = {
        kind: [subject.arn("ec2", f"{kind}/*")]
        for kind in ("instance", "network-interface", "security-group", "subnet", "volume")
    }
    return {
        "autoScalingGroup": [subject.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{name}")],
        "image": [f"arn:aws:ec2:{get_region()}::image/*"],
        "launch-template": _ec2(subject, "launch-template", _template_id(subject) or "*"),
        **launched,
    }


def _template_id(subject: Subject) -> str:
    return (subject.properties.get("LaunchTemplate") or {}).get("LaunchTemplateId") or ""


def _load_balancer(subject: Subject) -> Named:
    short = "net" if subject.properties.get("Type") == "network" else "app"
    own = subject.physical_id or subject.arn("elasticloadbalancing", f"loadbalancer/{short}/{subject.name('Name', 32)}/*")
    return {f"loadbalancer/{short}/": [own]}


def _target_group(subject: Subject) -> Named:
    own = subject.physical_id or subject.arn("elasticloadbalancing", f"targetgroup/{subject.name('Name', 32)}/*")
    return {"targetgroup": [own]}


def _listener(subject: Subject) -> Named:
    balancer = str(subject.given("LoadBalancerArn"))
    short = "net" if ":loadbalancer/net/" in balancer else "app"
    own = subject.physical_id or f"{balancer.replace(':loadbalancer/', ':listener/')}/*"
    return {f"listener/{short}": [own], f"loadbalancer/{short}/": [balancer]}


_NAMED: dict[str, Callable[[Subject], Named]] = {
    "AWS::AutoScaling::AutoScalingGroup": _group,
    "AWS::EC2::LaunchTemplate": _launch_template,
    "AWS::EC2::SecurityGroup": _security_group,
    "AWS::EC2::SecurityGroupIngress": _security_group_rule,
    "AWS::EC2::VPCEndpoint": _vpc_endpoint,
    "AWS::ECS::Service": _service,
    "AWS::ECS::TaskDefinition": _task_definition,
    "AWS::ElasticLoadBalancingV2::Listener": _listener,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _target_group,
    "AWS::IAM::InstanceProfile": _instance_profile,
    "AWS::IAM::Role": _role,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::SecretsManager::ResourcePolicy": _secret_policy,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::ServiceDiscovery::Instance": _discovery_instance,
    "AWS::ServiceDiscovery::PrivateDnsNamespace": _namespace,
    "AWS::ServiceDiscovery::Service": _discovery_service,
}


def _roles_of_task(subject: Subject) -> list[tuple[str, str]]:
    roles = (subject.properties.get("ExecutionRoleArn"), subject.properties.get("TaskRoleArn"))
    return [(role, "ecs-tasks.amazonaws.com") for role in dict.fromkeys(roles) if role]


def _roles_of_group(subject: Subject) -> list[tuple[str, str]]:
    """Those of the instance profile in the group's launch template."""
    template = ec2._launch_templates.get(_template_id(subject)) or {}
    profiles = {
        (version.get("LaunchTemplateData") or {}).get("IamInstanceProfile", {}).get(key)
        for version in template.get("Versions") or []
        for key in ("Arn", "Name")
    }
    names = {str(profile).rsplit("/", 1)[-1] for profile in profiles if profile}
    roles = [role for name in sorted(names) for role in (iam._instance_profiles.get(name) or {}).get("Roles") or []]
    return [(role if isinstance(role, str) else role["RoleName"], "ec2.amazonaws.com") for role in roles]


def image_parameters(subject: Subject) -> list[str]:
    """The parameters that the image of a launch template, or of a group's, is read from: `resolve:ssm:NAME`.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
    """
    versions = (ec2._launch_templates.get(_template_id(subject)) or {}).get("Versions") or []
    data = [version.get("LaunchTemplateData") or {} for version in versions]
    images = [str(each.get("ImageId", "")) for each in [subject.properties.get("LaunchTemplateData") or {}, *data]]
    names = dict.fromkeys(image.split(":")[2] for image in images if image.startswith("resolve:ssm:"))
    return [subject.arn("ssm", f"parameter/{name.lstrip('/')}") for name in names]


_PASSED: dict[str, Callable[[Subject], list[tuple[str, str]]]] = {
    "AWS::AutoScaling::AutoScalingGroup": _roles_of_group,
    "AWS::ECS::Service": lambda subject: [(subject.properties.get("Role", ""), "ecs.amazonaws.com")],
    "AWS::ECS::TaskDefinition": _roles_of_task,
    "AWS::IAM::InstanceProfile": lambda subject: [
        (role, "ec2.amazonaws.com") for role in subject.properties.get("Roles") or []
    ],
}
