import * as z from 'zod';
import { BASE_URL, originOf, originOfSpace, SPACE } from './origin.ts';
import { policy, holds } from './policy-rules-schema.ts';
import { notify, serve, timezone } from './policy-serve-schema.ts';
import * as words from './policy-words.ts';
import { MAPPING, says } from './policy-words.ts';

/**
 * The policy file, key by key, with its defaults: what is parsed, and what an editor explains and completes.
 * What concerns more than one key is in `policy-checks.ts`.
 */

const SPACE_SAYS = says('a SignalWire space', SPACE);
const BASE_URL_SAYS = says('a base URL', BASE_URL);
const PROJECT_ID = says('a project id', 'the id of a SignalWire project: 8 to 64 letters, digits and -');

const project = z
  .strictObject(
    {
      name: words.id().meta({ description: 'What reports, metrics and --project call it.', examples: ['main'] }),
      space: z
        .string(SPACE_SAYS)
        .transform(words.parsed(originOfSpace, SPACE_SAYS))
        .exactOptional()
        .meta({ description: 'Name of the space, with or without .signalwire.com.', examples: ['example'] }),
      baseUrl: z
        .string(BASE_URL_SAYS)
        .transform(words.parsed(originOf, BASE_URL_SAYS))
        .exactOptional()
        .meta({
          description: 'Instead of space: an origin without a path.',
          examples: ['https://example.signalwire.com'],
        }),
      id: z
        .string(PROJECT_ID)
        .regex(/^[A-Za-z0-9-]{8,64}$/, PROJECT_ID)
        .meta({ description: 'Id of the project.', examples: ['ea108133-d6b3-407c-9536-9fad8a929a6a'] }),
      tokenEnv: words.variable().prefault('SIGNALWIRE_API_TOKEN').meta({
        description:
          'Name of the environment variable that holds the API token. A name that ends in _FILE names the file that holds it.',
      }),
    },
    MAPPING,
  )
  .meta({ description: 'One SignalWire project.', oneOf: [{ required: ['space'] }, { required: ['baseUrl'] }] });

const limits = z
  .strictObject(
    {
      minimumAge: words.span().prefault('24h').meta({ description: 'Nothing younger is ever deleted.' }),
      maxDeletions: words.whole(0, Number.MAX_SAFE_INTEGER).prefault(10_000).meta({
        description: 'At most so many deletions per sweep and project; 0 forbids them.',
      }),
      onLimit: words.choice('a way to go on', ['refuse', 'oldest-first']).prefault('refuse').meta({
        description:
          'When more is due than maxDeletions. refuse: delete nothing. oldest-first: delete the longest overdue, leave the rest.',
      }),
      maxDuration: words
        .duration('1s', '7d')
        .prefault('6h')
        .meta({ description: 'The whole command takes no longer.' }),
    },
    MAPPING,
  )
  .prefault({})
  .meta({ description: 'What no sweep goes beyond.' });

const requests = z
  .strictObject(
    {
      concurrency: words.whole(1, 256).prefault(16).meta({ description: 'Requests under way at once.' }),
      perSecond: words.whole(1, 100_000).prefault(50).meta({ description: 'Requests begun per second.' }),
      timeout: words
        .duration('1s', '60s')
        .prefault('15s')
        .meta({ description: 'One attempt, from first byte to last.' }),
      attempts: words.whole(1, 20).prefault(5).meta({ description: 'Attempts per request.' }),
      verify: words.choice('a way to verify', ['always', 'never']).prefault('always').meta({
        description: 'Whether media are listed again after deleting, to prove that they are gone.',
      }),
      fullScanEvery: words
        .span()
        .prefault('7d')
        .meta({ description: 'At least so often everything is read; sweeps between read what may have come due.' }),
    },
    MAPPING,
  )
  .prefault({})
  .meta({ description: 'How the API is used.' });

export const policyFileSchema = z
  .strictObject(
    {
      version: z
        .literal(1, says('a version of this file', '1, the only version there is'))
        .meta({ description: 'Always 1.' }),
      mode: words.choice('a mode', ['dry-run', 'enforce']).prefault('dry-run').meta({
        description: 'dry-run: say what would be deleted. enforce: delete it.',
      }),
      schedule: z
        .string(says('a schedule', 'five cron fields in quotes, such as "0 3 * * *"'))
        .prefault('0 3 * * *')
        .meta({ description: 'When serve sweeps, in cron fields: minute, hour, day of month, month, day of week.' }),
      timezone,
      projects: words
        .listOf(project, '- { name: main, space: example, id: ea108133-d6b3-407c-9536-9fad8a929a6a }')
        .exactOptional()
        .meta({ description: 'Projects to sweep. Left out: the one project of the environment.' }),
      policy,
      holds,
      limits,
      requests,
      serve,
      notify,
    },
    MAPPING,
  )
  .meta({
    title: 'Retention policy',
    description: 'What the media retention worker deletes, when, and within which limits.',
  });

export type ParsedPolicyFile = z.output<typeof policyFileSchema>;
