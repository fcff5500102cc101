import { mapOf, type Template } from './read.ts';

/** What an expression comes to: a value, and the parameter that it is of where it is one's; or why that cannot be told. */
export type Value = { value: string; parameter?: string } | { unknown: string };

type Values = Readonly<Record<string, string>>;

/** Evaluates what a property says, with these values of the parameters: literals, `Ref` of a parameter, `Fn::If`. */
export function evaluate(expression: unknown, template: Template, values: Values): Value {
  if (typeof expression === 'number' || typeof expression === 'string') return { value: String(expression) };
  const [[name, argument] = ['nothing', undefined]] = Object.entries(mapOf(expression));
  if (name === 'Ref' && typeof argument === 'string') {
    const value = values[argument];
    if (value !== undefined) return { value, parameter: argument };
    return { unknown: argument === 'AWS::NoValue' ? 'it is left out' : `it is a Ref of ${argument}` };
  }
  if (name !== 'Fn::If' || !Array.isArray(argument)) return { unknown: `it is made by ${name}` };
  const [condition, whenTrue, whenFalse] = argument as unknown[];
  const holds = isTrue({ Condition: condition }, template, values);
  if (holds === undefined)
    return { unknown: `its condition ${String(condition)} cannot be told from parameters` };
  return evaluate(holds ? whenTrue : whenFalse, template, values);
}

/** Whether a condition holds; undefined where that cannot be told from the parameters alone. */
function isTrue(expression: unknown, template: Template, values: Values): boolean | undefined {
  const [[name, argument] = ['nothing', undefined]] = Object.entries(mapOf(expression));
  if (name === 'Condition') return isTrue(template.conditions[String(argument)], template, values);
  if (!Array.isArray(argument)) return undefined;
  if (name === 'Fn::Equals') {
    const [left, right] = argument.map((each) => evaluate(each, template, values));
    return left && right && 'value' in left && 'value' in right ? left.value === right.value : undefined;
  }
  const all = argument.map((each) => isTrue(each, template, values));
  if (all.includes(undefined)) return undefined;
  if (name === 'Fn::Not') return !all[0];
  if (name === 'Fn::And') return all.every(Boolean);
  return name === 'Fn::Or' ? all.some(Boolean) : undefined;
}

/** Names of everything that an expression refers to by `Ref`. */
export function referencesIn(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  return Object.entries(mapOf(expression)).flatMap(([name, value]) =>
    name === 'Ref' && typeof value === 'string' ? [value] : referencesIn(value),
  );
}
