import type { Parameter, Template } from './template.ts';

/** The values of a template's parameters; those that are neither given nor have a default are empty. */
export function valuesOf(
  template: Template,
  given: Record<string, string>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(template.parameters).map(([name, parameter]) => {
      const text = given[name] ?? String(parameter.Default ?? '');
      return [name, isList(parameter) ? text.split(',') : text];
    }),
  );
}

/** What CloudFormation would say of the values before it looks at anything else. */
export function faultsOf(template: Template, given: Record<string, string>): string[] {
  const unknown = Object.keys(given).filter((name) => !(name in template.parameters));
  const faulty = Object.entries(template.parameters).flatMap(([name, parameter]) => {
    const text = given[name] ?? parameter.Default;
    if (text === undefined) return [`${name} must have a value`];
    const items = isList(parameter) ? String(text).split(',') : [String(text)];
    return items.every((item) => isAllowed(parameter, item)) ? [] : [`${name}: ${text} is not allowed`];
  });
  return [...unknown.map((name) => `there is no parameter ${name}`), ...faulty];
}

/** As CloudFormation does: the pattern has to match all of the value. */
export function isAllowed(parameter: Parameter, value: string): boolean {
  const { AllowedPattern: pattern, AllowedValues: values } = parameter;
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) return false;
  if (values && !values.some((allowed) => String(allowed) === value)) return false;
  if (parameter.Type === 'Number') return isWithin(Number(value), parameter.MinValue, parameter.MaxValue);
  return isWithin(value.length, parameter.MinLength, parameter.MaxLength);
}

function isWithin(value: number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): boolean {
  return value >= least && value <= most;
}

const isList = ({ Type }: Parameter) => Type.startsWith('List<') || Type === 'CommaDelimitedList';
