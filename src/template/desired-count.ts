import { evaluate, referencesIn } from './evaluate.ts';
import { readTemplate, type Template } from './read.ts';

/** The one parameter that sets a service's number of tasks, or why there is none. */
export type CountSetter = { parameter: string } | { reason: string };

export interface CountQuestion {
  /** The template's text, as it was submitted. */
  template: string;
  /** Logical id of the ECS service. */
  service: string;
  /** Values that the stack's parameters have. */
  values: Readonly<Record<string, string>>;
  count: number;
}

/**
 * Finds the parameter that makes the service's DesiredCount this number: the property is a Ref of it, directly or in
 * the branch that a condition takes once the parameter has the new value. A parameter that sets the number of another
 * service too is none.
 */
export function countSetter({ template: text, service, values, count }: CountQuestion): CountSetter {
  const template = readTemplate(text);
  const resource = template.resources[service];
  if (!resource) return { reason: `its template has no resource ${service} as it is written` };
  const { SchedulingStrategy: scheduling, DesiredCount: desired } = resource.properties;
  if (scheduling === 'DAEMON') return { reason: `${service} is a daemon, with one task on each instance` };
  if (desired === undefined) return { reason: `its template gives ${service} no DesiredCount` };
  const parameter = referencesIn(desired).find((name) => {
    const result = evaluate(desired, template, { ...values, [name]: String(count) });
    return name in values && 'value' in result && result.parameter === name;
  });
  if (parameter === undefined) return { reason: whyNone(service, desired, template, values) };
  const others = Object.entries(template.resources).flatMap(([name, { type, properties }]) =>
    type === 'AWS::ECS::Service' &&
    name !== service &&
    referencesIn(properties['DesiredCount']).includes(parameter)
      ? [name]
      : [],
  );
  if (others.length === 0) return { parameter };
  return { reason: `parameter ${parameter} sets the number of ${others.join(' and ')} as well` };
}

function whyNone(
  service: string,
  desired: unknown,
  template: Template,
  values: CountQuestion['values'],
): string {
  const now = evaluate(desired, template, values);
  const what = 'value' in now ? `it is ${now.value}` : now.unknown;
  return `no parameter sets the DesiredCount of ${service}: ${what}`;
}
