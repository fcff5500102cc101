import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';

/**
 * Which commands of the AWS SDK a module can come to send, by names: a function is reached when its name stands in one
 * that is, within what the module imports. It errs on the side of too much: two functions of one name are both reached.
 */

type Node = Readonly<Record<string, unknown>>;

/** A function, a method, or a constant of a module. */
interface Unit {
  file: string;
  name: string;
  /** The names in it that could be of others. */
  names: Set<string>;
  /** `RunTask` for `new RunTaskCommand(…)`. */
  commands: Set<string>;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
const textOf = (node: unknown): string => (isNode(node) ? String(node['value'] ?? '') : '');
/** Types send nothing; an expression with a type does. */
const isType = (type: string) =>
  type.startsWith('Ts') && !/^Ts(As|NonNull|Satisfies|Const)\w*(Expression|Assertion)$/.test(type);

class Source {
  readonly units: Unit[] = [];
  readonly imports: string[];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    const text = readFileSync(file, 'utf8');
    const from = /^(?:import|export) (?!type )[^;]*? from '(\.[^']+)'/gm;
    this.imports = [...text.matchAll(from)].map(([, to = '']) => path.join(path.dirname(file), to));
    for (const item of parseSync(text, { syntax: 'typescript', target: 'es2024' }).body) {
      this.#declared(item as unknown as Node);
    }
  }

  #declared(item: Node): void {
    const node = item['type'] === 'ExportDeclaration' ? (item['declaration'] as Node) : item;
    if (node['type'] === 'FunctionDeclaration') this.#unit(textOf(node['identifier']), node['body']);
    if (node['type'] === 'VariableDeclaration') {
      for (const it of node['declarations'] as Node[]) this.#unit(textOf(it['id']), it['init']);
    }
    if (node['type'] === 'ClassDeclaration') {
      const name = textOf(node['identifier']);
      for (const member of node['body'] as Node[]) {
        const key = member['type'] === 'Constructor' ? name : textOf(member['key']);
        this.#unit(key, member);
      }
    }
  }

  #unit(name: string, body: unknown): void {
    const unit: Unit = { file: this.#file, name, names: new Set(), commands: new Set() };
    this.units.push(unit);
    this.#look(body, unit);
  }

  #look(value: unknown, unit: Unit): void {
    if (Array.isArray(value)) for (const each of value) this.#look(each, unit);
    if (!isNode(value) || Array.isArray(value) || isType(String(value['type']))) return;
    // A port's methods are reached one by one, not with the port.
    const method = this.#file.startsWith('src/aws/') ? methodOf(value) : undefined;
    if (method) {
      this.#unit(method.name, method.body);
      return;
    }
    const callee = value['type'] === 'NewExpression' ? textOf(value['callee']) : '';
    if (callee.endsWith('Command')) unit.commands.add(callee.replace(/Command$/, ''));
    if (value['type'] === 'Identifier' || value['type'] === 'PrivateName') unit.names.add(textOf(value));
    for (const each of Object.values(value)) this.#look(each, unit);
  }
}

function methodOf(node: Node): { name: string; body: unknown } | undefined {
  const name = textOf(node['key']);
  if (node['type'] === 'MethodProperty') return { name, body: node['body'] };
  const isFunction = isNode(node['value']) && String(node['value']['type']).endsWith('FunctionExpression');
  return node['type'] === 'KeyValueProperty' && isFunction ? { name, body: node['value'] } : undefined;
}

const sources = new Map(globSync('src/**/*.ts').map((file) => [file, new Source(file)]));

function closure(file: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const each of sources.get(file)?.imports ?? []) closure(each, found);
  return found;
}

/**
 * The commands that a function of a module can come to send, such as `RunTask`, sorted.
 * @param within the module that gives it its ports. Default: its own
 */
export function reachedCalls(file: string, name: string, within: string = file): string[] {
  const near = [...closure(within)].flatMap((each) => sources.get(each)?.units ?? []);
  const seen = new Set<Unit>();
  const go = (unit: Unit): void => {
    if (seen.has(unit)) return;
    seen.add(unit);
    for (const other of near) if (unit.names.has(other.name)) go(other);
  };
  for (const unit of near) if (unit.file === file && unit.name === name) go(unit);
  return [...new Set([...seen].flatMap((unit) => [...unit.commands]))].toSorted();
}
