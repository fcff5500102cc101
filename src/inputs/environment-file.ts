import { type Document, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import type { Faults } from './faults.ts';
import { nearMiss } from './faults.ts';
import { type ComponentName, type ConfigRole, rolesInOrder, topologyNames } from './topologies.ts';

const text = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const minutes = z.number().positive().max(360);
const share = z.union([z.string(), z.number()]).describe('Share that must be kept: 25% or 0.25.');
const regularExpressions = z.array(text);

export const textMapSchema = z.record(z.string(), z.union([scalar, z.array(scalar)]));
export const pathMapSchema = z.record(z.string(), text);

export const cohortSchema = z.union([
  share,
  z.strictObject({
    expect: share,
    traces: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('Traces to send over all instances. Default 2,000; for errors and slow 200.'),
    status: z
      .enum(['unset', 'ok', 'error'])
      .optional()
      .describe('Status of the spans. Default error for errors, else unset.'),
    'span-duration': z
      .string()
      .regex(/^(\d+(\.\d+)?(us|ms|s|m))+$/, 'a duration such as 2500ms or 3s')
      .optional()
      .describe(
        "Duration of each span. Default for slow: above the threshold of the gateways' latency policy; else 123us.",
      ),
  }),
]);
export const cohortsSchema = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/), cohortSchema);

const componentNames = ['namespace', ...rolesInOrder] as const satisfies readonly ComponentName[];

export const componentSchema = z.strictObject({
  component: z.enum(componentNames).describe('What the stack brings.'),
  'stack-name': text.describe('Its CloudFormation stack.'),
  template: text.optional().describe('Template path in the workspace, or the name of a shipped one.'),
  config: text.optional().describe("Path of its collectors' config. Default: the shipped one."),
  parameters: textMapSchema.optional().describe('Parameters of this component; they go before those above.'),
});
export type ComponentEntry = z.infer<typeof componentSchema>;

const port = z.number().int().min(1).max(65_535);

export const serviceSchema = z.strictObject({
  service: text.describe('Its ECS service: name or ARN.'),
  cluster: text
    .optional()
    .describe('Cluster of the service. Default: the one of all services, else that of the stack.'),
  config: text
    .optional()
    .describe('Path of the config that its tasks run; only where it cannot be read from the tasks.'),
  'grpc-port': port
    .optional()
    .describe('Port for OTLP over gRPC; of agents, the port of the instance. Default: what the config says.'),
  'metrics-port': port
    .optional()
    .describe("Port of the collector's own metrics. Default: what the config says. Not for agents."),
  'dns-name': text
    .optional()
    .describe('Name under which others find its tasks. Default: what Cloud Map says.'),
});

export const servicesSchema = z
  .strictObject({
    cluster: text.optional().describe('ECS cluster of all of them.'),
    ...Object.fromEntries(rolesInOrder.map((role) => [role, serviceSchema.optional()])),
  } as { cluster: z.ZodOptional<typeof text> } & Record<ConfigRole, z.ZodOptional<typeof serviceSchema>>)
  .refine(
    (services) => rolesInOrder.some((role) => services[role] !== undefined),
    `name at least one of ${rolesInOrder.join(', ')}`,
  );

/** The environment file. `environments/schema.json` is generated from this. */
export const environmentSchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors.'),
    environment: text.optional().describe("Name in evidence and summaries. Default: the file's base name."),
    topology: z.enum(topologyNames).optional().describe('Default tail-sampling.'),
    region: text.optional().describe('AWS region. Default: AWS_REGION.'),
    'stack-name': text.optional().describe('CloudFormation stack. Not for individual.'),
    's3-config-bucket': text.optional().describe('S3 bucket for configs and releases.'),
    's3-prefix': text.optional().describe('Key prefix in the bucket. Default ecs-tail-sampling.'),
    template: text.optional().describe('Template path in the workspace, or the name of a shipped one.'),
    configs: pathMapSchema.optional().describe('Path of the config per collector role.'),
    parameters: textMapSchema
      .optional()
      .describe(
        'Template parameters by their own names; a list is joined by commas. With components: to each whose template has them.',
      ),
    components: z
      .array(componentSchema)
      .min(1)
      .optional()
      .describe('For individual: one stack each, deployed in this order.'),
    services: servicesSchema
      .optional()
      .describe(
        'ECS services of collectors whose roles cannot be told, or that are in no stack; verify and scale find the others by themselves.',
      ),
    tags: textMapSchema.optional().describe('Stack tags.'),
    'replace-rolled-back-stack': z
      .boolean()
      .optional()
      .describe('Delete a stack in ROLLBACK_COMPLETE first. Default false.'),
    'deploy-timeout-minutes': minutes.optional().describe('Default 30.'),
    'scale-timeout-minutes': minutes.optional().describe('Default 15.'),
    cohorts: cohortsSchema.optional().describe('What verify sends, and the share of it that must be kept.'),
    'assert-logs': regularExpressions.optional().describe("Each must match a line of every generator's log."),
    'forbid-logs': regularExpressions.optional().describe("None may match a line of a generator's log."),
    'telemetrygen-image': text.optional().describe('Image of the trace generator.'),
    'traces-per-second': z.number().positive().max(1000).optional().describe('Per instance. Default 100.'),
    endpoint: text
      .optional()
      .describe(
        'Where verify sends: agents (default where there are some), receivers (else), grpc-sampling, grpc-gateway, or host:port.',
      ),
    'verify-timeout-minutes': minutes.optional().describe('Default 10.'),
  })
  .describe('One environment of ecs-tail-sampling');

export type EnvironmentFile = z.infer<typeof environmentSchema>;

/** Maps whose values are text whatever they look like: an account id keeps its leading zero. */
const textMaps = ['parameters', 'tags'];

/**
 * Parses YAML against a schema; each fault is added with file and line.
 * @param where the file, or `input NAME`
 * @returns the map without its faulty entries, so that a fault in one field does not make others look absent
 */
export function parseYaml<T extends object>(
  where: string,
  source: string,
  schema: z.ZodType<T>,
  faults: Faults,
): Partial<T> {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  for (const error of document.errors) {
    faults.add(`${where}:${lines.linePos(error.pos[0]).line}`, `not YAML: ${error.message}`);
  }
  if (document.errors.length > 0) return {};
  if (schema === (textMapSchema as unknown)) keepSourceText(document.contents);
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key) && textMaps.includes(String(pair.key.value))) keepSourceText(pair.value);
    },
  });
  const value: unknown = document.toJS() ?? {};
  const checked = schema.safeParse(value, { reportInput: true });
  if (checked.success) return checked.data;
  for (const issue of checked.error.issues) {
    const field = issue.path.join('.');
    const line = lines.linePos(offsetOf(document, issue.path)).line;
    faults.add(`${where}:${line}${field ? ` ${field}` : ''}`, wording(issue));
  }
  return withoutFaulty(value, checked.error.issues) as Partial<T>;
}

/** Of a list, only the faulty items are left out; of `services`, that they were given is kept. */
function withoutFaulty(value: unknown, issues: readonly z.core.$ZodIssue[]): object {
  if (typeof value !== 'object' || value === null) return {};
  const faulty = (key: string, item?: number) =>
    issues.some(({ path }) => path[0] === key && (item === undefined || path[1] === item)) ||
    issues.some(
      (issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0 && issue.keys.includes(key),
    );
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      if (!faulty(key)) return [[key, each]];
      if (key === 'services') return [[key, {}]];
      return Array.isArray(each) ? [[key, each.filter((_, item) => !faulty(key, item))]] : [];
    }),
  );
}

/** Where the nearest node on the way to `path` starts. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keepSourceText(node: unknown): void {
  visit(node as Parameters<typeof visit>[0], {
    Scalar(key, scalarNode) {
      if (key !== 'key' && typeof scalarNode.value !== 'string' && scalarNode.source)
        scalarNode.value = scalarNode.source;
    },
  });
}

function wording(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(issue.path);
    return issue.keys.map((key) => `unknown field '${key}'${nearMiss(key, known)}`).join(', ');
  }
  const got = issue.input === undefined ? '' : `got ${JSON.stringify(issue.input)}; `;
  return `${got}${issue.message}`;
}

/** The fields that there are at a place of the file. */
function fieldsAt([field, ...below]: readonly PropertyKey[]): string[] {
  const { shape } = environmentSchema;
  if (field === 'components') return Object.keys(componentSchema.shape);
  if (field !== 'services') return Object.keys(shape);
  return Object.keys(below.length === 0 ? servicesSchema.shape : serviceSchema.shape);
}
