import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { writeCloudAssembly } from '../support/cloud-assembly.ts';
import { account, daemonParameters, daemonTemplate, ForeignClients } from '../support/foreign-clients.ts';
import { readTemplate } from '../support/template.ts';
import { theCloud } from '../support/the-cloud.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(300_000);

// An app of one stack, through the roles and the bucket of the bootstrap.
describe('the CDK CLI with a template of ours', () => {
  const name = 'by-cdk';
  const cloud = theCloud();
  const clients = new ForeignClients(cloud);
  const folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
  const app = ['--app', folder];

  beforeAll(async () => {
    writeCloudAssembly(folder, name, readTemplate(daemonTemplate), { account, region: cloud.region });
    await clients.uploadConfig(name);
  });
  afterAll(async () => {
    await clients.cdk('destroy', ...app, '--force');
    await removeBucket(`cdk-hnb659fds-assets-${account}-${cloud.region}`);
    await clients.aws('cloudformation', 'delete-stack', '--stack-name', 'CDKToolkit');
    const toolkit = ['cloudformation', 'describe-stacks', '--stack-name', 'CDKToolkit'];
    await until('the toolkit is gone', async () => (await clients.aws(...toolkit)).code !== 0, 60);
    rmSync(folder, { recursive: true });
  });

  /** The bootstrap keeps the versions of its objects, and the bucket when its stack goes. */
  async function removeBucket(bucket: string): Promise<void> {
    const query = '{Objects: [Versions, DeleteMarkers][][].{Key: Key, VersionId: VersionId}}';
    const listed = await clients.aws('s3api', 'list-object-versions', '--bucket', bucket, '--query', query);
    await clients.aws('s3api', 'delete-objects', '--bucket', bucket, '--delete', listed.stdout);
    expect(await clients.aws('s3', 'rb', `s3://${bucket}`)).toMatchObject({ code: 0 });
  }

  const deploy = (changed: Record<string, string> = {}) => {
    const parameters = Object.entries({ ...daemonParameters(cloud, name, 22), ...changed });
    const given = parameters.flatMap(([key, value]) => ['--parameters', `${key}=${value}`]);
    return clients.cdk('deploy', ...app, '--require-approval', 'never', '--progress', 'events', ...given);
  };
  /** The events it printed, as `STATUS ID REASON`, in its order. */
  const events = (printed: string) =>
    [...printed.matchAll(/^by-cdk \| +\d+\/\d+ \|[^|]+\| (\w+) +\|[^|]+\| (.*)$/gm)].map(
      ([, status, resource = '']) => `${status} ${resource.trim()}`,
    );

  test('is bootstrapped: bucket, repository, roles and the version are there', async () => {
    const bootstrapped = await clients.cdk('bootstrap', `aws://${account}/${cloud.region}`);
    expect(bootstrapped.code).toBe(0);
    const printed = bootstrapped.stdout + bootstrapped.stderr;
    expect(printed).toContain(`✅  Environment aws://${account}/${cloud.region} bootstrapped.`);
    expect(printed).toMatch(
      /CDKToolkit \| 12\/12 \|.*\| CREATE_COMPLETE +\| AWS::CloudFormation::Stack \| CDKToolkit/,
    );
  });

  test('is not bootstrapped twice: early validation names what is taken, and its events say so to the CLI', async () => {
    const again = await clients.cdk(
      ...['bootstrap', `aws://${account}/${cloud.region}`, '--toolkit-stack-name', 'CDKToolkit-again'],
    );
    await clients.aws('cloudformation', 'delete-stack', '--stack-name', 'CDKToolkit-again');
    expect(again.code).toBe(1);
    expect((again.stdout + again.stderr).replace(/\s+/g, ' ')).toMatch(
      /Early validation failed for change set \S+: CDKToolkit-again\/.*StagingBucket \(AWS::S3::Bucket StagingBucket\) Resource of type 'AWS::S3::Bucket' with identifier 'cdk-hnb659fds-assets-\d+-[\w-]+' already exists\. \(at \/Resources\/StagingBucket\)/,
    );
  });

  test('creates it, resource by resource', async () => {
    const created = await deploy();
    expect(created.code).toBe(0);
    const printed = created.stdout + created.stderr;
    expect(printed).toContain(`\n✅  ${name}\n`);
    expect(printed).toContain(`${name}.AgentServiceName = ${name}-agent`);
    const seen = events(printed).filter((event) => event.includes('AgentService'));
    expect(seen).toEqual([
      'CREATE_IN_PROGRESS AgentService',
      'CREATE_IN_PROGRESS AgentService Resource creation Initiated',
      'CREATE_COMPLETE AgentService',
    ]);
    expect(events(printed).at(-1)).toBe(`CREATE_COMPLETE ${name}`);
  });

  test('finds nothing to change', async () => {
    const again = await deploy();
    expect(again.code).toBe(0);
    expect(again.stdout + again.stderr).toContain(`✅  ${name} (no changes)\n`);
  });

  test('breaks it, prints the reason and the rollback', async () => {
    const broken = await deploy({ S3ConfigKey: `${name}/none.yaml`, SubsystemName: 'changed' });
    expect(broken.code).toBe(1);
    const printed = broken.stdout + broken.stderr;
    const reason =
      /UPDATE_FAILED +\| AWS::ECS::Service +\| AgentService Resource handler returned message: "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'\./;
    expect(printed).toMatch(reason);
    expect(printed).toContain(
      'by-cdk The following resource(s) failed to update: [AgentService]. Rollback requested by user.',
    );
    expect(printed).toContain(`❌  ${name} failed to deploy`);
    // The column is 23 wide.
    expect(events(printed).at(-1)).toMatch(/^UPDATE_ROLLBACK_COMPLET\w* by-cdk$/);
  });

  test('changes it', async () => {
    const changed = await deploy({ SubsystemName: 'changed' });
    expect(changed.code).toBe(0);
    const seen = events(changed.stdout + changed.stderr);
    expect(seen).toContain(
      'UPDATE_IN_PROGRESS AgentTaskDefinition Requested update requires the creation of a new physical resource; hence creating one.',
    );
    expect(seen.at(-1)).toBe(`UPDATE_COMPLETE ${name}`);
  });

  test('deletes it', async () => {
    const destroyed = await clients.cdk('destroy', ...app, '--force');
    expect(destroyed.code).toBe(0);
    expect(destroyed.stdout + destroyed.stderr).toContain(`✅  ${name}: destroyed`);
  });
});
