import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { policyFileSchema } from './policy-schema.ts';

/** The schema that editors complete and explain the policy file with; `config/retention.schema.json` holds this text. */
export const schemaText = (): string =>
  `${JSON.stringify(z.toJSONSchema(policyFileSchema, { io: 'input' }), null, 2)}\n`;

/** Where the text belongs. */
export const SCHEMA_FILE = new URL('../../config/retention.schema.json', import.meta.url);

if (import.meta.main) writeFileSync(SCHEMA_FILE, schemaText());
