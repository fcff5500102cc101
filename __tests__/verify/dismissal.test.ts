import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Entry, Ledger, type OpenRun } from '../../src/kit/ledger.ts';
import { dismissRun } from '../../src/verify/dismissal.ts';

let running: string[];
let registered: string[];
let asked: string[];
let entry: Entry<OpenRun>;

beforeEach(() => {
  running = [];
  registered = [];
  asked = [];
  entry = new Ledger('eu-west-1', () => {}).open<OpenRun>({
    ...{ kind: 'run', cluster: 'cluster', runId: 'run', startedBy: 'verify-run' },
    ...{ definitions: [], registering: [], starting: 0 },
  });
});

const ports = {
  tasks: {
    startedBy: async () => [...running],
    stop: async (_cluster: string, task: string) => {
      asked.push(`stop ${task}`);
      running = running.filter((each) => each !== task);
    },
    deregister: async (definition: string) => {
      asked.push(`deregister ${definition}`);
      registered = registered.filter((each) => each !== definition);
    },
  },
  ownTaskDefinitions: async (family: string, { key, value }: { key: string; value: string }) => {
    asked.push(`search ${family} ${key}=${value}`);
    return registered.filter((each) => each.startsWith(family));
  },
};

describe('a verification that was cut short', () => {
  test('has its tasks stopped and its definitions deregistered, and is over once nothing runs', async () => {
    running = ['task/1', 'task/2'];
    entry.note({ definitions: ['generator:1', 'probe:1'] });
    await expect(dismissRun(entry, ports)).resolves.toMatchObject({
      left: 'something',
      state: 'verification run: 2 tasks told to stop, 2 task definitions deregistered',
    });
    await expect(dismissRun(entry, ports)).resolves.toMatchObject({ left: 'nothing' });
    expect(asked).toEqual(['stop task/1', 'stop task/2', 'deregister generator:1', 'deregister probe:1']);
  });

  test('finds by its tag a definition whose registration was never answered', async () => {
    registered = ['generator:7'];
    entry.note({ registering: ['generator'] });
    await expect(dismissRun(entry, ports)).resolves.toMatchObject({ left: 'doubt' });
    expect(asked).toEqual(['search generator ecs-tail-sampling:run=run', 'deregister generator:7']);
    expect(registered).toEqual([]);
  });

  test('stays in doubt while a start is unanswered, and stops a task that turns up later', async () => {
    entry.note({ starting: 1 });
    await expect(dismissRun(entry, ports)).resolves.toMatchObject({ left: 'doubt' });
    running = ['task/late'];
    await expect(dismissRun(entry, ports)).resolves.toMatchObject({ left: 'something' });
    expect(asked).toEqual(['stop task/late']);
  });
});
