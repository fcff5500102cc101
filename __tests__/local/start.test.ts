import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startCloud, stopCloud } from '../../local/cloud.ts';
import { fakeCommands } from '../setup/folder.ts';

let folder: string;
let restore: () => void;
const lines: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'start-'));
  process.env['ECS_TAIL_SAMPLING_CACHE'] = path.join(folder, 'cache');
  jest.spyOn(process as Required<NodeJS.Process>, 'getuid').mockReturnValue(1000);
  restore = fakeCommands(folder, { docker: 'echo "Cannot connect to the Docker daemon" >&2; exit 1' });
  lines.length = 0;
});
afterEach(() => {
  restore();
  delete process.env['ECS_TAIL_SAMPLING_CACHE'];
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

describe('without a container engine', () => {
  const options = () => ({
    stateDir: path.join(folder, 'state'),
    progress: (line: string) => void lines.push(line),
  });

  test('a start says in one line what to install, and leaves no state behind', async () => {
    await expect(startCloud(options())).rejects.toThrow(
      /^a running Docker engine is needed: install Docker Engine.*$/,
    );
    expect(existsSync(path.join(folder, 'state'))).toBe(false);
  });

  test('a stop finds nothing to do', async () => {
    await stopCloud(options());
    expect(lines).toEqual([expect.stringContaining('no local cloud is running')]);
  });
});
