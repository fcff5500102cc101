import { beforeEach, describe, expect, test } from '@jest/globals';
import type { NamedService, Settings } from '../../src/inputs/settings.ts';
import type { KitError } from '../../src/kit/errors.ts';
import { Ledger } from '../../src/kit/ledger.ts';
import { scale } from '../../src/steps/scale.ts';
import { FakeReporter } from '../support/fake-reporter.ts';
import { ScaledStack, scaledRoles } from '../support/scaled-stack.ts';

let stack: ScaledStack;
let reporter: FakeReporter;

beforeEach(() => {
  stack = new ScaledStack({ ...scaledRoles['tail-sampling'], countParameter: 'HowMany' });
  stack.outputs = {};
  stack.parameters['ClusterName'] = 'cluster';
  reporter = new FakeReporter();
});

const named = (service: string): NamedService => ({
  ...{ service, cluster: 'cluster', config: undefined, grpcPort: undefined, metricsPort: undefined },
  dnsName: undefined,
});

/** Agents are in no stack; the gateways are looked for unless they are named. */
function run(more: Partial<Settings> = {}): Promise<void> {
  const settings = {
    ...{ environment: 'staging', region: 'eu-west-1', topology: 'tail-sampling' },
    stacks: [{ component: 'complete', stackName: 'otel', configs: [{ role: 'gateway' }] }],
    services: { agent: named('routing') },
    scale: { role: 'gateway', count: 3, timeoutSeconds: 900 },
    ...more,
  } as unknown as Settings;
  stack.clock.time += 3_600_000;
  const deps = { reporter, clock: stack.clock, signal: new AbortController().signal };
  return scale(settings, { ...deps, ledger: new Ledger('eu-west-1', () => {}) }, stack.ports());
}

async function failure(more: Partial<Settings> = {}): Promise<KitError> {
  return (await run(more).catch((error: unknown) => error)) as KitError;
}

describe("scaling a service of somebody else's stack", () => {
  test('sets the one parameter that its DesiredCount is a Ref of, whatever that is called', async () => {
    await run();
    expect(stack.created[0]?.parameters).toContainEqual({ name: 'HowMany', value: '3' });
    expect(reporter.outputs).toMatchObject({ 'has-changes': true, 'task-count': 3 });
    expect(reporter.markdown).toContain('every agent can know them');
  });

  test('waits for the resolver of agents whose config cannot be read as long as it takes by default', async () => {
    stack.routingConfig = undefined as never;
    const before = stack.clock.now() + 3_600_000;
    await run();
    expect(stack.clock.now() - before).toBeGreaterThanOrEqual(35_000);
  });

  test.each<[string, unknown, string, string]>([
    ['a number', 2, 'no parameter sets the DesiredCount of G: it is 2', 'DesiredCount: !Ref GCount'],
    [
      'made elsewhere',
      { 'Fn::ImportValue': 'x' },
      'it is made by Fn::ImportValue',
      'a parameter for it alone',
    ],
  ])('is refused where that is %s, with what would do it', async (_name, desired, reason, hint) => {
    stack.desiredCount = desired;
    const error = await failure();
    expect(error).toMatchObject({ code: 'not-scalable', source: 'user' });
    expect(error.message).toContain('service gateway cannot be scaled: stack otel');
    expect(error.message).toContain(reason);
    expect(error.hint).toContain(hint);
    expect(stack.created).toEqual([]);
  });
});

describe('a service in no stack is not scalable', () => {
  test('where the environment has no stack', async () => {
    const error = await failure({ stacks: [], services: { gateway: named('sampler') } });
    expect(error).toMatchObject({
      code: 'not-scalable',
      message: 'service sampler cannot be scaled: it is in no stack',
    });
    expect(error.hint).toContain(
      'aws ecs update-service --cluster cluster --service sampler --desired-count N',
    );
  });

  test('where the stack has other services', async () => {
    const error = await failure({ services: { agent: named('routing'), gateway: named('sampler') } });
    expect(error).toMatchObject({ code: 'not-scalable' });
    expect(error.message).toContain('service sampler cannot be scaled: it is in no stack');
    expect(stack.created).toEqual([]);
  });
});
