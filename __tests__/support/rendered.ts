import { commands } from './guide-commands.ts';
import { aws, type Place, type Rendered, render } from './render.ts';
import { readTemplate, type Template } from './template.ts';

const read = new Map<string, Template>();

/** A shipped template by its path in `templates/`. */
export function shipped(file: string): Template {
  const template = read.get(file) ?? readTemplate(`templates/${file}`);
  read.set(file, template);
  return template;
}

/**
 * The stack that a command of the guide makes.
 * @param more parameters beside or instead of the command's; `undefined` takes one away
 * @throws Error with what CloudFormation would refuse
 */
export function stack(
  file: string,
  more: Record<string, string | undefined> = {},
  place: Place = aws,
): Rendered {
  const rendered = tryStack(file, more, place);
  if (rendered.faults.length > 0) throw new Error(rendered.faults.join('\n'));
  return rendered;
}

/** The same, with what CloudFormation would refuse in `faults`. */
export function tryStack(
  file: string,
  more: Record<string, string | undefined> = {},
  place: Place = aws,
): Rendered {
  const given = Object.entries({ ...commands[file], ...more });
  const present = given.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return render(shipped(file), Object.fromEntries(present), place);
}

/**
 * What stands at a path such as `GatewayService.DesiredCount` of a stack's resources: properties by name, items of a
 * list by number, by their Name or by their Key. `undefined` where there is nothing.
 */
export function at({ resources }: Rendered, path: string): unknown {
  const [id = '', ...keys] = path.split('/');
  return keys.reduce<unknown>(step, resources[id]?.Properties);
}

function step(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)] ?? value.find((item) => isNamed(item, key));
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function isNamed(item: unknown, name: string): boolean {
  if (typeof item !== 'object' || item === null) return false;
  return [Reflect.get(item, 'Name'), Reflect.get(item, 'Key'), Reflect.get(item, 'PolicyName')].includes(
    name,
  );
}
