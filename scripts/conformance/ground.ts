import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { DescribeContainerInstancesCommand, ListContainerInstancesCommand } from '@aws-sdk/client-ecs';
import { CreateBucketCommand, PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { Account } from './account.ts';
import type { StageWork } from './stage.ts';

const givenGround = z.strictObject({
  vpc: z.string(),
  subnets: z.array(z.string()).min(2),
  securityGroup: z.string(),
  cluster: z.string(),
  bucket: z.string(),
});

/** Where the stages work: made by `ground.yaml`, or the user's own. */
export type GroundFacts = z.infer<typeof givenGround>;

interface GroundOptions {
  account: Account;
  /** Also the name of the stack and of the cluster that are made. */
  name: string;
  accountId: string;
  file: string | undefined;
  keep: StageWork['keep'];
  say: StageWork['say'];
}

/** An instance as ECS knows it. */
export interface GroundInstance {
  instanceId: string;
  agentVersion: string;
}

/** VPC, cluster and bucket, made when first asked for; instances, which cost by the hour, only when a stage needs them. */
export class Ground {
  readonly #options: GroundOptions;
  #facts: GroundFacts | undefined;

  constructor(options: GroundOptions) {
    this.#options = options;
  }

  /** @throws Error when the file lacks a field, or the stack cannot be made. */
  async facts(): Promise<GroundFacts> {
    this.#facts ??= this.#options.file ? this.#given(this.#options.file) : await this.#made();
    return this.#facts;
  }

  /** Waits until the cluster has instances whose agents answer; makes them unless the ground is the user's own. */
  async instances(): Promise<GroundInstance[]> {
    const { file, say } = this.#options;
    const facts = await this.facts();
    const { cluster } = facts;
    if (!file) await this.#makeInstances(facts);
    const wanted = 2;
    for (let waits = 0; ; waits += 1) {
      const found = await this.#connected(cluster);
      if (found.length >= wanted) return found;
      if (waits === 0) say(`waiting for ${wanted} instances of cluster ${cluster}`);
      if (waits > 120) throw new Error(`cluster ${cluster} has ${found.length} instances after ten minutes`);
      await delay(this.#options.account.pollMilliseconds);
    }
  }

  /** Id of the newest ECS-optimised image. */
  ecsImage(): Promise<string> {
    return newestImage(this.#options.account, '20');
  }

  #given(file: string): GroundFacts {
    const read = givenGround.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (read.success) return read.data;
    throw new Error(
      `${file}: ${read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    );
  }

  async #made(): Promise<GroundFacts> {
    const { account, name, accountId, keep } = this.#options;
    const bucket = `${name}-${accountId}-${account.region}`;
    keep('bucket', bucket);
    await makeBucket(account, bucket);
    await this.#stack(name, 'ground.yaml', {});
    const { Vpc = '', Subnets = '', SecurityGroup = '', Cluster = '' } = await account.outputs(name);
    return { vpc: Vpc, subnets: Subnets.split(','), securityGroup: SecurityGroup, cluster: Cluster, bucket };
  }

  async #makeInstances({ vpc, subnets, securityGroup, cluster }: GroundFacts): Promise<void> {
    const [SubnetA = '', SubnetB = ''] = subnets;
    await this.#stack(`${this.#options.name}-instances`, 'instances.yaml', {
      Vpc: vpc,
      SubnetA,
      SubnetB,
      SecurityGroup: securityGroup,
      Cluster: cluster,
      // The ECS agent of an image of 2025 is older than 1.104.0, which is of 2026.
      OlderImage: await newestImage(this.#options.account, '2025'),
    });
  }

  async #stack(name: string, file: string, parameters: Record<string, string>): Promise<void> {
    const { account, keep, say } = this.#options;
    keep('stack', name);
    say(`making stack ${name}`);
    const body = readFileSync(path.join(import.meta.dirname, file), 'utf8');
    const status = await account.deployStack({ name, body, parameters });
    if (/^(CREATE|UPDATE)_COMPLETE$/.test(status)) return;
    throw new Error(
      `stack ${name} is in ${status}: ${(await account.failures(name))[0] ?? 'no reason given'}`,
    );
  }

  async #connected(cluster: string): Promise<GroundInstance[]> {
    const { ecs } = this.#options.account;
    const { containerInstanceArns = [] } = await ecs.send(new ListContainerInstancesCommand({ cluster }));
    if (containerInstanceArns.length === 0) return [];
    const request = { cluster, containerInstances: containerInstanceArns };
    const { containerInstances = [] } = await ecs.send(new DescribeContainerInstancesCommand(request));
    return containerInstances.flatMap(({ status, agentConnected, ec2InstanceId = '', versionInfo }) =>
      status === 'ACTIVE' && agentConnected
        ? { instanceId: ec2InstanceId, agentVersion: versionInfo?.agentVersion ?? 'unknown' }
        : [],
    );
  }
}

async function makeBucket(account: Account, Bucket: string): Promise<void> {
  // us-east-1 takes no location: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
  const place =
    account.region === 'us-east-1'
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: account.region as 'eu-west-1' } };
  await account.s3.send(new CreateBucketCommand({ Bucket, ...place })).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'BucketAlreadyOwnedByYou')) throw error;
  });
  await account.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [account.tag] } }));
}

/** Id of the newest ECS-optimised image whose date begins so; none when there is no such image. */
async function newestImage({ ec2 }: Account, date: string): Promise<string> {
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({
      Owners: ['amazon'],
      Filters: [{ Name: 'name', Values: [`al2023-ami-ecs-hvm-2023.0.${date}*-kernel-6.1-x86_64`] }],
    }),
  );
  const byDate = Images.toSorted((a, b) => (a.CreationDate ?? '').localeCompare(b.CreationDate ?? ''));
  return byDate.at(-1)?.ImageId ?? '';
}
