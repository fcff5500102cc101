import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../setup/context.ts';
import type { Handler } from './schemas.ts';
import type { ServiceAuthorization } from './service-authorization.ts';

const schemas = read('local/extension/rights/handlers.json');

/** The permissions of each handler of each resource type of the templates, as `scripts/rights-data.ts` wrote them. */
export const handlers: Readonly<Record<string, Record<Handler, string[]>>> = schemas.types;

/** The types whose resources CloudFormation tags with the name of their stack when it makes them. */
export const systemTags: readonly string[] = schemas.systemTags;

/** The rows of the Service Authorization Reference that concern the kit. */
export const authorization: ServiceAuthorization = read(
  'local/extension/rights/service_authorization.json',
).actions;

function read(file: string) {
  return JSON.parse(readFileSync(path.join(repository, file), 'utf8'));
}
