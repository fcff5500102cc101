import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../setup/context.ts';
import type { Handler } from './schemas.ts';
import type { ServiceAuthorization } from './service-authorization.ts';

/** The permissions of each handler of each resource type of the templates, as `scripts/rights-data.ts` wrote them. */
export const handlers: Readonly<Record<string, Record<Handler, string[]>>> = read(
  'local/extension/rights/handlers.json',
).types;

/** The rows of the Service Authorization Reference that concern the kit. */
export const authorization: ServiceAuthorization = read(
  'local/extension/rights/service_authorization.json',
).actions;

function read(file: string) {
  return JSON.parse(readFileSync(path.join(repository, file), 'utf8'));
}
