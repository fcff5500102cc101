import { readFileSync } from 'node:fs';
import { type CollectionTag, parseDocument, type ScalarTag } from 'yaml';

/** A CloudFormation template as data: `!Ref X` reads as `{ Ref: 'X' }`, `!Sub …` as `{ 'Fn::Sub': … }`. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonMap = Record<string, Json>;

export interface Template {
  text: string;
  metadata: JsonMap;
  parameters: Record<string, Parameter>;
  rules: Record<string, { Assertions: { Assert: Json; AssertDescription: string }[] }>;
  mappings: Record<string, Record<string, JsonMap>>;
  conditions: Record<string, Json>;
  resources: Record<string, Resource>;
  outputs: Record<string, JsonMap>;
  /** Resources of one type, by logical id. */
  ofType(type: string): [id: string, properties: JsonMap][];
}

export interface Parameter {
  Type: string;
  Description?: string;
  Default?: string | number;
  NoEcho?: boolean;
  AllowedPattern?: string;
  AllowedValues?: (string | number)[];
  MinValue?: number;
  MaxValue?: number;
  MinLength?: number;
  MaxLength?: number;
  ConstraintDescription?: string;
}

export interface Resource {
  Type: string;
  Condition?: string;
  DependsOn?: string | string[];
  Properties: JsonMap;
}

const functions = [
  'And',
  'Base64',
  'Equals',
  'FindInMap',
  'GetAtt',
  'If',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
];
const longName = (name: string) => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`);

const tags = ['Ref', 'Condition', ...functions].flatMap((name): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (value: string) => ({ [longName(name)]: value }) },
  { tag: `!${name}`, collection: 'seq', resolve: (list) => toMap(name, list) },
  { tag: `!${name}`, collection: 'map', resolve: (map) => toMap(name, map) },
]);

function toMap(name: string, node: unknown) {
  return { toJSON: () => ({ [longName(name)]: node }) };
}

export function readTemplate(path: string): Template {
  const text = readFileSync(path, 'utf8');
  const document = parseDocument(text, { customTags: tags });
  if (document.errors.length > 0) throw document.errors[0];
  const data = JSON.parse(JSON.stringify(document.toJS())) as {
    Metadata: JsonMap;
    Parameters: Template['parameters'];
    Rules?: Template['rules'];
    Mappings?: Template['mappings'];
    Conditions?: Template['conditions'];
    Resources: Template['resources'];
    Outputs: Template['outputs'];
  };
  return {
    text,
    metadata: data.Metadata,
    parameters: data.Parameters,
    rules: data.Rules ?? {},
    mappings: data.Mappings ?? {},
    conditions: data.Conditions ?? {},
    resources: data.Resources,
    outputs: data.Outputs,
    ofType: (type) =>
      Object.entries(data.Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([id, resource]) => [id, resource.Properties]),
  };
}
