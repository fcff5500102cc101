import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { theCloud } from '../support/the-cloud.ts';

const containers: string[] = [];

function docker(...args: string[]): { status: number | null; output: string } {
  const { status, stdout } = spawnSync('docker', args, { encoding: 'utf8' });
  return { status, output: stdout };
}

function runToEnd(...args: string[]): { status: number | null; output: string } {
  return docker('run', '--rm', '--network', 'none', '--env', 'COLOUR=blue', theCloud().appImage, ...args);
}

function start(...args: string[]): string {
  const container = docker(
    'run',
    '--detach',
    '--network',
    'none',
    theCloud().appImage,
    ...args,
  ).output.trim();
  containers.push(container);
  return container;
}

afterEach(() => {
  for (const container of containers.splice(0)) docker('rm', '--force', container);
});

describe('the image of a user’s program', () => {
  test.each([
    {
      name: 'prints its arguments as a line',
      args: ['-exit', '0', 'two', 'words'],
      status: 0,
      output: 'two words\n',
    },
    { name: 'ends with the code it is told', args: ['-exit', '3'], status: 3, output: '' },
    {
      name: 'repeats its line with numbers',
      args: ['-exit', '0', '-repeat', '2', 'n'],
      status: 0,
      output: 'n 1\nn 2\n',
    },
    {
      name: 'prints a variable',
      args: ['-exit', '0', '-print-env', 'COLOUR'],
      status: 0,
      output: 'COLOUR=blue\n',
    },
  ])('$name', ({ args, status, output }) => {
    expect(runToEnd(...args)).toEqual({ status, output });
  });

  test('prints a long line whole', () => {
    expect(runToEnd('-exit', '0', '-line-bytes', '200000').output).toBe(`${'x'.repeat(200_000)}\n`);
  });

  test('runs until it is asked to end, then ends with 0', () => {
    const container = start('hello');
    expect(docker('inspect', '--format', '{{.State.Running}}', container).output).toBe('true\n');
    docker('stop', '--time', '20', container);
    expect(docker('wait', container).output).toBe('0\n');
  });

  test('that ignores SIGTERM has to be killed', () => {
    const container = start('-ignore-term');
    docker('stop', '--time', '1', container);
    expect(docker('wait', container).output).toBe('137\n');
  });
});
