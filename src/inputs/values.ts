import type { EnvironmentFile } from './environment-file.ts';
import type { Faults } from './faults.ts';
import { nearMiss } from './faults.ts';
import type { CohortSettings } from './settings.ts';
import type { ConfigRole } from './topologies.ts';

/** Each reader adds a fault for a value it cannot accept and returns something harmless: the faults are thrown later, all at once. */

export function oneOf<T extends string>(
  faults: Faults,
  where: string,
  value: string,
  known: readonly [T, ...T[]] | readonly T[],
): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  faults.add(where, `got '${value}'${nearMiss(value, known)}`, known.join(', '));
  return known[0] as T;
}

function matching(
  faults: Faults,
  where: string,
  value: string | undefined,
  pattern: RegExp,
  accepted: string,
): string {
  if (value === undefined) faults.add(where, 'is required', accepted);
  else if (!pattern.test(value)) faults.add(where, `got '${value}'`, accepted);
  return value ?? '';
}

export const region = (faults: Faults, value: string | undefined) =>
  matching(
    faults,
    'region',
    value,
    /^[a-z]{2}(-[a-z]+)+-\d$/,
    'a region such as eu-west-1, as input, field or AWS_REGION',
  );

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html */
export const stackName = (faults: Faults, value: string | undefined, where = 'stack-name') =>
  matching(
    faults,
    where,
    value,
    /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/,
    'a letter, then up to 127 letters, digits and hyphens',
  );

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucket = (faults: Faults, value: string | undefined) =>
  matching(
    faults,
    's3-config-bucket',
    value,
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    'a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens',
  );

export const prefix = (faults: Faults, value: string) =>
  matching(
    faults,
    's3-prefix',
    value.replace(/^\/+|\/+$/g, ''),
    /^[\w!.*'()-]+(\/[\w!.*'()-]+)*$/,
    'key segments separated by slashes',
  );

export function positiveNumber(faults: Faults, where: string, value: string, maximum: number): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0 && number <= maximum) return number;
  faults.add(`input ${where}`, `got '${value}'`, `a number above 0, at most ${maximum}`);
  return 1;
}

export function boolean(faults: Faults, where: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') faults.add(`input ${where}`, `got '${value}'`, 'true or false');
  return value === 'true';
}

export function patterns(faults: Faults, where: string, lines: readonly string[] | undefined): RegExp[] {
  return (lines ?? []).flatMap((line) => {
    try {
      return [new RegExp(line)];
    } catch {
      faults.add(where, `got '${line}'`, 'a JavaScript regular expression');
      return [];
    }
  });
}

/** Values as text, lists joined by commas, as CloudFormation takes them. */
export function texts(map: EnvironmentFile['parameters']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map ?? {}).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : String(value),
    ]),
  );
}

/** Names of endpoints, in the order in which a trace passes them, and the role that each needs. */
const endpointRoles = {
  agents: 'agent',
  receivers: 'receiver',
  'grpc-receiver': 'receiver',
  'grpc-gateway': 'gateway',
  'grpc-sampling': 'gateway',
} as const satisfies Record<string, ConfigRole>;
type EndpointName = keyof typeof endpointRoles;

/** @param roles those of the environment; without a value, the first role that a trace passes is sent to */
export function endpoint(faults: Faults, value: string | undefined, roles: readonly ConfigRole[]): string {
  const known = (Object.keys(endpointRoles) as EndpointName[]).filter((name) =>
    roles.includes(endpointRoles[name]),
  );
  if (value === undefined) return known[0] ?? 'grpc-gateway';
  if (known.includes(value as EndpointName) || /^[\w.-]+:\d{1,5}$/.test(value)) {
    return value === 'grpc-receiver' ? 'receivers' : value;
  }
  faults.add('endpoint', `got '${value}'${nearMiss(value, known)}`, `${known.join(', ')}, or host:port`);
  return value;
}

/** Cohorts of which every single trace counts need fewer of them than those whose share is measured. */
const defaultTraces = (name: string) => (name === 'errors' || name === 'slow' ? 200 : 2000);
const statuses = { unset: 'Unset', ok: 'Ok', error: 'Error' } as const;

export function cohorts(faults: Faults, map: NonNullable<EnvironmentFile['cohorts']>): CohortSettings[] {
  return Object.entries(map).map(([name, value]) => {
    const entry: Exclude<typeof value, string | number> =
      typeof value === 'object' ? value : { expect: value };
    return {
      name,
      traces: entry.traces ?? defaultTraces(name),
      expected: share(faults, `cohorts.${name}`, entry.expect),
      status: statuses[entry.status ?? (name === 'errors' ? 'error' : 'unset')],
      spanDuration: entry['span-duration'],
    };
  });
}

/** `25%` or 0.25 → 0.25. A bare 25 could mean either, so it is refused. */
function share(faults: Faults, where: string, value: string | number): number {
  const found = /^(\d+(?:\.\d+)?)(%?)$/.exec(String(value).trim());
  const number = found ? Number(found[1]) / (found[2] ? 100 : 1) : Number.NaN;
  if (number >= 0 && number <= 1) return number;
  faults.add(where, `got '${value}'`, 'a share such as 25% or 0.25');
  return 0;
}
