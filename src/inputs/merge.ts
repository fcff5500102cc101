import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { messageOf } from '../kit/errors.ts';
import {
  cohortsSchema,
  type EnvironmentFile,
  environmentSchema,
  parseYaml,
  pathMapSchema,
  servicesSchema,
  textMapSchema,
} from './environment-file.ts';
import type { Faults } from './faults.ts';
import type { RawInputs } from './raw-inputs.ts';
import * as values from './values.ts';

/** The environment file with the inputs over it. */
export interface Merged extends EnvironmentFile {
  /** Of `parameters`, what the input gives: it goes before the components' own. */
  given: NonNullable<EnvironmentFile['parameters']>;
}

/** The file that the input names; empty when there is none. */
export function environmentFile(raw: RawInputs, workspace: string, faults: Faults): EnvironmentFile {
  const name = raw['environment-file'];
  if (!name) return {};
  try {
    const text = readFileSync(path.resolve(workspace, name), 'utf8');
    return parseYaml(name, text, environmentSchema, faults);
  } catch (error) {
    faults.add('input environment-file', messageOf(error));
    return {};
  }
}

const texts = [
  ...(['environment', 'topology', 'region', 'stack-name', 's3-config-bucket', 's3-prefix'] as const),
  ...(['template', 'telemetrygen-image', 'endpoint'] as const),
];

/** Inputs over the fields of the file. Maps are merged key by key; everything else is replaced. */
export function merge(raw: RawInputs, file: EnvironmentFile, faults: Faults): Merged {
  const given = <T>(
    name: 'parameters' | 'tags' | 'configs' | 'cohorts',
    schema: z.ZodType<Record<string, T>>,
  ) => {
    const text = raw[name];
    const found = text ? parseYaml(`input ${name}`, text, schema, faults) : {};
    return found as Record<string, T>;
  };
  const services = raw.services
    ? parseYaml('input services', raw.services, servicesSchema, faults)
    : undefined;
  const lines = (name: 'assert-logs' | 'forbid-logs') =>
    raw[name]
      ?.split('\n')
      .map((line) => line.trim())
      .filter(Boolean) ?? file[name];
  const number = (
    name: 'deploy-timeout-minutes' | 'scale-timeout-minutes' | 'verify-timeout-minutes' | 'traces-per-second',
  ) =>
    raw[name]
      ? values.positiveNumber(faults, name, raw[name], name === 'traces-per-second' ? 1000 : 360)
      : file[name];
  const overrides = Object.fromEntries(texts.flatMap((name) => (raw[name] ? [[name, raw[name]]] : [])));
  const parameters = given('parameters', textMapSchema);
  const whole = withoutUndefined({
    ...file,
    ...overrides,
    'replace-rolled-back-stack': raw['replace-rolled-back-stack']
      ? values.boolean(faults, 'replace-rolled-back-stack', raw['replace-rolled-back-stack'])
      : file['replace-rolled-back-stack'],
    'deploy-timeout-minutes': number('deploy-timeout-minutes'),
    'scale-timeout-minutes': number('scale-timeout-minutes'),
    'verify-timeout-minutes': number('verify-timeout-minutes'),
    'traces-per-second': number('traces-per-second'),
    'assert-logs': lines('assert-logs'),
    'forbid-logs': lines('forbid-logs'),
    parameters: file.parameters ?? {},
    tags: { ...file.tags, ...given('tags', textMapSchema) },
    configs: { ...file.configs, ...given('configs', pathMapSchema) },
    cohorts: { ...file.cohorts, ...given('cohorts', cohortsSchema) },
    services: file.services || services ? { ...file.services, ...services } : undefined,
  });
  return { ...(whole as EnvironmentFile), given: parameters };
}

function withoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
