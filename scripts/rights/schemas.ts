import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What CloudFormation does with a resource: create, read, update, delete, list. */
export type Handler = string;

/** The permissions that AWS gives for each handler of each resource type. */
export interface HandlerPermissions {
  /** Day of the schemas. */
  date: string;
  types: Record<string, Record<Handler, string[]>>;
  /** The types whose resources CloudFormation tags with the name of their stack when it makes them. */
  systemTags: string[];
}

interface Schema {
  typeName: string;
  handlers?: Record<Handler, { permissions: string[] }>;
  tagging?: { cloudFormationSystemTags?: boolean };
}

/**
 * @param folder of the schemas that cfn-lint brings
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers
 * @throws Error for a type without a schema
 */
export function handlerPermissions(folder: string, types: readonly string[]): HandlerPermissions {
  const { schema_date } = JSON.parse(readFileSync(path.join(folder, 'version.json'), 'utf8'));
  const resources = path.join(folder, 'resources');
  const schemas = readdirSync(resources)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(path.join(resources, name), 'utf8'))
    .filter((text) => types.some((type) => text.includes(`"${type}"`)))
    .map((text) => JSON.parse(text) as Schema);
  const found = types.toSorted().map((type) => {
    const { handlers } = schemas.find(({ typeName }) => typeName === type) ?? {};
    if (!handlers) throw new Error(`there are no handlers of ${type} in ${resources}`);
    const permissions = Object.entries(handlers).map(([handler, it]) => [handler, it.permissions.toSorted()]);
    return [type, Object.fromEntries(permissions)];
  });
  const systemTags = types.filter(
    (type) => schemas.find(({ typeName }) => typeName === type)?.tagging?.cloudFormationSystemTags,
  );
  return {
    date: String(schema_date).slice(0, 10),
    types: Object.fromEntries(found),
    systemTags: systemTags.toSorted(),
  };
}
