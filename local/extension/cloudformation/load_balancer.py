"""AWS::ElasticLoadBalancingV2: Network Load Balancers as such, and target groups with the defaults of their protocol.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html
What carries their traffic is `../load_balancers.py`; an Application Load Balancer is a record only.
"""

import secrets

from ministack.core.responses import get_region
from ministack.services import alb, ec2
from ministack.services.cloudformation import provisioners

from .interrupt import announce, wait_until

TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer"
REPLACING = ("Name", "Scheme", "Type")
GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
GROUP_REPLACING = ("IpAddressType", "Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId")

_state = {"first": "active"}


def begins_as(state: str) -> None:
    """The state of a new Network Load Balancer; whoever carries its traffic makes it `active`."""
    _state["first"] = state


def is_network(arn: str) -> bool:
    return ":loadbalancer/net/" in arn


def create(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    arn, attributes = provisioners._elbv2_load_balancer_create(logical_id, _with_subnets(props), stack_name)
    balancer = alb._lbs[arn]
    balancer["VpcId"] = _vpc_of(balancer["Subnets"]) or balancer["VpcId"]
    if props.get("Type") == "network":
        balancer = as_network(arn)
        arn = balancer["LoadBalancerArn"]
    announce(arn)
    wait_until(lambda: balancer["State"] == "active", f"load balancer {arn} to be active")
    return arn, _attributes(attributes, balancer)


def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str) -> tuple[str, dict]:
    _, attributes = provisioners._elbv2_load_balancer_update(
        physical_id, _with_subnets(old_props), _with_subnets(new_props), stack_name, logical_id
    )
    return physical_id, _attributes(attributes, alb._lbs[physical_id])


def as_network(arn: str) -> dict:
    """Give a load balancer, just made as MiniStack makes all of them, the ARN and name of a network one."""
    balancer, tags, attributes = alb._lbs.pop(arn), alb._tags.pop(arn, []), alb._lb_attrs.pop(arn, [])
    identity = secrets.token_hex(8)
    new = arn.replace(":loadbalancer/app/", ":loadbalancer/net/").rsplit("/", 1)[0] + f"/{identity}"
    balancer.update(
        LoadBalancerArn=new,
        DNSName=f"{balancer['LoadBalancerName']}-{identity}.elb.{get_region()}.amazonaws.com".lower(),
        State=_state["first"],
    )
    # An idle time-out belongs to application load balancers; TCP's is an attribute of the listener.
    alb._lb_attrs[new] = [entry for entry in attributes if entry["Key"] != "idle_timeout.timeout_seconds"]
    alb._tags[new] = tags
    alb._lbs[new] = balancer
    return balancer


def create_group(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    made, attributes = provisioners._elbv2_target_group_create(logical_id, _with_defaults(props), stack_name)
    # AWS's ids are hexadecimal, and whoever checks an ARN may insist on it.
    arn = f"{made.rsplit('/', 1)[0]}/{secrets.token_hex(8)}"
    alb._tgs[made]["TargetGroupArn"] = arn
    for store in (alb._tgs, alb._targets, alb._tags, alb._tg_attrs):
        store[arn] = store.pop(made)
    full_name = alb._target_group_full_name_from_arn(arn)
    return arn, {**attributes, "TargetGroupArn": arn, "TargetGroupFullName": full_name, "LoadBalancerArns": []}


def update_group(
    physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str
) -> tuple[str, dict]:
    return provisioners._elbv2_target_group_update(
        physical_id, _with_defaults(old_props), _with_defaults(new_props), stack_name, logical_id
    )


def _with_subnets(props: dict) -> dict:
    """SubnetMappings name subnets too, which MiniStack does not read."""
    mapped = [mapping["SubnetId"] for mapping in props.get("SubnetMappings") or []]
    return {**props, "Subnets": mapped} if mapped else props


def _vpc_of(subnets: list[str]) -> str | None:
    return (ec2._subnets.get(subnets[0]) or {}).get("VpcId") if subnets else None


def _attributes(attributes: dict, balancer: dict) -> dict:
    arn = balancer["LoadBalancerArn"]
    full_name = arn.split(":loadbalancer/", 1)[1]
    return {
        **attributes,
        "Arn": arn,
        "LoadBalancerArn": arn,
        "DNSName": balancer["DNSName"],
        "LoadBalancerFullName": full_name,
    }


def _with_defaults(props: dict) -> dict:
    """Those of a TCP group.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    """
    if props.get("Protocol") not in ("TCP", "TLS", "UDP", "TCP_UDP"):
        return props
    protocol = props.get("HealthCheckProtocol") or "TCP"
    defaults = {"HealthCheckProtocol": "TCP", "HealthCheckTimeoutSeconds": 6 if protocol == "HTTP" else 10}
    if protocol == "HTTP":
        defaults["Matcher"] = {"HttpCode": "200-399"}
    return {**defaults, **props}
