"""AWS::ServiceDiscovery::Service with the API's types: a TTL from a template is text, in the API it is a number.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-servicediscovery-service.html
"""

from ministack.services.cloudformation import provisioners

from .api_shape import request_shape, to_request

TYPE = "AWS::ServiceDiscovery::Service"

_TYPED = ("DnsConfig", "HealthCheckConfig", "HealthCheckCustomConfig")


def create(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    return provisioners._sd_service_create(logical_id, _typed(props), stack_name)


def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str) -> tuple[str, dict]:
    return provisioners._sd_service_update(
        physical_id, _typed(old_props), _typed(new_props), stack_name, logical_id
    )


def _typed(props: dict) -> dict:
    given = {name: props[name] for name in _TYPED if name in props}
    return {**props, **to_request(given, request_shape("servicediscovery", "CreateService"))}
