import { attempt, CommandError } from '../../scripts/setup/command.ts';
import { overlaps, usedRanges } from './address-ranges.ts';
import { cloudLabel, docker, dockerLines, labelArguments, type Ownership, stateLabel } from './docker.ts';

/** The Docker network that stands for the VPC. */
export interface VpcNetwork {
  name: string;
  cidr: string;
  /** The host's address in it, where containers reach the emulator. */
  gateway: string;
}

/** Makes the network on the first of 172.30.0.0/24 to 172.30.255.0/24 that neither this host nor the engine uses. */
export async function createNetwork(owner: Ownership): Promise<VpcNetwork> {
  const name = `${owner.name}-vpc`;
  const used = usedRanges();
  for (let block = 0; block <= 255; block++) {
    const cidr = `172.30.${block}.0/24`;
    const gateway = `172.30.${block}.1`;
    if (used.some((range) => overlaps(range, cidr))) continue;
    const range = ['--driver', 'bridge', '--subnet', cidr, '--gateway', gateway];
    const made = await attempt('docker', ['network', 'create', ...range, ...labelArguments(owner), name]);
    if (made.code === 0) return { name, cidr, gateway };
    if (!/overlap/i.test(made.stderr)) throw new CommandError(`docker network create ${name} failed`, made);
  }
  throw new Error('172.30.0.0/16, where the local VPC would be, is in use on this machine');
}

/** A name that no cloud of another folder has: `base`, or `base-2` and so on. */
export async function freeName(base: string, stateDir: string): Promise<string> {
  const format = `{{.Label "${cloudLabel}"}}\t{{.Label "${stateLabel}"}}`;
  const lines = await dockerLines(['network', 'ls', '--filter', `label=${cloudLabel}`, '--format', format]);
  const foreign = lines.map((line) => line.split('\t')).filter(([, of]) => of !== stateDir);
  const taken = new Set(foreign.map(([name]) => name));
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  return name;
}

/** Names of the clouds that were made for a state folder, whatever its files say. */
export async function namesOf(stateDir: string): Promise<string[]> {
  const filter = ['--filter', `label=${stateLabel}=${stateDir}`];
  const format = ['--format', `{{.Label "${cloudLabel}"}}`];
  const containers = await dockerLines(['ps', '-a', ...filter, ...format]);
  return [...new Set([...containers, ...(await dockerLines(['network', 'ls', ...filter, ...format]))])];
}

export async function addressOf(container: string, network: string): Promise<string> {
  const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  return docker(['inspect', '--format', format, container]);
}
