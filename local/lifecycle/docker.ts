import { attempt, run } from '../../scripts/setup/command.ts';

/** On every container and network of a local cloud; its value is the cloud's name. */
export const cloudLabel = 'ecs-tail-sampling.local';
/** On what `local:up` makes itself; its value is the state folder, which says whose cloud it is. */
export const stateLabel = 'ecs-tail-sampling.state';

/** On the container of a cloud's registry: the address that references into it start with. */
export const registryLabel = 'ecs-tail-sampling.registry';

/** What marks a container or network as part of one cloud. */
export interface Ownership {
  name: string;
  stateDir: string;
}

export function labelArguments(owner: Ownership): string[] {
  return ['--label', `${cloudLabel}=${owner.name}`, '--label', `${stateLabel}=${owner.stateDir}`];
}

/**
 * Runs a short `docker` command and gives its output, trimmed. Never interrupted: the engine would finish what a
 * command killed half-way had asked for, after the cleaning up.
 */
export async function docker(args: string[]): Promise<string> {
  return (await run('docker', args)).stdout.trim();
}

export async function dockerLines(args: string[]): Promise<string[]> {
  return (await docker(args)).split('\n').filter((line) => line !== '');
}

/** Names of the running containers of a cloud. */
export function runningContainers(name: string): Promise<string[]> {
  return dockerLines(['ps', '--filter', `label=${cloudLabel}=${name}`, '--format', '{{.Names}}']);
}

/** Removes every container and network of a cloud, also one that the engine was just about to make. */
export async function removeAll(name: string): Promise<void> {
  const filter = ['--filter', `label=${cloudLabel}=${name}`];
  for (let round = 0, clean = 0; round < 10; round++) {
    const containers = await dockerLines(['ps', '-aq', ...filter]);
    if (containers.length > 0) await attempt('docker', ['rm', '--force', '--volumes', ...containers]);
    const networks = await dockerLines(['network', 'ls', '-q', ...filter]);
    if (networks.length > 0) await attempt('docker', ['network', 'rm', ...networks]);
    clean = containers.length + networks.length === 0 ? clean + 1 : 0;
    if (clean === 2) return;
  }
  throw new Error(`containers or networks labelled ${cloudLabel}=${name} could not be removed`);
}
