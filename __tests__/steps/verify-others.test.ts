import { describe, expect, test } from '@jest/globals';
import type { NamedService, Settings } from '../../src/inputs/settings.ts';
import { verifySettings } from '../support/fake-world.ts';
import { Verification } from '../support/verification.ts';

const named = (service: string, more: Partial<NamedService> = {}): NamedService => ({
  ...{ service, cluster: 'apps', config: undefined, grpcPort: undefined, metricsPort: undefined },
  ...{ dnsName: undefined, ...more },
});

/** Settings of an environment whose collectors are in no stack. */
function withoutStack(services: Settings['services']): Settings {
  return { ...verifySettings(), stacks: [], services };
}

function evidenceOf(verification: Verification) {
  const keys = verification.evidenceKeys();
  return { keys, evidence: JSON.parse(String(verification.world.objects.get(keys[0] ?? ''))) };
}

describe('a stack without the outputs of the kit', () => {
  test('is verified by what its resources show, with the execution role of its service', async () => {
    const verification = new Verification();
    verification.world.stack('otel').outputs = {};
    const ports = verification.world.ports();
    const roles: (string | undefined)[] = [];
    const { register } = ports.tasks;
    ports.tasks.register = async (task) => {
      roles.push(task.executionRoleArn);
      return register(task);
    };
    await verification.run(verifySettings(), ports);
    expect(roles).toEqual(['role-of-the-service', 'role-of-the-service']);
    const { outputs } = verification.reporter;
    expect(outputs).toMatchObject({ arrived: 440, kept: 140, promotable: true });
    expect(outputs['release-id']).toMatch(/^[0-9a-f]{64}$/);
    verification.expectCleanedUp();
  });

  test('is of no release when its tasks read a config that no parameter names', async () => {
    const verification = new Verification();
    const stack = verification.world.stack('otel');
    stack.outputs = {};
    stack.template = 'Parameters: {AgentS3ConfigKey: {}, S3ConfigBucket: {}}\n';
    await verification.run();
    expect(verification.reporter.outputs).toMatchObject({ 'release-id': 'none', promotable: false });
    const { keys, evidence } = evidenceOf(verification);
    expect(keys).toEqual([expect.stringMatching(/^kit\/releases\/none\/verified\/staging\./)]);
    expect(evidence).toMatchObject({
      ...{ release: 'none', promotable: false, stacks: [{ stack: 'otel', release: 'none' }] },
      notPromotable: [
        'the config of service gateways, s3://bucket/kit/sampling-config.yaml, is of no release',
      ],
    });
    expect(verification.reporter.markdown).toContain('**Of no release**, and so never promotable');
  });

  test('fails when the config of a service is another one in the end', async () => {
    const verification = new Verification();
    verification.world.stack('otel').outputs = {};
    const began = verification.world.clock.now();
    verification.world.onLook = () => {
      if (verification.world.clock.now() > began + 20_000)
        verification.world.objects.set('kit/sampling-config.yaml', Buffer.from('changed'));
    };
    expect(await verification.outcome()).toEqual(['release-changed']);
  });

  test('is refused while a task runs a revision that no stack made', async () => {
    const verification = new Verification();
    const stack = verification.world.stack('otel');
    stack.outputs = {};
    stack.revisions = ['agent:1', 'gateway:2'];
    expect(await verification.outcome()).toEqual(['release-not-running']);
  });

  test('is verified also then where the service is named, though of no release', async () => {
    const verification = new Verification();
    verification.world.stack('otel').revisions = ['agent:1', 'gateway:2'];
    await verification.run({ ...verifySettings(), services: { gateway: named('gateways') } });
    expect(evidenceOf(verification).evidence.notPromotable).toEqual([
      'gateway:1 of service gateways is of no stack',
    ]);
  });
});

describe('services that are in no stack', () => {
  const both = { agent: named('agents'), gateway: named('gateways') };

  test('are verified, and are of no release: never promotable', async () => {
    const verification = new Verification();
    const settings = withoutStack(both);
    await verification.run(settings);
    const { keys, evidence } = evidenceOf(verification);
    expect(keys[0]).toContain('releases/none/verified/');
    expect(evidence).toMatchObject({
      ...{ release: 'none', promotable: false, stacks: [], path: 'agents' },
      services: [
        { role: 'agent', cluster: 'apps', service: 'agents' },
        { role: 'gateway', cluster: 'apps', service: 'gateways' },
      ],
      notPromotable: [
        'the agent service agents is in no stack',
        'the gateway service gateways is in no stack',
      ],
    });
    const { outputs, markdown } = verification.reporter;
    expect(outputs).toMatchObject({ 'release-id': 'none', promotable: false, arrived: 440, kept: 140 });
    expect(markdown).toContain('Services `apps/agents (agent)`, `apps/gateways (gateway)`, release `none`');
  });

  test('fail by the same verdict as others', async () => {
    const verification = new Verification();
    verification.world.behaviour = { ...verification.world.behaviour, isKept: () => true };
    const failure = await verification.run(withoutStack(both)).catch((error: Error) => error);
    expect(String(failure)).toContain('verification of services agents, gateways');
    expect(String(failure)).toContain('cohort normal');
    expect(verification.evidenceKeys()).toEqual([]);
  });

  test('are reached at ports that are said where no config can be read', async () => {
    const verification = new Verification();
    verification.world.objects.delete('kit/agent-config.yaml');
    await verification.run(withoutStack({ ...both, agent: named('agents', { grpcPort: 14317 }) }));
    const [{ command } = { command: [] }] = verification.world.started;
    expect(command).toContain('--otlp-endpoint=localhost:14317');
  });

  test('are refused where neither config nor port of the agents is known', async () => {
    const verification = new Verification();
    verification.world.objects.delete('kit/agent-config.yaml');
    const failure = await verification.run(withoutStack(both)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'destination-unknown' });
    expect((failure as { hint: string }).hint).toContain('services.agent.grpc-port');
  });

  test('fail when a config is another one in the end, however little it differs', async () => {
    const verification = new Verification();
    const key = 'kit/sampling-config.yaml';
    const began = verification.world.clock.now();
    const changed = Buffer.from(`${verification.world.objects.get(key)}# another\n`);
    verification.world.onLook = () => {
      if (verification.world.clock.now() > began + 20_000) verification.world.objects.set(key, changed);
    };
    expect(await verification.outcome(withoutStack(both))).toEqual(['release-changed']);
  });

  test('fail when a service is given another revision meanwhile', async () => {
    const verification = new Verification();
    const ports = verification.world.ports();
    const began = verification.world.clock.now();
    const { service } = ports.services;
    ports.services.service = async (cluster, name) => {
      const sight = await service(cluster, name);
      const isLater = name === 'gateways' && verification.world.clock.now() > began + 20_000;
      return sight && isLater ? { ...sight, taskDefinition: 'gateway:2' } : sight;
    };
    expect(await verification.outcome(withoutStack(both), ports)).toEqual(['release-changed']);
  });

  test('with receivers are sent to by the name that Cloud Map has', async () => {
    const verification = new Verification('central-cluster');
    verification.world.dnsNames['srv-receiver'] = 'collect.internal';
    const services = { receiver: named('receivers'), gateway: named('gateways') };
    const settings = { ...withoutStack(services), verify: verifySettings({ endpoint: 'receivers' }).verify };
    await verification.run(settings);
    const endpoints = verification.world.started.map(({ command }) => command.join(' '));
    expect(endpoints.some((words) => words.includes('--otlp-endpoint=collect.internal:4317'))).toBe(true);
    expect(endpoints.some((words) => words.includes('--otlp-endpoint=10.0.1.2:4317'))).toBe(true);
  });
});
