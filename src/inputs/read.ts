import path from 'node:path';
import { Faults, nearMiss } from './faults.ts';
import { environmentFile, merge } from './merge.ts';
import { readRawInputs } from './raw-inputs.ts';
import { readScale } from './scale.ts';
import { isWithoutStack, readServices } from './services.ts';
import type { Settings } from './settings.ts';
import { readStacks } from './stacks.ts';
import { defaultSteps, type StepName, stepNames, topologyNames } from './topologies.ts';
import * as values from './values.ts';
import { readVerify } from './verify.ts';

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
 * Reads inputs, environment file, templates and configs into one checked record.
 * @throws KitError `invalid-input` naming every fault at once
 */
export function readSettings(source: InputSource): Settings {
  const faults = new Faults();
  const raw = readRawInputs(source.environment, faults);
  const merged = merge(raw, environmentFile(raw, source.workspace, faults), faults);
  const steps = readSteps(raw.steps, faults);
  const topology = values.oneOf(faults, 'topology', merged.topology ?? 'tail-sampling', topologyNames);
  const apiKey = raw['coralogix-api-key'];
  const isDeployed = steps.includes('deploy');
  const withoutStack = isWithoutStack({ merged, steps });
  const read = readStacks(
    { ...source, merged, topology, isDeployed, isWithoutStack: withoutStack, apiKey },
    faults,
  );
  const services = readServices({ merged, steps, workspace: source.workspace }, faults);
  const stacks = read.map(({ declared: _, ...stack }) => stack);
  const settings: Settings = {
    steps,
    environment:
      merged.environment ?? (raw['environment-file'] ? path.parse(raw['environment-file']).name : 'default'),
    region: values.region(
      faults,
      merged.region ?? source.environment.AWS_REGION ?? source.environment.AWS_DEFAULT_REGION,
    ),
    topology,
    stacks,
    services,
    bucket: steps.every((step) => step === 'scale')
      ? (merged['s3-config-bucket'] ?? '')
      : values.bucket(faults, merged['s3-config-bucket']),
    prefix: values.prefix(faults, merged['s3-prefix'] ?? 'ecs-tail-sampling'),
    tags: values.texts(merged.tags),
    deploy: {
      timeoutSeconds: 60 * (merged['deploy-timeout-minutes'] ?? 30),
      replaceRolledBackStack: merged['replace-rolled-back-stack'] ?? false,
    },
    scale: readScale({ raw, merged, steps, topology, stacks: read, services }, faults),
    verify: readVerify({ merged, steps, stacks, services }, faults),
  };
  faults.throwIfAny();
  return settings;
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
