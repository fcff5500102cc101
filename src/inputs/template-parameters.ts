import { type CollectionTag, parse, type ScalarTag } from 'yaml';
import type { Faults } from './faults.ts';
import { nearMiss } from './faults.ts';

/** A parameter as the template declares it. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
export interface TemplateParameter {
  Type: string;
  Default?: string | number;
  NoEcho?: boolean | string;
  AllowedValues?: readonly (string | number)[];
  AllowedPattern?: string;
  MinValue?: number | string;
  MaxValue?: number | string;
  ConstraintDescription?: string;
}

const shortForms = [
  'Ref',
  'Sub',
  'GetAtt',
  'If',
  'Join',
  'Select',
  'Split',
  'FindInMap',
  'Equals',
  'And',
  'Or',
  'Not',
  'Condition',
  'ImportValue',
  'Base64',
  'Cidr',
  'GetAZs',
  'Transform',
];

/** CloudFormation's short forms; only the Parameters section is read here, so their values do not matter. */
const customTags = shortForms.flatMap((name): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (value: string) => value },
  { tag: `!${name}`, collection: 'seq' },
  { tag: `!${name}`, collection: 'map' },
]);

/** Reads a template's parameters; a template that is not YAML or has none is a fault. */
export function readTemplateParameters(
  path: string,
  source: string,
  faults: Faults,
): Record<string, TemplateParameter> {
  try {
    const template: unknown = parse(source, { customTags, logLevel: 'silent' });
    const parameters = (template as { Parameters?: Record<string, TemplateParameter> } | null)?.Parameters;
    if (parameters && typeof parameters === 'object') return parameters;
    faults.add(path, 'no Parameters section: not a CloudFormation template of this kit');
  } catch (error) {
    faults.add(
      path,
      `not a template: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    );
  }
  return {};
}

/** Checks given values against what the template declares: name, allowed values, pattern, number, range. Values of NoEcho parameters are not repeated. */
export function checkParameters(
  given: Readonly<Record<string, string>>,
  declared: Readonly<Record<string, TemplateParameter>>,
  faults: Faults,
): void {
  for (const [name, value] of Object.entries(given)) {
    const parameter = declared[name];
    if (!parameter) {
      faults.add(
        `parameter ${name}`,
        `the template has no such parameter${nearMiss(name, Object.keys(declared))}`,
      );
      continue;
    }
    const problem = problemOf(value, parameter);
    if (problem)
      faults.add(
        `parameter ${name}`,
        isNoEcho(parameter) ? 'the value does not fit' : `got '${value}'`,
        problem,
      );
  }
}

/** Whether CloudFormation hides the parameter's value. */
export function isNoEcho(parameter: TemplateParameter): boolean {
  return String(parameter.NoEcho) === 'true';
}

/** The accepted form, when the value is not of it. */
function problemOf(value: string, parameter: TemplateParameter): string | undefined {
  const allowed = parameter.AllowedValues?.map(String);
  if (allowed && !allowed.includes(value)) return `one of ${allowed.map((one) => one || "''").join(', ')}`;
  if (parameter.Type === 'Number') return numberProblem(value, parameter);
  if (parameter.AllowedPattern && !matches(parameter.AllowedPattern, value)) {
    return parameter.ConstraintDescription ?? `the pattern ${parameter.AllowedPattern}`;
  }
  return undefined;
}

function numberProblem(value: string, { MinValue, MaxValue }: TemplateParameter): string | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return 'a number';
  if (MinValue !== undefined && Number(value) < Number(MinValue)) return `a number from ${MinValue} on`;
  return MaxValue !== undefined && Number(value) > Number(MaxValue)
    ? `a number up to ${MaxValue}`
    : undefined;
}

/** CloudFormation's patterns are Java's and match the whole value; one that JavaScript cannot read is left to CloudFormation. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(value);
  } catch {
    return true;
  }
}
