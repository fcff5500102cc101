import { type CollectionTag, isNode, parse, type ScalarTag } from 'yaml';

/** A template as CloudFormation understands it: short forms are written out, `!Ref X` as `{Ref: X}`. */
export interface Template {
  parameters: Readonly<Record<string, unknown>>;
  conditions: Readonly<Record<string, unknown>>;
  resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  type: string;
  properties: Readonly<Record<string, unknown>>;
}

const functions = [
  ...['Sub', 'GetAtt', 'If', 'Join', 'Select', 'Split', 'FindInMap', 'Equals', 'And', 'Or', 'Not'],
  ...['ImportValue', 'Base64', 'Cidr', 'GetAZs', 'Transform', 'Length', 'ToJsonString', 'ForEach'],
];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
const customTags = ['Ref', 'Condition', ...functions].flatMap((name): (ScalarTag | CollectionTag)[] => {
  const key = functions.includes(name) ? `Fn::${name}` : name;
  const collection = (kind: 'seq' | 'map'): CollectionTag => ({
    tag: `!${name}`,
    collection: kind,
    resolve: (node) => ({ [key]: isNode(node) ? node.toJSON() : node }),
  });
  return [
    { tag: `!${name}`, resolve: (value: string) => ({ [key]: value }) },
    collection('seq'),
    collection('map'),
  ];
});

/** Reads a template's text, JSON or YAML; what is not a map where one belongs is read as an empty one. */
export function readTemplate(text: string): Template {
  const whole = mapOf(parse(text, { customTags, logLevel: 'error', maxAliasCount: -1 }));
  const resources = Object.entries(mapOf(whole['Resources'])).map(([name, value]) => {
    const { Type, Properties } = mapOf(value);
    return [name, { type: String(Type ?? ''), properties: mapOf(Properties) }] as const;
  });
  return {
    parameters: mapOf(whole['Parameters']),
    conditions: mapOf(whole['Conditions']),
    resources: Object.fromEntries(resources),
  };
}

/** The value as a map, empty where it is none. */
export function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
