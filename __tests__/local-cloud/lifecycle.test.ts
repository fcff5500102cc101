import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Cloud, startCloud, stopCloud } from '../../local/cloud.ts';

jest.setTimeout(120_000);

const folder = mkdtempSync(path.join(tmpdir(), 'lifecycle-'));
// A space, because a user's folder may have one.
const stateDir = path.join(folder, 'a cloud');
const name = 'ecs-tail-sampling-lifecycle';
const lines: string[] = [];
/** Addresses of the registries that this file's clouds had. */
const registries = new Set<string>();

async function start(): Promise<Cloud> {
  const cloud = await startCloud(options);
  registries.add(cloud.collectorImage.split('/')[0] ?? '');
  return cloud;
}

const options = { stateDir, name, progress: (line: string) => void lines.push(line) };

function docker(...args: string[]): string[] {
  return execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

/** Everything of this cloud that is left anywhere. */
function remains(): Record<string, string[]> {
  const label = `label=ecs-tail-sampling.local=${name}`;
  const emulators = readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`LOCAL_STATE_DIR=${stateDir}\0`)
      );
    } catch {
      return false;
    }
  });
  const images = docker('image', 'ls', '--format', '{{.Repository}}').filter((image) =>
    registries.has(image.split('/')[0] ?? ''),
  );
  return {
    images,
    containers: docker('ps', '-aq', '--filter', label),
    networks: docker('network', 'ls', '-q', '--filter', label),
    emulators,
    files: existsSync(stateDir) ? readdirSync(stateDir) : [],
  };
}

const nothing = { images: [], containers: [], networks: [], emulators: [], files: [] };

function emulatorPid(): number {
  const state = JSON.parse(readFileSync(path.join(stateDir, 'state.json'), 'utf8')) as {
    emulator: { pid: number };
  };
  return state.emulator.pid;
}

async function answers(cloud: Cloud): Promise<boolean> {
  return (await fetch(`${cloud.endpoint}/_ministack/health`)).ok;
}

// One story, on a cloud of its own beside whatever else runs on this machine.
describe('a local cloud', () => {
  let cloud: Cloud;
  let somebody: Server | undefined;

  beforeAll(async () => {
    // The usual port is taken: by the cloud of another test, or else by this.
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.once('error', () => resolve());
      server.listen(4566, '0.0.0.0', () => {
        somebody = server;
        resolve();
      });
    });
  });
  afterAll(async () => {
    somebody?.close();
    await stopCloud(options);
    rmSync(folder, { recursive: true, force: true });
  });

  test('is up within a minute, on another port where the usual one is taken', async () => {
    const started = Date.now();
    cloud = await start();
    expect(Date.now() - started).toBeLessThan(60_000);
    expect(await answers(cloud)).toBe(true);
    expect(new URL(cloud.endpoint).port).not.toBe('4566');
    expect(cloud.instances).toHaveLength(2);
    expect(docker('ps', '-q', '--filter', `label=ecs-tail-sampling.local=${name}`)).toHaveLength(4);
  });

  test('has an environment file that a shell can read', () => {
    const script = `. '${path.join(stateDir, 'env')}' && env`;
    const variables = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n');
    for (const [key, value] of Object.entries(cloud.environment))
      expect(variables).toContain(`${key}=${value}`);
    expect(cloud.environment['AWS_ENDPOINT_URL']).toBe(cloud.endpoint);
  });

  test('names its images by digest, and they can be pulled from its own registry', () => {
    for (const image of [cloud.collectorImage, cloud.telemetrygenImage, cloud.appImage]) {
      expect(image).toMatch(/^127\.0\.0\.1:\d+\/[a-z-]+@sha256:[0-9a-f]{64}$/);
      docker('pull', '--quiet', image);
    }
  });

  test('started again is the same cloud, and nothing is written', async () => {
    const before = statSync(path.join(stateDir, 'env')).mtimeMs;
    expect(await start()).toEqual(cloud);
    expect(statSync(path.join(stateDir, 'env')).mtimeMs).toBe(before);
    expect(lines.at(-1)).toContain('runs already');
  });

  test('whose emulator was killed is made anew', async () => {
    process.kill(emulatorPid(), 'SIGKILL');
    const repaired = await start();
    expect(await answers(repaired)).toBe(true);
    expect(repaired.instances).not.toEqual(cloud.instances);
    expect(docker('ps', '-aq', '--filter', `label=ecs-tail-sampling.local=${name}`)).toHaveLength(4);
  });

  test('that lost an instance is made anew', async () => {
    const [instance = ''] = docker(
      'ps',
      '--filter',
      `label=ecs-tail-sampling.local=${name}`,
      '--format',
      '{{.Names}}',
    ).filter((container) => container.startsWith('i-'));
    docker('rm', '--force', instance);
    const repaired = await start();
    expect(repaired.instances).not.toContain(instance);
  });

  test('leaves nothing when it is stopped, and stopping twice is fine', async () => {
    await stopCloud(options);
    expect(remains()).toEqual(nothing);
    await stopCloud(options);
    expect(lines.at(-1)).toContain('no local cloud is running');
  });

  test.each(['starting the AWS emulator', 'making a VPC'])(
    'interrupted while %s leaves nothing',
    async (step) => {
      const interrupted = new AbortController();
      const progress = (line: string) => {
        if (line.includes(step)) interrupted.abort(new Error('stopped by SIGINT'));
      };
      await expect(startCloud({ ...options, progress, signal: interrupted.signal })).rejects.toThrow(
        'stopped by SIGINT',
      );
      expect(remains()).toEqual(nothing);
    },
  );

  test('is removed even when its state folder was deleted before', async () => {
    await start();
    const pid = emulatorPid();
    rmSync(stateDir, { recursive: true });
    await stopCloud(options);
    expect(remains()).toEqual(nothing);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});
