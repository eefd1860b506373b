import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { policyFileSchema } from './policy-schema.ts';

/** The schema that editors complete and explain the policy file with; `config/retention.schema.json` holds this text. */
export const schemaText = (): string =>
  `${JSON.stringify(z.toJSONSchema(policyFileSchema, { io: 'input' }), null, 2)}\n`;

/** Where the text belongs. */
export const SCHEMA_FILE = new URL('../../config/retention.schema.json', import.meta.url);

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(SCHEMA_FILE, schemaText());
