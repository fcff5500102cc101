"""AWS::EC2::VPCEndpoint: endpoints as EC2 shows them, and the two refusals that stacks meet.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html
A VPC has one endpoint with private DNS for a service, a route table one gateway endpoint for it:
https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
No traffic goes through an endpoint here: tasks reach the emulator by its own address.
"""

from collections.abc import Callable
from xml.sax.saxutils import escape

from ministack.core.responses import get_region
from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from ..patching import require, wrap

TYPE = "AWS::EC2::VPCEndpoint"

# "Update requires: Replacement" in the property reference.
REPLACING = (
    "ResourceConfigurationArn",
    "ServiceName",
    "ServiceNetworkArn",
    "ServiceRegion",
    "VpcEndpointType",
    "VpcId",
)


def install() -> None:
    require(ec2, _parse_filters=("params",))
    wrap(ec2, "_vpce_fields_xml", _with_details, parameters=("ep", "tag"))
    wrap(
        ec2,
        "_describe_vpc_endpoints",
        lambda original: lambda p: _filtered(original, p),
        parameters=("p",),
        actions=("DescribeVpcEndpoints",),
    )


def create(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    typed = _typed(props)
    _refuse_conflicts(typed, "")
    endpoint_id, _ = provisioners._ec2_vpc_endpoint_create(logical_id, typed, stack_name)
    return endpoint_id, _complete(endpoint_id)


def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str) -> tuple[str, dict]:
    typed = _typed(new_props)
    _refuse_conflicts(typed, physical_id)
    provisioners._ec2_vpc_endpoint_update(physical_id, _typed(old_props), typed, stack_name)
    return physical_id, _complete(physical_id)


def delete(physical_id: str, props: dict) -> None:
    provisioners._ec2_vpc_endpoint_delete(physical_id, props)


def _typed(props: dict) -> dict:
    """A Boolean that comes from a parameter is text."""
    return {**props, "PrivateDnsEnabled": str(props.get("PrivateDnsEnabled", False)).lower() == "true"}


def _refuse_conflicts(props: dict, own_id: str) -> None:
    others = [
        endpoint
        for endpoint in ec2._vpc_endpoints.values()
        if endpoint["VpcEndpointId"] != own_id
        and (endpoint["VpcId"], endpoint["ServiceName"]) == (props.get("VpcId"), props["ServiceName"])
    ]
    if props["PrivateDnsEnabled"] and any(endpoint["PrivateDnsEnabled"] for endpoint in others):
        raise ValueError(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
            f"{_private_name(props['ServiceName'])} in the VPC {props.get('VpcId')}"
        )
    for table in props.get("RouteTableIds") or []:
        if any(table in endpoint["RouteTableIds"] for endpoint in others):
            raise ValueError(f"route table {table} already has a route with destination-prefix-list-id for the service")


def _complete(endpoint_id: str) -> dict:
    """Its network interfaces, one in each subnet, and its names."""
    endpoint = ec2._vpc_endpoints[endpoint_id]
    if endpoint["VpcEndpointType"] == "Interface":
        unique = endpoint_id.removeprefix("vpce-")
        service = endpoint["ServiceName"].split(".")[-1]
        names = [f"{endpoint_id}-{unique[:8]}.{service}.{get_region()}.vpce.amazonaws.com"]
        if endpoint["PrivateDnsEnabled"]:
            names.append(_private_name(endpoint["ServiceName"]))
        # As GetAtt gives them, behind the id of their zone.
        endpoint["DnsEntries"] = [f"Z00000000000000000000:{name}" for name in names]
        endpoint["NetworkInterfaceIds"] = [f"eni-{unique[:8]}{subnet[-9:]}" for subnet in endpoint["SubnetIds"]]
    return provisioners._ec2_vpc_endpoint_attributes(endpoint)


def _private_name(service_name: str) -> str:
    """com.amazonaws.eu-west-1.ecr.api: api.ecr.eu-west-1.amazonaws.com"""
    service = service_name.split(".")[3:]
    return ".".join([*reversed(service), get_region(), "amazonaws.com"])


def _with_details(original: Callable[..., str]) -> Callable[..., str]:
    """What DescribeVpcEndpoints says beyond MiniStack's fields."""

    def render(endpoint: dict, tag: str = "item") -> str:
        groups = "".join(f"<item><groupId>{group}</groupId></item>" for group in endpoint.get("SecurityGroupIds") or [])
        names = [entry.split(":", 1)[1] for entry in endpoint.get("DnsEntries") or []]
        entries = "".join(f"<item><dnsName>{escape(name)}</dnsName></item>" for name in names)
        interfaces = "".join(f"<item>{interface}</item>" for interface in endpoint.get("NetworkInterfaceIds") or [])
        details = (
            f"<privateDnsEnabled>{str(endpoint.get('PrivateDnsEnabled', False)).lower()}</privateDnsEnabled>"
            f"<groupSet>{groups}</groupSet><dnsEntrySet>{entries}</dnsEntrySet>"
            f"<networkInterfaceIdSet>{interfaces}</networkInterfaceIdSet>"
        )
        body, end, _ = original(endpoint, tag).rpartition(f"</{tag}>")
        return f"{body}{details}{end}"

    return render


_FILTERS = {
    "service-name": "ServiceName",
    "vpc-endpoint-id": "VpcEndpointId",
    "vpc-endpoint-state": "State",
    "vpc-endpoint-type": "VpcEndpointType",
    "vpc-id": "VpcId",
}


def _filtered(original: Callable[[dict], tuple], p: dict) -> tuple:
    """DescribeVpcEndpoints with filters, which MiniStack does not read."""
    wanted = ec2._parse_filters(p)
    unknown = sorted(set(wanted) - set(_FILTERS))
    if unknown:
        return ec2._error("InvalidParameterValue", f"The filter '{unknown[0]}' is invalid", 400)
    if not wanted:
        return original(p)
    ids = [
        endpoint["VpcEndpointId"]
        for endpoint in ec2._vpc_endpoints.values()
        if all(endpoint[_FILTERS[name]] in values for name, values in wanted.items())
    ]
    # Nothing matches nothing: an empty list of ids would mean all.
    return original({f"VpcEndpointId.{index}": [one] for index, one in enumerate(ids or ["vpce-none"], 1)})
