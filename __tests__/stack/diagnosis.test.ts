import { describe, expect, test } from '@jest/globals';
import { KitError } from '../../src/kit/errors.ts';
import { diagnoseService, withChain } from '../../src/stack/diagnosis.ts';
import { deadTask, deployment, now, service, since, task } from '../support/ecs-sights.ts';
import { FakeEcs } from '../support/fake-ecs.ts';

const gateway = { logicalId: 'GatewayService', cluster: 'cluster', name: 'gateway' };
const reason = 'Error: cannot start pipelines: unknown sampling policy type probabilistc';

function diagnosing(lines: string[] = ['{"level":"info","msg":"Starting otelcol..."}', reason]) {
  const ecs = new FakeEcs();
  const asked: string[] = [];
  const logTail = async (group: string, stream: string) => {
    asked.push(`${group}:${stream}`);
    return lines;
  };
  return { ecs, asked, diagnose: () => diagnoseService(gateway, since, { ecs, logTail }) };
}

describe('the chain below a failed service', () => {
  test('leads from its deployment to the last lines of the newest container that failed', async () => {
    const { ecs, asked, diagnose } = diagnosing();
    ecs.state = service({
      deployments: [
        deployment({ rolloutState: 'FAILED', rolloutStateReason: 'circuit breaker', failedTasks: 3 }),
      ],
      events: [{ at: now, message: '(service gateway) has reached a steady state.' }],
    });
    ecs.stopped = [deadTask('1', { stoppedAt: now - 9000 }), deadTask('2', { stoppedAt: now - 1000 })];
    expect(await diagnose()).toEqual([
      { what: 'deployment', text: 'ecs-svc/1 of service gateway is FAILED, 3 failed tasks: circuit breaker' },
      { what: 'task', text: '2: Essential container in task exited' },
      { what: 'container', text: 'otel-collector: exit code 1' },
      { what: 'log', text: 'info | Starting otelcol...' },
      { what: 'log', text: reason },
    ]);
    expect(asked).toEqual(['/ecs/gateway:ecs/otel-collector/2']);
  });

  test('leads to an older failed task when the log of the newest holds nothing', async () => {
    const ecs = new FakeEcs();
    ecs.stopped = ['1', '2', '3'].map((id) => deadTask(id, { stoppedAt: now - 9000 + Number(id) * 1000 }));
    const logTail = async (_group: string, stream: string) => (stream.endsWith('/2') ? [reason] : []);
    const links = await diagnoseService(gateway, since, { ecs, logTail });
    expect(links).toContainEqual({ what: 'task', text: '2: Essential container in task exited' });
    expect(links.at(-1)).toEqual({ what: 'log', text: reason });
    const silent = await diagnoseService(gateway, since, { ecs, logTail: async () => [] });
    expect(silent).toContainEqual({ what: 'task', text: '3: Essential container in task exited' });
    expect(silent.at(-1)).toMatchObject({ what: 'no log' });
  });

  test('names the components that the image is built without, before what its collector said of them', async () => {
    const lines = [
      'Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):',
      '',
      `'receivers' unknown type: "awsecscontainermetricsd" for id: "awsecscontainermetricsd" (valid values: [otlp])`,
      `'extensions' unknown type: "pprof" for id: "pprof/2" (valid values: [zpages])`,
    ];
    const { ecs, diagnose } = diagnosing(lines);
    ecs.stopped = [deadTask('1', { stoppedAt: now - 1000 })];
    const links = await diagnose();
    const lacks = 'image collector:1 is built without receiver awsecscontainermetricsd, extension pprof';
    expect(links).toContainEqual({ what: 'image', text: lacks });
    const chained = withChain(new KitError('failed', { code: 'x', source: 'aws' }), links);
    expect(chained.message).toMatch(`failed | ${lacks} | Error: failed to get config: `);
  });

  test('keeps of a long reason what was tried and why it failed', async () => {
    const denial =
      'api error AccessDenied: User: arn:aws:sts::123456789012:assumed-role/otel-TaskRole/0123 is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:123456789012:key/0f2c because no identity-based policy allows the kms:Decrypt action';
    const line = `Error: failed to get config: file in S3 failed to fetch uri "s3://bucket/${'x'.repeat(200)}": operation error S3: GetObject, https response error StatusCode: 403, RequestID: ${'R'.repeat(16)}, HostID: ${'h'.repeat(76)}, ${denial}`;
    const { ecs, diagnose } = diagnosing([line]);
    ecs.stopped = [deadTask('1', { stoppedAt: now - 1000 })];
    const [first = ''] = withChain(
      new KitError('failed', { code: 'x', source: 'aws' }),
      await diagnose(),
    ).message.split('\n');
    expect(first).toContain(
      'failed | Error: failed to get config: file in S3 failed to fetch uri "s3://bucket/',
    );
    expect(first).toContain(denial);
    expect(first.length).toBeLessThan(750);
  });

  test('ends at the service when no task could be placed', async () => {
    const { ecs, diagnose } = diagnosing();
    const message =
      '(service gateway) was unable to place a task because no container instance met all of its requirements.';
    ecs.state = service({
      deployments: [deployment({ rolloutState: 'IN_PROGRESS' })],
      events: [{ at: now, message }],
    });
    expect((await diagnose()).at(-1)).toEqual({ what: 'service event', text: message });
  });

  test('passes over what others stopped and what failed before', async () => {
    const { ecs, diagnose } = diagnosing();
    ecs.stopped = [
      deadTask('1', { stopCode: 'ServiceSchedulerInitiated' }),
      deadTask('2', { stoppedAt: since - 1 }),
      task('3', { stoppedAt: now, stopCode: 'UserInitiated' }),
    ];
    expect((await diagnose()).map(({ what }) => what)).toEqual(['deployment']);
  });

  test('says so when the container wrote nothing', async () => {
    const { ecs, diagnose } = diagnosing([]);
    const reason = 'CannotPullContainerError: manifest unknown';
    ecs.stopped = [deadTask('1', { stopCode: 'TaskFailedToStart', stoppedReason: reason })];
    const links = await diagnose();
    expect(links.at(-1)).toMatchObject({ what: 'no log' });
    expect(withChain(new KitError('failed', { code: 'x', source: 'aws' }), links).message).toContain(
      'failed | ',
    );
  });

  test('never fails itself', async () => {
    const { ecs, diagnose } = diagnosing();
    ecs.denied = true;
    expect(await diagnose()).toEqual([
      { what: 'diagnosis', text: 'ends here: not authorized to perform ecs:DescribeServices' },
    ]);
  });
});

describe('an error with its chain', () => {
  const error = new KitError('stack otel failed', { code: 'deployment-failed', source: 'aws', hint: 'look' });

  test('names the telling log line first, and stays what it was', () => {
    const chained = withChain(error, [
      { what: 'container', text: 'exit code 1' },
      { what: 'log', text: reason },
      { what: 'log', text: 'Shutdown complete.' },
    ]);
    expect(chained.message.split('\n')[0]).toBe(`stack otel failed | ${reason}`);
    expect(chained).toMatchObject({ code: 'deployment-failed', source: 'aws', hint: 'look' });
  });

  test('names what a container says below its last error', () => {
    const chained = withChain(error, [
      { what: 'log', text: 'Error: failed to get config: decoding failed due to the following error(s):' },
      { what: 'log', text: '' },
      { what: 'log', text: `'exporters' unknown type: "debugg" for id: "debugg"` },
      { what: 'log', text: 'bye' },
    ]);
    expect(chained.message.split('\n')[0]).toBe(
      `stack otel failed | Error: failed to get config: decoding failed due to the following error(s): 'exporters' unknown type: "debugg" for id: "debugg"`,
    );
  });

  test('keeps its first line short', () => {
    const chained = withChain(error, [{ what: 'log', text: `Error: ${'x'.repeat(2000)}` }]);
    expect(chained.message.split('\n')[0]?.length).toBeLessThan(800);
  });

  test('names the deepest reason of AWS when no log tells', () => {
    const chained = withChain(error, [
      { what: 'deployment', text: 'FAILED' },
      { what: 'task', text: 'CannotPullContainerError' },
    ]);
    expect(chained.message.split('\n')[0]).toBe('stack otel failed | CannotPullContainerError');
  });

  test('is the same without a chain', () => {
    expect(withChain(error, [])).toBe(error);
  });
});
