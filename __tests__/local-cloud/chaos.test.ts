import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { startCloud, stopCloud } from '../../local/cloud.ts';
import { account, runChaos } from '../../scripts/chaos/run.ts';

jest.setTimeout(600_000);

const folder = mkdtempSync(path.join(tmpdir(), 'chaos-'));
// A cloud of its own: what is left is counted in the whole account, and other tests are at work in theirs.
const options = { stateDir: path.join(folder, 'cloud'), name: 'ecs-tail-sampling-test-chaos' };

afterAll(async () => {
  await stopCloud(options);
  rmSync(folder, { recursive: true, force: true });
});

describe('SIGINT at a random instant', () => {
  test('of deploy, scale or verify leaves nothing, and a rerun reaches the same end state', async () => {
    const lines: string[] = [];
    const trials = await runChaos({
      ...{ cloud: await startCloud(options), folder, count: 9, seed: 4 },
      signal: new AbortController().signal,
      say: (line) => void lines.push(line),
    });
    process.stderr.write(`${account(trials, 9)}\n`);
    expect(trials.flatMap(({ deviations }) => deviations)).toEqual([]);
    expect(trials.map(({ kind }) => kind.split(' ')[0]).sort()).toEqual([
      ...['deploy', 'deploy', 'deploy', 'scale', 'scale', 'scale', 'verify', 'verify', 'verify'],
    ]);
  });
});
