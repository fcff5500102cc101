import { ECSClient } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { clientConfig } from '../../src/aws/client-config.ts';
import { type SingleContainerTask, taskRegistration } from '../../src/aws/task-registration.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type Answer, httpEndpoint } from '../support/http-endpoint.ts';

const arn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/telemetrygen-task:7';
const done: Answer = { status: 200, body: JSON.stringify({ taskDefinition: { taskDefinitionArn: arn } }) };
const refused = (message: string): Answer => ({
  status: 400,
  body: JSON.stringify({ __type: 'ClientException', message }),
});
const busy = refused('Too many concurrent attempts to create a new revision of the specified family.');

const task: SingleContainerTask = {
  family: 'telemetrygen-task',
  networkMode: 'host',
  executionRoleArn: undefined,
  cpu: '256',
  memory: '512',
  tags: {},
  container: {
    name: 'telemetrygen',
    image: 'telemetrygen:1',
    command: ['traces'],
    environment: { PROBE_CONFIG: 'text' },
    cpu: 256,
    memory: 512,
    portMappings: [],
    logs: { group: '/ecs/telemetrygen', region: 'eu-central-1', streamPrefix: 'ecs' },
  },
};

function registration(clock = new FakeClock()) {
  return taskRegistration(new ECSClient(clientConfig('eu-central-1')), 'eu-central-1', clock);
}

test('the container of a registered task is told the region of the run', async () => {
  await using endpoint = await httpEndpoint([done]);
  expect(await registration().register(task)).toBe(arn);
  const sent = JSON.parse(endpoint.requests[0]?.body ?? '{}');
  expect(sent.containerDefinitions[0].environment).toEqual([
    { name: 'AWS_REGION', value: 'eu-central-1' },
    { name: 'PROBE_CONFIG', value: 'text' },
  ]);
});

test('a family in which others register is tried again, after pauses that grow', async () => {
  await using endpoint = await httpEndpoint([busy, busy, busy, done]);
  const clock = new FakeClock(0);
  expect(await registration(clock).register(task)).toBe(arn);
  expect(endpoint.requests).toHaveLength(4);
  expect(clock.time).toBeGreaterThanOrEqual(1750);
  expect(clock.time).toBeLessThanOrEqual(3500);
});

test('a family that stays busy is given up after two minutes, under a code of its own', async () => {
  await using endpoint = await httpEndpoint([busy]);
  const clock = new FakeClock(0);
  await expect(registration(clock).register(task)).rejects.toMatchObject({
    code: 'task-family-busy',
    message: expect.stringContaining('could not register task definition telemetrygen-task: Too many'),
  });
  expect(clock.time).toBeGreaterThanOrEqual(120_000);
  expect(clock.time).toBeLessThan(130_000);
  expect(endpoint.requests.length).toBeLessThan(60);
});

test('any other refusal ends it at once', async () => {
  await using endpoint = await httpEndpoint([refused('Role is not valid')]);
  await expect(registration().register(task)).rejects.toMatchObject({ code: 'aws-error' });
  expect(endpoint.requests).toHaveLength(1);
});
