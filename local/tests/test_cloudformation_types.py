"""The other resource types of the shipped templates: what Ref and GetAtt give, updates, replacements, deletes."""

import json

from cloudformation_cloud import cloud, failure, outputs

__all__ = ["cloud"]

ANYONE = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}  # fmt: skip
READ = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}]}  # fmt: skip


def stack_of(outputs_of: dict | None = None, **resources) -> dict:
    return {
        "Resources": resources,
        "Outputs": {key: {"Value": value} for key, value in (outputs_of or {}).items()},
    }


def resource(kind: str, **properties) -> dict:
    return {"Type": kind, "Properties": properties}


def failed_reason(cloud, stack: str) -> str:
    [failed] = [event for event in cloud.events(stack) if event["ResourceStatus"].endswith("_FAILED")]
    return failed["ResourceStatusReason"]


def default_vpc(cloud) -> str:
    return cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]


def ingress(cloud, group: str) -> list[dict]:
    return cloud.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]


def discovery(cloud, namespace: str, ttl: str = "10") -> dict:
    return stack_of(
        {
            "Namespace": {"Ref": "Namespace"},
            "NamespaceArn": {"Fn::GetAtt": ["Namespace", "Arn"]},
            "Service": {"Ref": "Service"},
            "ServiceArn": {"Fn::GetAtt": ["Service", "Arn"]},
            "ServiceName": {"Fn::GetAtt": ["Service", "Name"]},
            "Instance": {"Ref": "AliasInstance"},
        },
        Namespace=resource("AWS::ServiceDiscovery::PrivateDnsNamespace", Name=namespace, Vpc=default_vpc(cloud)),
        Service=resource(
            "AWS::ServiceDiscovery::Service",
            Name="grpc-gateway", NamespaceId={"Ref": "Namespace"}, HealthCheckCustomConfig={"FailureThreshold": 1},
            DnsConfig={"RoutingPolicy": "MULTIVALUE", "DnsRecords": [{"Type": "A", "TTL": ttl}]},
        ),
        Alias=resource(
            "AWS::ServiceDiscovery::Service",
            Name="grpc-sampling", NamespaceId={"Ref": "Namespace"},
            DnsConfig={"RoutingPolicy": "WEIGHTED", "DnsRecords": [{"Type": "CNAME", "TTL": "60"}]},
        ),
        AliasInstance=resource(
            "AWS::ServiceDiscovery::Instance",
            InstanceId="alias", ServiceId={"Ref": "Alias"},
            InstanceAttributes={"AWS_INSTANCE_CNAME": f"grpc-gateway.{namespace}"},
        ),
    )  # fmt: skip


def test_cloud_map_namespace_services_and_alias(cloud):
    stack = cloud.name()
    arn = cloud.start(stack, discovery(cloud, stack))
    made = outputs(cloud.settled(stack))
    sd = cloud.client("servicediscovery")
    assert sd.get_namespace(Id=made["Namespace"])["Namespace"]["Name"] == stack
    assert made["NamespaceArn"].endswith(f":namespace/{made['Namespace']}")
    service = sd.get_service(Id=made["Service"])["Service"]
    assert service["DnsConfig"]["RoutingPolicy"] == "MULTIVALUE"
    assert service["DnsConfig"]["DnsRecords"] == [{"Type": "A", "TTL": 10}]
    assert service["HealthCheckCustomConfig"] == {"FailureThreshold": 1}
    assert (made["ServiceArn"], made["ServiceName"]) == (service["Arn"], "grpc-gateway")
    [alias] = sd.list_instances(ServiceId=cloud.physical_id(stack, "Alias"))["Instances"]
    assert alias["Attributes"]["AWS_INSTANCE_CNAME"] == f"grpc-gateway.{stack}"
    cloud.deploy(stack, discovery(cloud, stack, "5"), "UPDATE")
    assert sd.get_service(Id=made["Service"])["Service"]["DnsConfig"]["DnsRecords"] == [{"Type": "A", "TTL": 5}]
    cloud.cfn.delete_stack(StackName=stack)
    assert cloud.settled(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert failure(sd.get_namespace, Id=made["Namespace"])[0] == "NamespaceNotFound"


def test_a_renamed_cloud_map_service_is_a_replacement(cloud):
    stack = cloud.name()
    cloud.deploy(stack, discovery(cloud, stack))
    renamed = discovery(cloud, stack)
    renamed["Resources"]["Service"]["Properties"]["Name"] = "another"
    changes = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"] for c in
               cloud.change_set(stack, renamed)["Changes"]}  # fmt: skip
    assert changes["Service"]["Replacement"] == "True"


def role_policy(action: str, name: str = "read") -> dict:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
    return stack_of(
        {"Role": {"Ref": "Role"}, "Arn": {"Fn::GetAtt": ["Role", "Arn"]}},
        Role=resource("AWS::IAM::Role", AssumeRolePolicyDocument=ANYONE, Policies=[
            {"PolicyName": "inline", "PolicyDocument": READ}]),
        Policy=resource("AWS::IAM::RolePolicy", PolicyName=name, RoleName={"Ref": "Role"}, PolicyDocument=document),
    )  # fmt: skip


def test_a_role_policy_lives_on_its_role(cloud):
    stack = cloud.name()
    arn = cloud.start(stack, role_policy("s3:GetObject"))
    role = outputs(cloud.settled(stack))["Role"]
    iam = cloud.client("iam")

    def action(name: str) -> str:
        return iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"][0]["Action"]

    assert action("read") == "s3:GetObject"
    cloud.deploy(stack, role_policy("s3:ListBucket"), "UPDATE")
    assert action("read") == "s3:ListBucket"
    cloud.deploy(stack, role_policy("s3:ListBucket", "renamed"), "UPDATE")
    assert sorted(iam.list_role_policies(RoleName=role)["PolicyNames"]) == ["inline", "renamed"]
    cloud.cfn.delete_stack(StackName=stack)
    assert cloud.settled(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert failure(iam.get_role, RoleName=role)[0] == "NoSuchEntity"


def group_rules(cloud, from_port: str = "4317", description: str = "OTLP") -> dict:
    return stack_of(
        {"Group": {"Ref": "Group"}, "GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}, "Rule": {"Ref": "Rule"}},
        Group=resource("AWS::EC2::SecurityGroup", GroupDescription="test", VpcId=default_vpc(cloud),
                       SecurityGroupIngress=[{"IpProtocol": "tcp", "FromPort": "22", "ToPort": "22",
                                              "CidrIp": "10.0.0.0/8"}]),
        Rule=resource("AWS::EC2::SecurityGroupIngress", GroupId={"Fn::GetAtt": ["Group", "GroupId"]},
                      IpProtocol="tcp", FromPort=from_port, ToPort="4318", Description=description,
                      SourceSecurityGroupId={"Fn::GetAtt": ["Group", "GroupId"]}),
    )  # fmt: skip


def test_an_ingress_rule_of_its_own(cloud):
    stack = cloud.name()
    cloud.deploy(stack, group_rules(cloud))
    made = outputs(cloud.stack(stack))
    assert made["Group"] == made["GroupId"]
    assert made["Rule"].startswith("sgr-")

    def own_rule() -> tuple:
        [rule] = [rule for rule in ingress(cloud, made["Group"]) if rule["FromPort"] != 22]
        [pair] = rule["UserIdGroupPairs"]
        return rule["FromPort"], rule["ToPort"], pair["GroupId"], pair["Description"]

    assert own_rule() == (4317, 4318, made["Group"], "OTLP")
    cloud.deploy(stack, group_rules(cloud, description="traces"), "UPDATE")
    assert own_rule() == (4317, 4318, made["Group"], "traces")
    assert cloud.physical_id(stack, "Rule") == made["Rule"]
    cloud.deploy(stack, group_rules(cloud, "4316", "traces"), "UPDATE")
    assert own_rule()[0] == 4316
    without = group_rules(cloud)
    del without["Resources"]["Rule"], without["Outputs"]["Rule"]
    cloud.deploy(stack, without, "UPDATE")
    assert [rule["FromPort"] for rule in ingress(cloud, made["Group"])] == [22]


def test_the_same_ingress_rule_from_two_stacks_fails(cloud):
    first, second = cloud.name(), cloud.name()
    cloud.deploy(first, group_rules(cloud))
    group = outputs(cloud.stack(first))["Group"]
    rule = resource("AWS::EC2::SecurityGroupIngress", GroupId=group, IpProtocol="tcp", FromPort=4317, ToPort=4318,
                    SourceSecurityGroupId=group)  # fmt: skip
    assert cloud.deploy(second, stack_of(Rule=rule))["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "already exists" in failed_reason(cloud, second)
    # The rollback of the second leaves the first one's rule alone.
    assert 4317 in [rule["FromPort"] for rule in ingress(cloud, group)]


def secret(value: str, principal: str = "arn:aws:iam::000000000000:role/given") -> dict:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": principal},
              "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}  # fmt: skip
    return stack_of(
        {"Ref": {"Ref": "Secret"}, "Id": {"Fn::GetAtt": ["Secret", "Id"]}},
        Secret=resource("AWS::SecretsManager::Secret", SecretString=value, Description="key"),
        Policy=resource("AWS::SecretsManager::ResourcePolicy", SecretId={"Ref": "Secret"}, ResourcePolicy=policy,
                        BlockPublicPolicy="true"),
    )  # fmt: skip


def test_a_secret_and_its_resource_policy(cloud):
    stack = cloud.name()
    arn = cloud.start(stack, secret("one"))
    made = outputs(cloud.settled(stack))
    assert made["Ref"] == made["Id"]
    assert made["Ref"].startswith(f"arn:aws:secretsmanager:eu-west-1:000000000000:secret:{stack}-Secret-")
    sm = cloud.client("secretsmanager")

    def principal() -> str:
        policy = json.loads(sm.get_resource_policy(SecretId=made["Ref"])["ResourcePolicy"])
        return policy["Statement"][0]["Principal"]["AWS"]

    assert principal().endswith("role/given")
    cloud.deploy(stack, secret("two", "arn:aws:iam::000000000000:role/other"), "UPDATE")
    assert sm.get_secret_value(SecretId=made["Ref"])["SecretString"] == "two"
    assert principal().endswith("role/other")
    assert outputs(cloud.stack(stack))["Ref"] == made["Ref"]
    without = secret("two")
    del without["Resources"]["Policy"]
    cloud.deploy(stack, without, "UPDATE")
    assert "ResourcePolicy" not in sm.get_resource_policy(SecretId=made["Ref"])
    cloud.cfn.delete_stack(StackName=stack)
    assert cloud.settled(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert failure(sm.get_secret_value, SecretId=made["Ref"])[0] == "ResourceNotFoundException"


def test_a_log_group_that_exists_is_not_taken_over(cloud):
    first, second = cloud.name(), cloud.name()
    group = stack_of(Group=resource("AWS::Logs::LogGroup", LogGroupName=f"/ecs/{first}", RetentionInDays="7"))
    cloud.deploy(first, group)
    logs = cloud.client("logs")
    logs.create_log_stream(logGroupName=f"/ecs/{first}", logStreamName="kept")
    change_set = cloud.change_set(second, group, "CREATE", DisableValidation=True)
    cloud.cfn.execute_change_set(ChangeSetName=change_set["ChangeSetId"])
    assert cloud.settled(second)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert failed_reason(cloud, second) == (
        "Resource of type 'AWS::Logs::LogGroup' with identifier "
        f"'{{\"/properties/LogGroupName\":\"/ecs/{first}\"}}' already exists."
    )
    [stream] = logs.describe_log_streams(logGroupName=f"/ecs/{first}")["logStreams"]
    assert stream["logStreamName"] == "kept"


def test_a_log_group_without_a_name_gets_one_and_keeps_it(cloud):
    stack = cloud.name()

    def group(days: int) -> dict:
        return stack_of({"Name": {"Ref": "Group"}}, Group=resource("AWS::Logs::LogGroup", RetentionInDays=days))

    name = outputs(cloud.deploy(stack, group(7)))["Name"]
    assert name.startswith(f"{stack}-Group-")
    assert outputs(cloud.deploy(stack, group(14), "UPDATE"))["Name"] == name
    [found] = cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert found["retentionInDays"] == 14
