import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { extractProgram, registryOf } from '../../scripts/setup/public-image.ts';
import { contextIn, fakeCommands, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
let restore = () => {};
let server: Server | undefined;
afterEach(() => {
  restore();
  server?.close();
  server = undefined;
});

/** A registry that answers the version check, as one that wants a login does. */
async function registry(): Promise<string> {
  const made = createServer((_request, response) => response.writeHead(401).end());
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  return `127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
}

/** A `docker` that records what it is asked and copies a known program out of any image. */
function fakeDocker(options: { pulls: boolean; present?: boolean }): () => string[] {
  const log = path.join(folder(), 'docker.log');
  writeFileSync(log, '');
  restore = fakeCommands(folder(), {
    docker: `echo "$1" >> '${log}'
      case "$1" in
        image) exit ${options.present ? 0 : 1} ;;
        pull) exit ${options.pulls ? 0 : 1} ;;
        create) echo c0ffee ;;
        cp) echo "$2" > "$3" ;;
      esac`,
  });
  return () => readFileSync(log, 'utf8').trim().split('\n');
}

describe('the registry of an image', () => {
  test.each([
    ['registry:3.1.2', 'registry-1.docker.io'],
    ['otel/collector:1', 'registry-1.docker.io'],
    ['docker.io/otel/collector:1', 'registry-1.docker.io'],
    ['ghcr.io/owner/name:1', 'ghcr.io'],
    ['127.0.0.1:5000/name:1', '127.0.0.1:5000'],
    ['localhost/name:1', 'localhost'],
  ])('%s is %s', (image, expected) => {
    expect(registryOf(image)).toBe(expected);
  });
});

describe('a program of a published image', () => {
  test('is copied out, and the image removed again', async () => {
    const asked = fakeDocker({ pulls: true });
    const target = path.join(folder(), 'out', 'program');
    const program = { image: `${await registry()}/name:1`, path: '/program' };
    expect(await extractProgram(contextIn(folder()), program, target)).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('c0ffee:/program\n');
    expect(asked()).toEqual(['image', 'pull', 'create', 'cp', 'rm', 'rmi']);
  });

  test('leaves an image that was there before', async () => {
    const asked = fakeDocker({ pulls: true, present: true });
    const program = { image: `${await registry()}/name:1`, path: '/program' };
    await extractProgram(contextIn(folder()), program, path.join(folder(), 'program'));
    expect(asked()).not.toContain('rmi');
  });

  test('is left to be built when the registry does not give it', async () => {
    fakeDocker({ pulls: false });
    const program = { image: `${await registry()}/name:1`, path: '/program' };
    expect(await extractProgram(contextIn(folder()), program, path.join(folder(), 'program'))).toBe(false);
  });

  test('is left to be built, without a pull, when no registry answers', async () => {
    const asked = fakeDocker({ pulls: true });
    const address = await registry();
    server?.close();
    const program = { image: `${address}/name:1`, path: '/program' };
    expect(await extractProgram(contextIn(folder()), program, path.join(folder(), 'program'))).toBe(false);
    expect(asked()).not.toContain('pull');
  });
});
