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
  textMapSchema,
} from './environment-file.ts';
import { Faults, nearMiss } from './faults.ts';
import { type RawInputs, readRawInputs } from './raw-inputs.ts';
import { readRelease } from './release-files.ts';
import { readScale } from './scale.ts';
import type { Settings } from './settings.ts';
import { checkParameters, isNoEcho } from './template-parameters.ts';
import { defaultSteps, type StepName, stepNames, type TopologyName, topologies } from './topologies.ts';
import * as values from './values.ts';

export interface InputSource {
  /** `process.env`. */
  environment: NodeJS.ProcessEnv;
  /** Absolute path that relative paths start from. */
  workspace: string;
  /** Absolute path of the kit's own files: `templates/` and `configs/`. */
  kitRoot: string;
  /** Called with each secret as soon as it is known. */
  mask: (secret: string) => void;
}

/**
 * Reads inputs, environment file, template and configs into one checked record.
 * @throws KitError `invalid-input` naming every fault at once
 */
export function readSettings(source: InputSource): Settings {
  const faults = new Faults();
  const raw = readRawInputs(source.environment, faults);
  const file = environmentFile(raw, source, faults);
  const merged = merge(raw, file, faults);
  const steps = readSteps(raw.steps, faults);
  const topology = values.oneOf<TopologyName>(
    faults,
    'topology',
    merged.topology ?? 'tail-sampling',
    Object.keys(topologies) as TopologyName[],
  );
  const release = readRelease(
    source,
    { topology: topologies[topology], template: merged.template, configs: merged.configs },
    faults,
  );
  const parameters = readParameters(raw, merged, release.parameters, source, faults);
  const settings: Settings = {
    steps,
    environment:
      merged.environment ?? (raw['environment-file'] ? path.parse(raw['environment-file']).name : 'default'),
    region: values.region(
      faults,
      merged.region ?? source.environment.AWS_REGION ?? source.environment.AWS_DEFAULT_REGION,
    ),
    topology,
    stackName: values.stackName(faults, merged['stack-name']),
    bucket: steps.every((step) => step === 'scale')
      ? (merged['s3-config-bucket'] ?? '')
      : values.bucket(faults, merged['s3-config-bucket']),
    prefix: values.prefix(faults, merged['s3-prefix'] ?? 'ecs-tail-sampling'),
    template: release.template,
    configs: release.configs,
    parameters,
    tags: values.texts(merged.tags),
    deploy: {
      timeoutSeconds: 60 * (merged['deploy-timeout-minutes'] ?? 30),
      replaceRolledBackStack: merged['replace-rolled-back-stack'] ?? false,
    },
    scale: readScale({ raw, merged, steps, topology, declared: release.parameters }, faults),
    verify: readVerify(merged, steps, faults),
  };
  faults.throwIfAny();
  return settings;
}

function environmentFile(raw: RawInputs, source: InputSource, faults: Faults): EnvironmentFile {
  const name = raw['environment-file'];
  if (!name) return {};
  try {
    const text = readFileSync(path.resolve(source.workspace, name), 'utf8');
    return parseYaml(name, text, environmentSchema, faults);
  } catch (error) {
    faults.add('input environment-file', messageOf(error));
    return {};
  }
}

/** Inputs over the fields of the file. Maps are merged key by key; everything else is replaced. */
function merge(raw: RawInputs, file: EnvironmentFile, faults: Faults): EnvironmentFile {
  const map = <T>(
    name: 'parameters' | 'tags' | 'configs' | 'cohorts',
    schema: z.ZodType<Record<string, T>>,
  ) => {
    const text = raw[name];
    const given = text ? parseYaml(`input ${name}`, text, schema, faults) : undefined;
    return { ...(file[name] as Record<string, T> | undefined), ...given };
  };
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
  const texts = [
    'environment',
    'topology',
    'region',
    'stack-name',
    's3-config-bucket',
    's3-prefix',
    'template',
    'telemetrygen-image',
    'endpoint',
  ] as const;
  const overrides = Object.fromEntries(texts.flatMap((name) => (raw[name] ? [[name, raw[name]]] : [])));
  return withoutUndefined({
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
    parameters: map('parameters', textMapSchema),
    tags: map('tags', textMapSchema),
    configs: map('configs', pathMapSchema),
    cohorts: map('cohorts', cohortsSchema),
  }) as EnvironmentFile;
}

function withoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function readSteps(text: string | undefined, faults: Faults): StepName[] {
  if (!text) return [...defaultSteps];
  return text.split(',').map((word) => {
    const name = word.trim();
    const known = stepNames.find((one) => one === name);
    if (!known)
      faults.add(
        'input steps',
        `unknown step '${name}'${nearMiss(name, stepNames)}`,
        `${stepNames.join(', ')}, separated by commas`,
      );
    return known ?? 'deploy';
  });
}

/** Parameters from file and inputs, the key from its own input; secrets masked as soon as they are known. */
function readParameters(
  raw: RawInputs,
  merged: EnvironmentFile,
  declared: Parameters<typeof checkParameters>[1],
  source: InputSource,
  faults: Faults,
): Record<string, string> {
  const parameters = values.texts(merged.parameters);
  for (const [name, parameter] of Object.entries(declared)) {
    if (!isNoEcho(parameter) || !parameters[name]) continue;
    source.mask(parameters[name]);
    faults.add(
      `parameter ${name}`,
      'a secret does not belong in a file or in a map of values',
      'the input coralogix-api-key',
    );
  }
  for (const name of [
    'S3ConfigBucket',
    'S3ConfigPrefix',
    ...Object.keys(declared).filter((one) => one.endsWith('S3ConfigKey')),
  ]) {
    if (parameters[name] !== undefined)
      faults.add(`parameter ${name}`, 'is set by the kit', 's3-config-bucket, s3-prefix and configs');
  }
  checkParameters(parameters, declared, faults);
  const key = raw['coralogix-api-key'];
  return key ? { ...parameters, CoralogixApiKey: key } : parameters;
}

function readVerify(merged: EnvironmentFile, steps: readonly StepName[], faults: Faults): Settings['verify'] {
  const cohorts = values.cohorts(faults, merged.cohorts ?? {});
  if (steps.includes('verify') && cohorts.length === 0) {
    faults.add('cohorts', 'verify needs at least one', 'a map such as {normal: 25%, errors: 100%}');
  }
  return {
    timeoutSeconds: 60 * (merged['verify-timeout-minutes'] ?? 10),
    image:
      merged['telemetrygen-image'] ??
      'ghcr.io/open-telemetry/opentelemetry-collector-contrib/telemetrygen:v0.161.0',
    cohorts,
    tracesPerSecond: merged['traces-per-second'] ?? 100,
    endpoint: values.endpoint(faults, merged.endpoint ?? 'agents'),
    assertLogs: values.patterns(faults, 'assert-logs', merged['assert-logs']),
    forbidLogs: values.patterns(faults, 'forbid-logs', merged['forbid-logs']),
  };
}
