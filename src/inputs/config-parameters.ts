import type { Faults } from './faults.ts';
import type { TemplateParameter } from './template-parameters.ts';
import { type Component, declaredName, synonymsOf, type TopologyRole } from './topologies.ts';

type Declared = Readonly<Record<string, TemplateParameter>>;

/** The template parameter that takes the key of a role's config, by the name that the template has for it. */
export function configParameter({ configParameter: usual }: TopologyRole, declared: Declared): string {
  return declaredName(usual, declared) ?? usual;
}

/**
 * What a template has to offer so that its collectors run the configs of the release: a parameter for the bucket and
 * one for each role. A parameter for a config that no role of the component has would stay empty.
 * Each fault is one line that names the parameter.
 */
export function requireConfigParameters(
  template: string,
  { roles }: Component,
  declared: Declared,
  faults: Faults,
): void {
  if (roles.length === 0) return;
  const missing = roles.filter((role) => declaredName(role.configParameter, declared) === undefined);
  const taken = roles.map((role) => configParameter(role, declared));
  const open = Object.entries(declared).flatMap(([name, { Default }]) =>
    name.endsWith('S3ConfigKey') && !taken.includes(name) && Default === undefined ? [name] : [],
  );
  for (const name of open) {
    const of = (missing.length > 0 ? missing : roles).map(accepted).join('; ');
    faults.add(`${template}, parameter ${name}`, 'takes a config that the kit has no role for', of);
  }
  if (open.length === 0) {
    for (const role of missing)
      faults.add(template, `no parameter takes the key of the ${role.role}'s config`, accepted(role));
  }
  if (!('S3ConfigBucket' in declared))
    faults.add(template, 'no parameter takes the bucket of the configs', 'S3ConfigBucket');
}

/** `SamplingS3ConfigKey or GatewayS3ConfigKey for the gateway` */
function accepted({ role, configParameter: usual }: TopologyRole): string {
  return `${[usual, ...synonymsOf(usual)].join(' or ')} for the ${role}`;
}
