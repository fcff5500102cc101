import type { EnvironmentFile } from './environment-file.ts';
import { type Faults, nearMiss } from './faults.ts';
import type { RawInputs } from './raw-inputs.ts';
import type { ScaleSettings } from './settings.ts';
import { checkParameters, type TemplateParameter } from './template-parameters.ts';
import { type StepName, scalableRoles, type TopologyName } from './topologies.ts';
import * as values from './values.ts';

interface ScaleSource {
  raw: RawInputs;
  merged: EnvironmentFile;
  steps: readonly StepName[];
  topology: TopologyName;
  /** What the template declares, for the range of the count. */
  declared: Readonly<Record<string, TemplateParameter>>;
}

/** Role and count are of one run, not of an environment, and so are inputs only. */
export function readScale(source: ScaleSource, faults: Faults): ScaleSettings | undefined {
  const { raw, merged, steps, topology, declared } = source;
  const allowZero = values.boolean(faults, 'allow-zero', raw['allow-zero'] ?? 'false');
  if (!steps.includes('scale')) return undefined;
  const { role, scaling } = roleOf(raw.role ?? 'gateway', topology, faults);
  const count = countOf(raw.count, role, allowZero, faults);
  if (count !== undefined) checkParameters({ [scaling.countParameter]: String(count) }, declared, faults);
  return { role, count: count ?? 0, timeoutSeconds: 60 * (merged['scale-timeout-minutes'] ?? 15) };
}

function roleOf(name: string, topology: TopologyName, faults: Faults) {
  const roles = scalableRoles(topology);
  const known = roles.flatMap(({ role, aliases }) => [role, ...aliases]);
  const found = roles.find(({ role, aliases }) => role === name || aliases.includes(name));
  if (!found) faults.add('input role', `got '${name}'${nearMiss(name, known)}`, known.join(', '));
  return found ?? (roles[0] as (typeof roles)[number]);
}

function countOf(text: string | undefined, role: string, allowZero: boolean, faults: Faults) {
  const accepted = 'a whole number from 0 on';
  if (text === undefined) faults.add('input count', 'is required by scale', accepted);
  else if (!/^\d{1,9}$/.test(text)) faults.add('input count', `got '${text}'`, accepted);
  else if (Number(text) === 0 && !allowZero) {
    faults.add('input count', `got '0', which would stop every ${role}`, 'allow-zero: true beside it');
  } else return Number(text);
  return undefined;
}
