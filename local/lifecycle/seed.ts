import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DescribeContainerInstancesCommand,
  ECSClient,
  ListContainerInstancesCommand,
} from '@aws-sdk/client-ecs';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { region } from './emulator.ts';
import { waitFor } from './wait.ts';

/** What an AWS account has before the kit is used: a VPC, a cluster with two instances, a bucket. */
export interface Seed {
  vpc: string;
  subnets: string[];
  securityGroup: string;
  cluster: string;
  bucket: string;
  instances: string[];
}

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const instanceCount = 2;
/** Room, and on AWS network interfaces, for several stacks that are updated and verified side by side. */
const instanceType = 'm5.4xlarge';

/** Makes it through the AWS APIs. The VPC has the address range of the Docker network that stands for it. */
export async function seed(
  name: string,
  endpoint: string,
  cidr: string,
  signal?: AbortSignal,
): Promise<Seed> {
  const options = { endpoint, region, credentials, maxAttempts: 3 };
  const ec2 = new EC2Client(options);
  const ecs = new ECSClient(options);
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  try {
    const bucket = `${name}-configs`;
    await s3.send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
    );
    await ecs.send(new CreateClusterCommand({ clusterName: name }));
    const network = await makeVpc(ec2, name, cidr);
    const instances = await Promise.all(
      Array.from({ length: instanceCount }, (_none, index) =>
        runInstance(ec2, name, network.subnets[index % network.subnets.length] ?? '', network.securityGroup),
      ),
    );
    await waitFor(async () => ((await activeInstances(ecs, name)) === instanceCount ? true : undefined), {
      what: `${instanceCount} container instances of cluster ${name} are ACTIVE`,
      deadlineSeconds: 60,
      signal,
    });
    return { ...network, cluster: name, bucket, instances };
  } finally {
    for (const client of [ec2, ecs, s3]) client.destroy();
  }
}

async function makeVpc(
  ec2: EC2Client,
  name: string,
  cidr: string,
): Promise<Pick<Seed, 'vpc' | 'subnets' | 'securityGroup'>> {
  const vpc = required((await ec2.send(new CreateVpcCommand({ CidrBlock: cidr }))).Vpc?.VpcId, 'VpcId');
  const base = cidr.split('.').slice(0, 3).join('.');
  const subnets: string[] = [];
  for (const [index, half] of [`${base}.0/25`, `${base}.128/25`].entries()) {
    const zone = `${region}${'ab'[index]}`;
    const made = await ec2.send(
      new CreateSubnetCommand({ VpcId: vpc, CidrBlock: half, AvailabilityZone: zone }),
    );
    subnets.push(required(made.Subnet?.SubnetId, 'SubnetId'));
  }
  const group = { GroupName: `${name}-tasks`, Description: 'of the user, as it is', VpcId: vpc };
  const securityGroup = required((await ec2.send(new CreateSecurityGroupCommand(group))).GroupId, 'GroupId');
  return { vpc, subnets, securityGroup };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_container_instance.html */
async function runInstance(
  ec2: EC2Client,
  cluster: string,
  subnet: string,
  securityGroup: string,
): Promise<string> {
  const userData = `#!/bin/bash\necho ECS_CLUSTER=${cluster} >> /etc/ecs/ecs.config\n`;
  const answer = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0000000000000ec52',
      InstanceType: instanceType,
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnet,
      SecurityGroupIds: [securityGroup],
      UserData: Buffer.from(userData).toString('base64'),
    }),
  );
  return required(answer.Instances?.[0]?.InstanceId, 'InstanceId');
}

async function activeInstances(ecs: ECSClient, cluster: string): Promise<number> {
  const { containerInstanceArns = [] } = await ecs.send(new ListContainerInstancesCommand({ cluster }));
  if (containerInstanceArns.length === 0) return 0;
  const described = await ecs.send(
    new DescribeContainerInstancesCommand({ cluster, containerInstances: containerInstanceArns }),
  );
  return (described.containerInstances ?? []).filter(
    ({ status, agentConnected }) => status === 'ACTIVE' && agentConnected,
  ).length;
}

function required(id: string | undefined, what: string): string {
  if (!id) throw new Error(`the emulator gave no ${what}`);
  return id;
}
