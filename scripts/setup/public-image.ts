import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { attempt, run, succeeds } from './command.ts';
import type { SetupContext } from './context.ts';

const answerSeconds = 4;
const pullSeconds = 300;

/** A program inside a published image. */
export interface PublishedProgram {
  /** Full reference: `registry/repository:tag`. */
  image: string;
  /** Absolute path of the program in it. */
  path: string;
}

const reachable = new Map<string, Promise<boolean>>();

/**
 * Takes a program out of its published image, where that image's registry answers.
 * @returns false when the registry cannot be reached or does not give the image: build it then
 */
export async function extractProgram(
  context: SetupContext,
  program: PublishedProgram,
  target: string,
): Promise<boolean> {
  if (!(await registryAnswers(registryOf(program.image)))) return false;
  const hadImage = await succeeds('docker', ['image', 'inspect', program.image]);
  const pull = () =>
    attempt('docker', ['pull', '-q', program.image], { timeoutSeconds: pullSeconds, signal: context.signal });
  if ((await context.progress.step(`pulling ${program.image}`, pull)).code !== 0) return false;
  const created = await run('docker', ['create', program.image, program.path]);
  const container = created.stdout.trim();
  try {
    mkdirSync(path.dirname(target), { recursive: true });
    await run('docker', ['cp', `${container}:${program.path}`, target]);
  } finally {
    await attempt('docker', ['rm', container]);
    if (!hadImage) await attempt('docker', ['rmi', program.image]);
  }
  return true;
}

/** `docker.io` means Docker Hub's API host. https://distribution.github.io/distribution/spec/api/ (API version check) */
export function registryOf(image: string): string {
  const first = image.split('/')[0] ?? '';
  const named = image.includes('/') && /[.:]|^localhost$/.test(first);
  if (!named || first === 'docker.io') return 'registry-1.docker.io';
  return first;
}

/** Asked once per registry and process; without an answer a pull would hang for minutes. */
export function registryAnswers(registry: string): Promise<boolean> {
  const known = reachable.get(registry) ?? ask(registry);
  reachable.set(registry, known);
  return known;
}

async function ask(registry: string): Promise<boolean> {
  // The engine speaks plain HTTP to registries on the loopback interface only.
  const scheme = /^(127\.|localhost)/.test(registry) ? 'http' : 'https';
  try {
    const answer = await fetch(`${scheme}://${registry}/v2/`, {
      signal: AbortSignal.timeout(answerSeconds * 1000),
    });
    await answer.body?.cancel();
    return answer.status === 200 || answer.status === 401;
  } catch {
    return false;
  }
}
