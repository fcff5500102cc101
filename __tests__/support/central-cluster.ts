import {
  CreateKeyPairCommand,
  DeleteKeyPairCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListInstancesCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { clientConfig } from '../../local/client-config.ts';
import { configPairs, copyConfigPairs } from './config-pairs.ts';
import { DeployedTopology } from './deployed-topology.ts';
import { guideRoleTemplate } from './guide-role.ts';
import { makeStack } from './made-stack.ts';
import { ShippedStack } from './shipped-stack.ts';

const name = 'central';

/** The central cluster with all that stands around it: an ECS cluster without instances, load balancer, endpoints, role. */
export class CentralCluster extends DeployedTopology {
  readonly cluster = name;
  readonly keyName = `${name}-key`;
  readonly ec2: EC2Client;
  readonly #discovery: ServiceDiscoveryClient;
  /** Where clients outside send to: output of the load balancer's stack. */
  endpoint = '';
  /** Deployment parameters that only the stacks around it know. */
  #given: Record<string, string> = {};
  readonly #loadBalancer = this.#beside('load-balancer');
  readonly #endpoints = this.#beside('vpc-endpoints');
  readonly #shared = this.#beside('shared-namespace');
  #removed: Promise<void> | undefined;

  constructor(parameters: Record<string, string | number>) {
    super(name, {
      topology: 'central-cluster',
      configs: configPairs.spanMetricsOnReceivers,
      parameters: { ClusterName: name, KeyName: `${name}-key`, ...parameters },
    });
    const config = clientConfig(this.cloud);
    this.ec2 = new EC2Client(config);
    this.#discovery = new ServiceDiscoveryClient(config);
    copyConfigPairs(this.folder);
  }

  /** A stack of `templates/connect/` beside it, by the AWS CLI. */
  #beside(template: string): ShippedStack {
    return new ShippedStack(this.cloud, `${name}-${template}`, `connect/${template}.yaml`);
  }

  /** Makes what has to be there before the deployment. */
  async prepare(): Promise<void> {
    const { account, cloud } = this;
    const { vpc: VpcId, subnets, securityGroup: SecurityGroupId } = cloud;
    const network = { VpcId, SubnetIds: subnets.join(','), SecurityGroupId };
    await account.ecs.send(new CreateClusterCommand({ clusterName: name }));
    await this.ec2.send(new CreateKeyPairCommand({ KeyName: this.keyName }));
    const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
    const { RouteTables = [] } = await this.ec2.send(new DescribeRouteTablesCommand({ Filters }));
    const RouteTableIds = RouteTables.map(({ RouteTableId = '' }) => RouteTableId).join(',');
    const [role, front] = await Promise.all([
      makeStack(account, `${name}-role`, guideRoleTemplate(cloud.bucket)),
      this.#loadBalancer.deploy({ ...network, ClientSecurityGroupId: SecurityGroupId }),
      this.#endpoints.deploy({ ...network, RouteTableIds }),
    ]);
    this.endpoint = front['Endpoint'] ?? '';
    this.#given = {
      TaskExecutionRoleArn: role['Arn'] ?? '',
      ReceiverTargetGroupArn: front['ReceiverTargetGroupArn'] ?? '',
    };
  }

  get roleArn(): string {
    return this.#given['TaskExecutionRoleArn'] ?? '';
  }

  /** @param configs file of each role's config */
  async deploy(configs: Record<string, string> = configPairs.spanMetricsOnReceivers): Promise<void> {
    await this.done('deploy', this.inputs(configs));
  }

  /** What a deployment with these configs is given beside the environment file. */
  inputs(configs: Record<string, string>): Record<string, string> {
    return { parameters: JSON.stringify(this.#given), configs: JSON.stringify(configs) };
  }

  /** Opens the receivers to other clusters in the VPC. @returns the stack's outputs */
  async share(): Promise<Record<string, string>> {
    const { NamespaceId = '', NamespaceName = '' } = await this.outputs();
    return this.#shared.deploy({
      ...{ NamespaceId, NamespaceName, ReceiverSecurityGroupId: await this.#ownGroup() },
      SenderCidr: await this.addressRange(),
    });
  }

  /** Addresses of the VPC. */
  async addressRange(): Promise<string> {
    const { Vpcs } = await this.ec2.send(new DescribeVpcsCommand({ VpcIds: [this.cloud.vpc] }));
    return Vpcs?.[0]?.CidrBlock ?? '';
  }

  /** What may reach the receivers, as `SOURCE:FROM-TO`. */
  async openings(): Promise<string[]> {
    const GroupIds = [await this.#ownGroup()];
    const { SecurityGroups = [] } = await this.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
    return SecurityGroups.flatMap(({ IpPermissions = [] }) => IpPermissions).flatMap((permission) => {
      const { FromPort, ToPort, IpRanges = [], UserIdGroupPairs = [] } = permission;
      const sources = [
        ...IpRanges.map(({ CidrIp }) => CidrIp),
        ...UserIdGroupPairs.map(({ GroupId }) => GroupId),
      ];
      return sources.map((source) => `${source}:${FromPort}-${ToPort}`);
    });
  }

  /** The security group that the stack made. */
  async #ownGroup(): Promise<string> {
    const { SecurityGroupIds = '' } = await this.outputs();
    return SecurityGroupIds.split(',').at(-1) ?? '';
  }

  /** Running tasks of a role, or all of the cluster. */
  async tasks(role?: 'receiver' | 'gateway'): Promise<Task[]> {
    const { ecs } = this.account;
    const ofRole = role ? { serviceName: `${name}-${role}` } : {};
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: name, ...ofRole }));
    if (taskArns.length === 0) return [];
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: name, tasks: taskArns }));
    return tasks;
  }

  /** Addresses of a role's running tasks. */
  async addresses(role: 'receiver' | 'gateway'): Promise<string[]> {
    const details = (await this.tasks(role)).flatMap(({ attachments = [] }) =>
      attachments.flatMap((attachment) => attachment.details ?? []),
    );
    return details
      .flatMap(({ name: key, value }) => (key === 'privateIPv4Address' ? (value ?? []) : []))
      .sort();
  }

  /** Addresses that Cloud Map lists of a role. */
  async listed(role: 'Receiver' | 'Gateway'): Promise<string[]> {
    const ServiceId = (await this.outputs())[`${role}DiscoveryServiceId`];
    const { Instances = [] } = await this.#discovery.send(new ListInstancesCommand({ ServiceId }));
    return Instances.map(({ Attributes }) => Attributes?.['AWS_INSTANCE_IPV4'] ?? '').sort();
  }

  /** Instances of the stack's group that are not terminated. */
  async instances(): Promise<Instance[]> {
    const { Reservations = [] } = await this.ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: [name] }] }),
    );
    return Reservations.flatMap(({ Instances = [] }) => Instances).filter(
      ({ State }) => State?.Name !== 'terminated',
    );
  }

  /** What is left of the stacks beside CloudFormation's own record: instances, groups, secrets, endpoints, definitions. */
  async leftovers(): Promise<string[]> {
    const { SecurityGroups = [] } = await this.ec2.send(new DescribeSecurityGroupsCommand({}));
    const { VpcEndpoints = [] } = await this.ec2.send(new DescribeVpcEndpointsCommand({}));
    const { SecretList = [] } = await new SecretsManagerClient(clientConfig(this.cloud)).send(
      new ListSecretsCommand({}),
    );
    const clusters = await this.account.ecs.send(new DescribeClustersCommand({ clusters: [name] }));
    const isOurs = (description = '') => new RegExp(`stack ${name}\\b`).test(description);
    return [
      ...(await this.instances()).map(({ InstanceId }) => InstanceId),
      ...SecurityGroups.filter(({ Description }) => isOurs(Description)).map(({ GroupId }) => GroupId),
      ...VpcEndpoints.map(({ VpcEndpointId }) => VpcEndpointId),
      ...SecretList.filter(({ Description }) => isOurs(Description)).map(({ ARN }) => ARN),
      ...(clusters.clusters ?? [])
        .filter(({ status }) => status === 'ACTIVE')
        .map(({ clusterArn }) => clusterArn),
      ...(await this.account.taskDefinitions(name)),
    ].map(String);
  }

  /** Where the generators of a verification sent. */
  async targets(runId: string): Promise<string[]> {
    const { ecs } = this.account;
    const query = { cluster: name, startedBy: `verify-${runId}`, desiredStatus: 'STOPPED' as const };
    const { taskArns = [] } = await ecs.send(new ListTasksCommand(query));
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: name, tasks: taskArns }));
    return tasks
      .flatMap(({ overrides }) => overrides?.containerOverrides ?? [])
      .flatMap(({ command = [] }) => command)
      .flatMap((argument) => /^--otlp-endpoint=(.*)$/.exec(argument)?.[1] ?? []);
  }

  /** Removes all of it, users before what they use; once, whoever asks. */
  override remove(): Promise<void> {
    this.#removed ??= this.#remove();
    return this.#removed;
  }

  async #remove(): Promise<void> {
    await this.#shared.remove();
    await super.remove();
    await Promise.all([
      this.#loadBalancer.remove(),
      this.#endpoints.remove(),
      this.account.removeStack(`${name}-role`),
    ]);
    await this.account.ecs.send(new DeleteClusterCommand({ cluster: name }));
    await this.ec2.send(new DeleteKeyPairCommand({ KeyName: this.keyName }));
  }
}
