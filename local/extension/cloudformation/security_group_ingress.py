"""AWS::EC2::SecurityGroupIngress: one inbound rule of a security group.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html
"""

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

TYPE = "AWS::EC2::SecurityGroupIngress"

# Everything but the description says "Update requires: Replacement".
REPLACING = (
    "CidrIp",
    "CidrIpv6",
    "FromPort",
    "GroupId",
    "GroupName",
    "IpProtocol",
    "SourcePrefixListId",
    "SourceSecurityGroupId",
    "SourceSecurityGroupName",
    "SourceSecurityGroupOwnerId",
    "ToPort",
)


# Where a stored rule keeps each kind of source, and what names it there.
_SOURCES = {
    "IpRanges": "CidrIp",
    "Ipv6Ranges": "CidrIpv6",
    "PrefixListIds": "PrefixListId",
    "UserIdGroupPairs": "GroupId",
}


def create(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    group = _group(props)
    rule = _rule(props)
    if any(_same(rule, existing) for existing in group["IpPermissions"]):
        # EC2 refuses a rule that exists, so two stacks cannot own the same one.
        raise ValueError(f"the specified rule \"{_peer(props)}\" already exists")
    group["IpPermissions"].append(rule)
    rule_id = ec2._sg_rule_id(group["GroupId"], False, rule)
    return rule_id, {"Id": rule_id}


def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str) -> tuple[str, dict]:
    """The description, the one property that changes in place."""
    group = _group(new_props)
    old, new = _rule(old_props), _rule(new_props)
    group["IpPermissions"] = [new if _same(old, rule) else rule for rule in group["IpPermissions"]]
    return physical_id, {"Id": physical_id}


def delete(physical_id: str, props: dict) -> None:
    group = ec2._security_groups.get(props.get("GroupId", ""))
    if group is not None:
        rule = _rule(props)
        group["IpPermissions"] = [kept for kept in group["IpPermissions"] if not _same(rule, kept)]


def _group(props: dict) -> dict:
    group_id = props.get("GroupId", "")
    group = ec2._security_groups.get(group_id)
    if group is None:
        raise ValueError(f"The security group '{group_id}' does not exist")
    return group


def _rule(props: dict) -> dict:
    return provisioners._ec2_sg_permissions([props])[0]


def _same(left: dict, right: dict) -> bool:
    """Whether two rules let in the same traffic, whatever their descriptions."""
    return _traffic(left) == _traffic(right)


def _traffic(rule: dict) -> tuple:
    sources = {
        (kind, entry[name])
        for kind, name in _SOURCES.items()
        for entry in rule.get(kind, [])
        if name in entry
    }
    return rule.get("IpProtocol"), rule.get("FromPort"), rule.get("ToPort"), frozenset(sources)


def _peer(props: dict) -> str:
    sources = ("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "SourcePrefixListId")
    source = next((props[name] for name in sources if name in props), "")
    ports = f"{props.get('FromPort', '')}-{props.get('ToPort', '')}"
    return f"peer: {source}, {props.get('IpProtocol', 'tcp')}, ports: {ports}, ALLOW"
