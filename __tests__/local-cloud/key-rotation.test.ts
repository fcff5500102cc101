import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ActionRun } from '../../local/runner.ts';
import { variableIn } from '../support/container-environment.ts';
import { DeployedTopology } from '../support/deployed-topology.ts';
import { HandMadeSecret } from '../support/hand-made-secret.ts';
import { parametersOf, stackSight } from '../support/stack-sights.ts';

jest.setTimeout(300_000);

const name = 'single-key';
const keys = {
  first: 'cxtp_first-of-the-secret',
  second: 'cxtp_second-of-the-secret',
  third: 'cxtp_third-given',
  fourth: 'cxtp_fourth-given',
};

// One story: each test goes on from where the one before it ended. What a task's key is, the engine says.
describe('the Coralogix API key', () => {
  let stack: DeployedTopology;
  let secret: HandMadeSecret;

  beforeAll(async () => {
    const parameters = {
      ...{ SamplingTaskCount: undefined, Memory: 256, AgentMemory: 256 },
      ...{ AgentGrpcPort: 26_217, AgentHttpPort: 26_218, AgentHealthPort: 26_233, AgentMetricsPort: 26_288 },
    };
    stack = new DeployedTopology(name, { parameters });
    secret = await HandMadeSecret.make(stack.cloud, name, keys.first);
  });
  afterAll(async () => {
    await stack.remove();
    await secret[Symbol.asyncDispose]();
  });

  /** All tasks of the stack. */
  async function tasks(): Promise<string[]> {
    const { account } = stack;
    return [...(await account.tasks(`${name}-agent`)), ...(await account.tasks(`${name}-sampling`))].sort();
  }

  /** @param coralogixApiKey the input; without it the stack keeps what it has */
  function deploy(coralogixApiKey = '', parameters = '{}'): Promise<ActionRun> {
    return stack.done('deploy', { 'coralogix-api-key': coralogixApiKey, parameters });
  }

  /** The keys that the collectors have. */
  async function keysInUse(): Promise<string[]> {
    return [...new Set(await variableIn(await tasks(), 'CORALOGIX_PRIVATE_KEY'))].sort();
  }

  /** Every task is another one, and all of them have this key. */
  async function expectRolled(before: readonly string[], key: string): Promise<void> {
    const after = await tasks();
    expect(after).toHaveLength(before.length);
    expect(after.filter((task) => before.includes(task))).toEqual([]);
    expect(await keysInUse()).toEqual([key]);
  }

  /** A deployment with which nothing happens. */
  async function expectNothing(coralogixApiKey?: string, parameters?: string): Promise<void> {
    const sights = async () => [await tasks(), await stackSight(stack.account, name)];
    const before = await sights();
    const { outputs } = await deploy(coralogixApiKey, parameters);
    expect(outputs['has-changes']).toBe('false');
    expect(await sights()).toEqual(before);
  }

  /** As the environment file would say it. */
  const bySecret = (...more: string[]) =>
    `{${[`CoralogixApiKeySecretArn: "${secret.arn}"`, ...more].join(', ')}}`;

  test("comes from the user's secret, of which the deployment names the version", async () => {
    await deploy('', bySecret('SamplingTaskCount: 1'));
    expect(await tasks()).toHaveLength(3);
    expect(await keysInUse()).toEqual([keys.first]);
    const { CoralogixApiKeySecretArn } = await parametersOf(stack.account, name);
    expect(CoralogixApiKeySecretArn).toBe(`${secret.arn}:::${await secret.currentVersion()}`);
  });

  test('rolls nothing as long as the secret has no other version', () => expectNothing('', bySecret()));

  test('of a new version of the secret is not used before a deployment, nor when gateways are added', async () => {
    const before = await tasks();
    await secret.put(keys.second);
    await stack.done('scale', { count: '2' });
    const after = await tasks();
    expect(after).toHaveLength(before.length + 1);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(await keysInUse()).toEqual([keys.first]);
  });

  test('of a new version of the secret rolls every task with the next deployment', async () => {
    const before = await tasks();
    const { summary } = await deploy('', bySecret());
    await expectRolled(before, keys.second);
    for (const part of Object.values(keys)) expect(summary).not.toContain(part);
  });

  test('rolls nothing with the deployment after that', () => expectNothing('', bySecret()));

  test('that is given instead of the secret rolls every task', async () => {
    const before = await tasks();
    await deploy(keys.third, '{CoralogixApiKeySecretArn: ""}');
    await expectRolled(before, keys.third);
  });

  test('that is given once more, or not at all, rolls nothing', async () => {
    await expectNothing(keys.third);
    await expectNothing();
  });

  test('that is another one than before rolls every task, and stands nowhere to be read', async () => {
    const before = await tasks();
    const { log, summary, outputs } = await deploy(keys.fourth);
    await expectRolled(before, keys.fourth);
    expect([log, summary, JSON.stringify(outputs)].join('\n')).not.toContain(keys.fourth);
    expect(JSON.stringify(await parametersOf(stack.account, name))).not.toContain(keys.fourth);
  });

  test('rolls nothing once it is there', () => expectNothing(keys.fourth));

  test('comes from the secret again when the given one is taken back', async () => {
    const before = await tasks();
    await deploy('', bySecret('CoralogixApiKey: ""'));
    await expectRolled(before, keys.second);
  });
});
