import { faultsOf, valuesOf } from './parameter-values.ts';
import type { Json, JsonMap, Resource, Template } from './template.ts';

/** Where a stack is made, for the pseudo parameters. */
export interface Place {
  partition: string;
  urlSuffix: string;
  region: string;
}

export const aws: Place = { partition: 'aws', urlSuffix: 'amazonaws.com', region: 'eu-west-1' };
export const govCloud: Place = {
  partition: 'aws-us-gov',
  urlSuffix: 'amazonaws.com',
  region: 'us-gov-west-1',
};
export const china: Place = { partition: 'aws-cn', urlSuffix: 'amazonaws.com.cn', region: 'cn-north-1' };

/** A stack as CloudFormation would make it, without making it: conditions and functions are evaluated. */
export interface Rendered {
  /** What CloudFormation would refuse: values, rules. Then there are no resources and no outputs. */
  faults: string[];
  /** Resources whose condition holds. What only a made resource has reads `<Id>` (Ref) and `<Id.Attribute>`. */
  resources: Record<string, Resource>;
  outputs: Record<string, Json>;
}

const noValue = Symbol('AWS::NoValue');
type Value = Json | typeof noValue;

/**
 * @param given parameters by name; the others have their defaults
 * @throws Error when something refers to a resource that is not made, as CloudFormation does
 */
export function render(template: Template, given: Record<string, string>, place: Place = aws): Rendered {
  const evaluator = new Evaluator(template, valuesOf(template, given), place);
  const rules = Object.values(template.rules).flatMap(({ Assertions }) =>
    Assertions.filter(({ Assert }) => !evaluator.holds(Assert)).map((it) => it.AssertDescription),
  );
  const faults = [...faultsOf(template, given), ...rules];
  if (faults.length > 0) return { faults, resources: {}, outputs: {} };
  const holds = (condition: Json | undefined) =>
    condition === undefined || evaluator.holds({ Condition: condition });
  const resources = Object.entries(template.resources)
    .filter(([, resource]) => holds(resource.Condition))
    .map(([id, resource]) => [id, { ...resource, Properties: evaluator.properties(resource.Properties) }]);
  const outputs = Object.entries(template.outputs)
    .filter(([, output]) => holds(output['Condition']))
    .map(([name, output]) => [name, evaluator.value(output['Value'] ?? null)]);
  return { faults, resources: Object.fromEntries(resources), outputs: Object.fromEntries(outputs) };
}

class Evaluator {
  readonly #template: Template;
  readonly #parameters: Record<string, string | string[]>;
  #untakenDepth = 0;
  readonly #pseudo: Record<string, Value>;

  constructor(template: Template, parameters: Record<string, string | string[]>, place: Place) {
    this.#template = template;
    this.#parameters = parameters;
    this.#pseudo = {
      'AWS::Partition': place.partition,
      'AWS::URLSuffix': place.urlSuffix,
      'AWS::Region': place.region,
      'AWS::AccountId': '123456789012',
      'AWS::StackName': 'otel',
      'AWS::NoValue': noValue,
    };
  }

  properties(map: JsonMap): JsonMap {
    return this.value(map) as JsonMap;
  }

  value(json: Json): Json {
    const value = this.#any(json);
    return value === noValue ? null : value;
  }

  holds(condition: Json): boolean {
    const [[name, argument] = ['', null]] = Object.entries(condition as JsonMap);
    const list = () => argument as Json[];
    switch (name) {
      case 'Condition':
        return this.holds(known(this.#template.conditions, String(argument)));
      case 'Fn::Equals':
        return this.value(list()[0] ?? null) === this.value(list()[1] ?? null);
      case 'Fn::Not':
        return !this.holds(list()[0] ?? null);
      case 'Fn::And':
        return list().every((each) => this.holds(each));
      case 'Fn::Or':
        return list().some((each) => this.holds(each));
      default:
        throw new Error(`${name} is no condition`);
    }
  }

  #any(json: Json): Value {
    if (Array.isArray(json)) return json.map((item) => this.#any(item)).filter(isJson);
    if (typeof json !== 'object' || json === null) return json;
    const entries = Object.entries(json);
    const [[name, argument] = ['', null]] = entries;
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::')))
      return this.#call(name, argument);
    const values = entries.map(([key, item]): [string, Value] => [key, this.#any(item)]);
    return Object.fromEntries(values.filter((entry): entry is [string, Json] => isJson(entry[1])));
  }

  #call(name: string, argument: Json): Value {
    if (name === 'Ref') return this.#ref(String(argument));
    if (name === 'Fn::If') {
      const [condition, yes, no] = argument as [string, Json, Json];
      const [taken, other] = this.holds({ Condition: condition }) ? [yes, no] : [no, yes];
      this.#untaken(other);
      return this.#any(taken);
    }
    if (name === 'Fn::GetAtt') return this.#attribute(argument);
    if (name === 'Fn::Sub') return this.#sub(argument);
    return this.#pure(name, this.value(argument));
  }

  /**
   * Whether CloudFormation evaluates a branch that is not taken is unsettled, and the template must do either way.
   * What such a branch refers to may be left out, though.
   */
  #untaken(branch: Json): void {
    this.#untakenDepth += 1;
    this.#any(branch);
    this.#untakenDepth -= 1;
  }

  /** Functions of values alone. */
  #pure(name: string, argument: Json): Json {
    const [first, second, third] = argument as [Json, Json, Json];
    switch (name) {
      case 'Fn::Join':
        return (second as string[]).join(String(first));
      case 'Fn::Split':
        return String(second).split(String(first));
      case 'Fn::Select':
        return known(second as JsonMap, String(first));
      case 'Fn::FindInMap':
        return known(
          known(known(this.#template.mappings, String(first)), String(second)) as JsonMap,
          String(third),
        );
      case 'Fn::Base64':
        return Buffer.from(String(argument)).toString('base64');
      default:
        throw new Error(`${name} is not known here`);
    }
  }

  #ref(name: string): Value {
    const value = this.#pseudo[name] ?? this.#parameters[name];
    return value ?? `<${this.#made(name)}>`;
  }

  #attribute(argument: Json): string {
    const [id = '', ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
    return `<${[this.#made(String(id)), ...attribute].join('.')}>`;
  }

  #sub(argument: Json): string {
    const [text, own] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, JsonMap];
    return text.replace(/\$\{([^}!]+)\}/g, (_, name: string) => {
      if (name in own) return String(this.value(own[name] ?? null));
      if (name.includes('.')) return this.#attribute(name);
      return String(this.#ref(name));
    });
  }

  #made(id: string): string {
    const { Condition: condition } = known(this.#template.resources, id);
    if (condition === undefined || this.holds({ Condition: condition }) || this.#untakenDepth > 0) return id;
    throw new Error(`${id} is referred to, but not made`);
  }
}

function isJson(value: Value): value is Json {
  return value !== noValue;
}

function known<T>(map: Record<string, T>, key: string): T {
  const value = map[key];
  if (value === undefined) throw new Error(`there is no ${key}`);
  return value;
}
