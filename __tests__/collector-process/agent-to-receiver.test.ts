import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Backend, startBackend } from '../support/backend.ts';
import { freePort, type RunningCollector, startCollector, temporaryFolder } from '../support/collector.ts';
import { containerLog } from '../support/container-logs.ts';
import { type NameServer, startNameServer } from '../support/dns.ts';
import { sendTraces } from '../support/telemetrygen.ts';
import { pause, until } from '../support/wait.ts';

const endpoint = ['grpc-receiver.', '{env:NAMESPACE_NAME:-cx-otel}'].join('$');

describe('configs/agent-config-to-receiver.yaml on the real collector', () => {
  const folder = temporaryFolder();
  const logs = join(folder.path, 'containers');
  let coralogix: Backend;
  let receivers: Backend[];
  let names: NameServer;
  let agent: RunningCollector;
  const addresses = ['127.0.0.2', '127.0.0.3'];
  const spansOf = (receiver: Backend | undefined, batch: string) =>
    (receiver?.spans() ?? []).filter(({ resource }) => resource['batch'] === batch);
  const arrived = (batch: string) =>
    new Set(receivers.flatMap((receiver) => spansOf(receiver, batch).map(({ spanId }) => spanId)));
  const send = (batch: string, traces: number) =>
    sendTraces({ port: agent.ports.grpc, traces, attributes: { batch } });

  beforeAll(async () => {
    coralogix = await startBackend();
    const port = await freePort();
    receivers = await Promise.all(addresses.map((host) => startBackend({ host, port })));
    names = await startNameServer();
    agent = await startCollector({
      config: 'configs/agent-config-to-receiver.yaml',
      overlay: {
        receivers: {
          filelog: { include: [`${logs}/*/*-json.log`] },
          hostmetrics: { collection_interval: '1s' },
        },
        exporters: {
          coralogix: coralogix.overlay,
          // The same name, asked of the name server of this test, and a free port.
          'otlp/receivers': { endpoint: `dns://${names.address}/${endpoint}:${port}` },
        },
        extensions: { file_storage: { directory: join(folder.path, 'state') } },
      },
    });
  }, 60_000);

  afterAll(async () => {
    await agent?.stop('SIGKILL');
    await names?.[Symbol.asyncDispose]();
    await Promise.all([coralogix, ...(receivers ?? [])].map((each) => each?.[Symbol.asyncDispose]()));
    folder[Symbol.dispose]();
  });

  it('holds traces until the name has an address', async () => {
    await send('early', 50);
    await pause(2);
    expect(arrived('early').size).toBe(0);
    names.addresses = addresses;
    await until('100 early spans arrived', () => arrived('early').size === 100, 60);
    expect(names.questions).toContain('grpc-receiver.cx-otel');
  }, 90_000);

  it('sends traces to all receivers', async () => {
    // Several batches: each goes to the next address.
    for (let batch = 0; batch < 6; batch += 1) {
      await send('steady', 20);
      await pause(1.1);
    }
    await until('240 spans arrived', () => arrived('steady').size === 240);
    for (const receiver of receivers) expect(spansOf(receiver, 'steady').length).toBeGreaterThan(0);
  }, 60_000);

  it('loses no span when a receiver leaves', async () => {
    const sending = send('leaving', 1500);
    // On a busy machine its turn may come late.
    await until('it has taken some', () => spansOf(receivers[1], 'leaving').length > 0);
    await receivers[1]?.stop();
    await sending;
    await until('3,000 spans arrived', () => arrived('leaving').size === 3000, 40);
    expect(spansOf(receivers[1], 'leaving').length).toBeGreaterThan(0);
  }, 90_000);

  it('sends logs and metrics to Coralogix, and no trace', async () => {
    containerLog(logs, 'a'.repeat(64)).write('a line');
    const hasMetric = () => coralogix.metrics().some(({ name }) => name === 'system.cpu.time');
    await until('host metrics arrived', hasMetric);
    await until('a line arrived', () => coralogix.logs().some(({ body }) => body === 'a line'));
    expect(coralogix.spans()).toEqual([]);
    for (const receiver of receivers) expect([...receiver.logs(), ...receiver.metrics()]).toEqual([]);
  });
});
