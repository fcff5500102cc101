"""AWS::Logs::LogGroup: refuses a group that exists, and generates names as CloudFormation does.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
"""

import json

from ministack.services import cloudwatch_logs
from ministack.services.cloudformation import provisioners

TYPE = "AWS::Logs::LogGroup"
REPLACING = ("LogGroupName",)


def create(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    name = props.get("LogGroupName") or provisioners._physical_name(stack_name, logical_id, max_len=512)
    if name in cloudwatch_logs._log_groups:
        identifier = json.dumps({"/properties/LogGroupName": name}, separators=(",", ":"))
        raise ValueError(f"Resource of type '{TYPE}' with identifier '{identifier}' already exists.")
    return provisioners._cwlogs_create(logical_id, {**props, "LogGroupName": name}, stack_name)


def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str) -> tuple[str, dict]:
    named = {**new_props, "LogGroupName": physical_id}
    return provisioners._cwlogs_update(physical_id, old_props, named, stack_name, logical_id)
