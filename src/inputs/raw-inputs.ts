import type { Faults } from './faults.ts';
import { nearMiss } from './faults.ts';
import { type InputName, inputSpecs } from './spec.ts';

/** The inputs of `with:`, absent ones undefined. */
export type RawInputs = { readonly [name in InputName]?: string };

/**
 * Reads `INPUT_*` variables as the runner sets them: upper case, spaces as underscores, hyphens kept.
 * An empty value counts as absent, because the runner sets inputs nobody gave to the empty string.
 * A name that no action of ours has is a fault: the runner only warns of it.
 */
export function readRawInputs(environment: NodeJS.ProcessEnv, faults: Faults): RawInputs {
  const names = Object.keys(inputSpecs) as InputName[];
  const raw: { [name in InputName]?: string } = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('INPUT_') || !value?.trim()) continue;
    const given = variable.slice('INPUT_'.length).toLowerCase();
    const name = names.find((one) => one === given);
    if (name) raw[name] = value.trim();
    else faults.add(`input ${given}`, `there is no such input${nearMiss(given, names)}`);
  }
  return raw;
}

/** The values of secret inputs, for masking before anything else is read. */
export function secretsOf(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(inputSpecs)
    .filter(([, spec]) => 'secret' in spec)
    .map(([name]) => environment[`INPUT_${name.toUpperCase()}`]?.trim() ?? '')
    .filter((value) => value !== '');
}
