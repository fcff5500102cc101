import { z } from 'zod';
import { environmentSchema } from '../../src/inputs/environment-file.ts';

/** The JSON Schema of the environment file, for editors. */
export function environmentSchemaJson(): string {
  return `${JSON.stringify(z.toJSONSchema(environmentSchema), null, 2)}\n`;
}
