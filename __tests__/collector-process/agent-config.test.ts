import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Backend, startBackend } from '../support/backend.ts';
import { type CloudMap, startCloudMap } from '../support/cloud-map.ts';
import { type RunningCollector, startCollector, temporaryFolder } from '../support/collector.ts';
import { containerLog } from '../support/container-logs.ts';
import { pause, until } from '../support/wait.ts';

const id = 'a'.repeat(64);

describe('configs/agent-config.yaml on the real collector', () => {
  const folder = temporaryFolder();
  const logs = join(folder.path, 'containers');
  let backend: Backend;
  let cloudMap: CloudMap;
  let agent: RunningCollector;

  /** What differs from an instance: folders, the backend, and host metrics without waiting 30 s for the second. */
  const startAgent = () =>
    startCollector({
      config: 'configs/agent-config.yaml',
      env: cloudMap.env,
      overlay: {
        receivers: {
          filelog: { include: [`${logs}/*/*-json.log`] },
          hostmetrics: { collection_interval: '1s' },
        },
        exporters: { coralogix: backend.overlay },
        extensions: { file_storage: { directory: join(folder.path, 'state') } },
      },
    });
  const bodies = () => backend.logs().map((log) => log.body);
  const arrives = (body: string) => until(`line arrived: ${body}`, () => bodies().includes(body));

  beforeAll(async () => {
    backend = await startBackend();
    cloudMap = await startCloudMap();
    agent = await startAgent();
  }, 60_000);

  afterAll(async () => {
    await agent?.stop('SIGKILL');
    await cloudMap?.[Symbol.asyncDispose]();
    await backend?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('reads the line of a container, with its own time, container and stream', async () => {
    containerLog(logs, id).write('first line', 'stderr');
    await arrives('first line');
    const line = backend.logs().find((log) => log.body === 'first line');
    expect(line?.attributes).toEqual({ 'log.iostream': 'stderr' });
    expect(line?.resource).toMatchObject({ 'container.id': id, 'host.name': expect.any(String) });
    expect(line?.timeUnixNano).toMatch(/123456$/);
  });

  it('joins a line that Docker cut, also when the other stream speaks in between', async () => {
    const long = `long ${'x'.repeat(100_000)} end`;
    containerLog(logs, id).write(long);
    const log = containerLog(logs, 'b'.repeat(64));
    log.entry('one ');
    log.entry('other stream\n', 'stderr');
    log.entry('two\n');
    await arrives('one two');
    await arrives('other stream');
    await until('long line arrived', () => bodies().includes(long));
  });

  it('keeps the inside of a line as it is', async () => {
    const lines = ['  {"json": "stays text", "n": 1}', '\ttabs and trailing blanks  ', 'a\\nb'];
    for (const line of lines) containerLog(logs, id).write(line);
    for (const line of lines) await arrives(line);
  });

  it('sends host metrics of every kind with the name of the host', async () => {
    const kinds = ['cpu.time', 'memory.usage', 'cpu.load_average.1m', 'disk.io', 'network.io'];
    const seen = () => new Set(backend.metrics().map((metric) => metric.name));
    await until('all host metrics arrived', () => kinds.every((kind) => seen().has(`system.${kind}`)));
    expect(backend.metrics().every((metric) => (metric.resource['host.name'] ?? '') !== '')).toBe(true);
  });

  it('neither repeats nor loses a line over a restart', async () => {
    const log = containerLog(logs, id);
    log.write('before the stop');
    await arrives('before the stop');
    expect(await agent.stop()).toBe(0);
    log.write('while stopped');
    containerLog(logs, 'c'.repeat(64)).write('of a container that started meanwhile');
    agent = await startAgent();
    await arrives('while stopped');
    await arrives('of a container that started meanwhile');
    await pause(2);
    expect(bodies().length).toBe(new Set(bodies()).size);
  });

  it('sends after a restart what the backend did not take before it', async () => {
    await backend.stop();
    containerLog(logs, id).write('while the backend was away');
    await pause(3);
    await agent.stop();
    await backend.start();
    agent = await startAgent();
    await arrives('while the backend was away');
    await pause(1);
    expect(bodies().filter((body) => body === 'while the backend was away')).toHaveLength(1);
  }, 60_000);
});
