import type { EnvironmentFile } from './environment-file.ts';
import { type Faults, nearMiss } from './faults.ts';
import type { RawInputs } from './raw-inputs.ts';
import type { NamedServices, ScaleSettings } from './settings.ts';
import type { ReadStack } from './stacks.ts';
import { checkParameters } from './template-parameters.ts';
import {
  type ConfigRole,
  declaredName,
  gatewayAliases,
  roleOf,
  type StepName,
  type TopologyName,
  type TopologyRole,
} from './topologies.ts';
import * as values from './values.ts';

interface ScaleSource {
  raw: RawInputs;
  merged: EnvironmentFile;
  steps: readonly StepName[];
  topology: TopologyName;
  /** Those of the environment; their templates have the range of the count. */
  stacks: readonly ReadStack[];
  services: NamedServices;
}

/** A role whose number of tasks can be asked for, and the stack that has it. */
interface Scalable {
  role: ConfigRole;
  aliases: readonly string[];
  countParameter: string | undefined;
  /** Undefined for a role whose service is named, and that no stack brings. */
  stack: ReadStack | undefined;
}

/** Role and count are of one run, not of an environment, and so are inputs only. */
export function readScale(source: ScaleSource, faults: Faults): ScaleSettings | undefined {
  const { raw, merged, steps } = source;
  const allowZero = values.boolean(faults, 'allow-zero', raw['allow-zero'] ?? 'false');
  if (!steps.includes('scale')) return undefined;
  const scaled = scaledRole(raw.role ?? 'gateway', source, faults);
  const role = scaled?.role ?? 'gateway';
  const count = countOf(raw.count, role, allowZero, faults);
  const { countParameter = '', stack } = scaled ?? {};
  // The template at hand need not be the one that runs; what sets the number there is found there.
  const ownName = declaredName(countParameter, stack?.declared ?? {});
  if (count !== undefined && stack && ownName !== undefined)
    checkParameters({ [ownName]: String(count) }, stack.declared, faults);
  return { role, count: count ?? 0, timeoutSeconds: 60 * (merged['scale-timeout-minutes'] ?? 15) };
}

function scaledRole(name: string, source: ScaleSource, faults: Faults): Scalable | undefined {
  const { stacks, services, topology } = source;
  const brought = stacks.flatMap((stack) =>
    stack.configs.flatMap(({ role }): Scalable[] => {
      const row: TopologyRole = roleOf(topology, role);
      return row.countParameter ? [{ ...row, countParameter: row.countParameter, stack }] : [];
    }),
  );
  const named = (['receiver', 'gateway'] as const).flatMap((role): Scalable[] => {
    if (!services[role] || brought.some((each) => each.role === role)) return [];
    const aliases = role === 'gateway' ? gatewayAliases : [];
    return [{ role, aliases, countParameter: undefined, stack: undefined }];
  });
  const roles = [...brought, ...named];
  const known = roles.flatMap(({ role, aliases }) => [role, ...aliases]);
  const found = roles.find(({ role, aliases }) => role === name || aliases.includes(name));
  if (!found) faults.add('input role', `got '${name}'${nearMiss(name, known)}`, known.join(', '));
  return found;
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
