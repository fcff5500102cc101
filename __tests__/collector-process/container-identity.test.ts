import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Backend, type ReceivedLog, startBackend } from '../support/backend.ts';
import { type RunningCollector, startCollector, temporaryFolder } from '../support/collector.ts';
import { containerLog } from '../support/container-logs.ts';
import { until } from '../support/wait.ts';

/** Written by Docker's own json-file driver for a container with the ECS agent's labels and `labels` naming them. */
const byDocker = readFileSync('__tests__/fixtures/json-file-with-attrs.log', 'utf8');

const task = 'arn:aws:ecs:eu-west-1:000000000000:task/otel-cluster/0123456789abcdef0123456789abcdef';
const labels = {
  'com.amazonaws.ecs.cluster': 'otel-cluster',
  'com.amazonaws.ecs.container-name': 'web',
  'com.amazonaws.ecs.task-arn': task,
  'com.amazonaws.ecs.task-definition-family': 'shop',
  'com.amazonaws.ecs.task-definition-version': '7',
};
const identity = {
  'aws.ecs.cluster.name': 'otel-cluster',
  'aws.ecs.task.arn': task,
  'aws.ecs.task.family': 'shop',
  'aws.ecs.task.revision': '7',
  'container.name': 'web',
};
const ids = (log: ReceivedLog | undefined) =>
  Object.fromEntries(
    Object.entries(log?.resource ?? {}).filter(([key]) => /^(aws\.ecs|container\.name)/.test(key)),
  );

/** An agent that reads the container logs below `folder` and keeps its place there. */
function startAgent(config: string, backend: Backend, folder: string): Promise<RunningCollector> {
  return startCollector({
    config,
    overlay: {
      receivers: { filelog: { include: [join(folder, 'containers/*/*-json.log')] } },
      exporters: { coralogix: backend.overlay },
      extensions: { file_storage: { directory: join(folder, 'state') } },
    },
  });
}

describe.each(['agent-config.yaml', 'agent-config-to-receiver.yaml'])(
  'container identity by configs/%s',
  (file) => {
    const folder = temporaryFolder();
    const logs = join(folder.path, 'containers');
    let backend: Backend;
    let agent: RunningCollector;
    const arrived = async (body: string): Promise<ReceivedLog> => {
      const find = () => backend.logs().find((log) => log.body === body);
      await until(`line arrived: ${body}`, () => find() !== undefined);
      const log = find();
      if (log === undefined) throw new Error('it was there a moment ago');
      return log;
    };

    beforeAll(async () => {
      backend = await startBackend();
      agent = await startAgent(`configs/${file}`, backend, folder.path);
    }, 60_000);

    afterAll(async () => {
      await agent?.stop('SIGKILL');
      await backend?.[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    });

    it('is read from a file as Docker writes it, the cluster also from its ARN', async () => {
      const id = 'd'.repeat(64);
      mkdirSync(join(logs, id), { recursive: true });
      writeFileSync(join(logs, id, `${id}-json.log`), byDocker);
      const line = await arrived('a line of the shop');
      expect(ids(line)).toEqual(identity);
      expect(line.resource).toMatchObject({ 'container.id': id, 'host.name': expect.any(String) });
      expect(line.attributes).toEqual({ 'log.iostream': 'stdout' });
    });

    it('stays with a line that Docker cut, and with its own container', async () => {
      const long = `long ${'x'.repeat(40_000)} end`;
      containerLog(logs, 'a'.repeat(64), labels).write(long);
      const other = { ...labels, 'com.amazonaws.ecs.container-name': 'proxy' };
      containerLog(logs, 'b'.repeat(64), other).write('of the proxy');
      expect(ids(await arrived(long))).toEqual(identity);
      expect(ids(await arrived('of the proxy'))).toEqual({ ...identity, 'container.name': 'proxy' });
    });

    it('is as much as there are labels, and none of the others', async () => {
      const some = { 'com.amazonaws.ecs.container-name': 'web', 'org.example.team': 'shop' };
      containerLog(logs, 'e'.repeat(64), some).write('with some labels');
      const line = await arrived('with some labels');
      expect(ids(line)).toEqual({ 'container.name': 'web' });
      expect(JSON.stringify(line)).not.toContain('org.example.team');
    });

    it('is nothing without labels, and no fault', async () => {
      containerLog(logs, 'f'.repeat(64)).write('without labels');
      expect(ids(await arrived('without labels'))).toEqual({});
      expect(agent.lines().filter((line) => line.includes('"level":"error"'))).toEqual([]);
    });
  },
);

// Its processor ecsattributes is in the Coralogix distribution only, so it is not executed here: in its place stands
// one that sets what Coralogix documents for it.
describe('container identity by configs/agent-config-coralogix-distribution.yaml', () => {
  const folder = temporaryFolder();
  const logs = join(folder.path, 'containers');
  const known = 'a'.repeat(64);
  const documented = {
    'aws.ecs.cluster': 'arn:aws:ecs:eu-west-1:000000000000:cluster/otel-cluster',
    'aws.ecs.container.name': 'web',
    'aws.ecs.task.arn': task,
    'aws.ecs.task.definition.family': 'shop',
    'aws.ecs.task.definition.version': '7',
  };
  let backend: Backend;
  let agent: RunningCollector;

  beforeAll(async () => {
    backend = await startBackend();
    const config = join(folder.path, 'config.yaml');
    const standIn = Object.entries(documented).map(
      ([key, value]) =>
        `set(resource.attributes["${key}"], "${value}") where resource.attributes["container.id"] == "${known}"`,
    );
    const shipped = readFileSync('configs/agent-config-coralogix-distribution.yaml', 'utf8');
    writeFileSync(
      config,
      shipped
        .replace(
          /^ {2}ecsattributes:\n(?: {4}.*\n)+/m,
          `  transform/stand-in: { log_statements: ${JSON.stringify(standIn)} }\n`,
        )
        .replace('resourcedetection, ecsattributes,', 'resourcedetection, transform/stand-in,'),
    );
    agent = await startAgent(config, backend, folder.path);
  }, 60_000);

  afterAll(async () => {
    await agent?.stop('SIGKILL');
    await backend?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('has the names of the other agent configs as well', async () => {
    containerLog(logs, known).write('known to the engine');
    containerLog(logs, 'b'.repeat(64)).write('not a task');
    const find = (body: string) => backend.logs().find((log) => log.body === body);
    await until('both lines arrived', () => [find('known to the engine'), find('not a task')].every(Boolean));
    expect(find('known to the engine')?.resource).toMatchObject(identity);
    expect(ids(find('not a task'))).toEqual({});
    expect(agent.lines().filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
