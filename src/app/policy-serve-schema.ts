import * as z from 'zod';
import * as words from './policy-words.ts';
import { MAPPING, says } from './policy-words.ts';

/** The part of the policy file that only the long-running mode uses. */

const LISTEN = says('an address', 'host and port, such as 127.0.0.1:8080 or [::1]:8080');

export const serve = z
  .strictObject(
    {
      listen: z.string(LISTEN).transform(words.parsed(addressOf, LISTEN)).prefault('127.0.0.1:8080').meta({
        description: 'Where health, metrics and status are served. Beyond this machine only with tokenFile.',
      }),
      tokenFile: words
        .text()
        .exactOptional()
        .meta({
          description: 'File that holds the token of the status page: at least 16 characters.',
          examples: ['/run/secrets/status_token'],
        }),
      catchUp: z
        .boolean(says('true or false', 'true or false, without quotes'))
        .prefault(true)
        .meta({ description: 'A slot missed while down is made up for once.' }),
      jitter: words.duration('0s', '24h').prefault('0s').meta({
        description: 'A sweep begins up to this much later, at random, so that a fleet does not begin at once.',
      }),
    },
    MAPPING,
  )
  .prefault({})
  .meta({ description: 'The long-running mode.' });

/** `127.0.0.1:8080`, `localhost:0` (any free port), `[::1]:8080`. */
export function addressOf(value: string): { readonly host: string; readonly port: number } | undefined {
  const [, host = '', digits] =
    /^(\[[0-9a-f:]{2,39}\]|[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?):([0-9]{1,5})$/i.exec(value) ?? [];
  const port = Number(digits);
  return port <= 65_535 ? { host, port } : undefined;
}

export const notify = z
  .strictObject(
    {
      webhookEnv: words
        .variable()
        .exactOptional()
        .meta({
          description:
            'Name of the environment variable that holds the URL told of events. A name that ends in _FILE names the file that holds it.',
          examples: ['RETENTION_WEBHOOK_URL'],
        }),
      heartbeatEnv: words
        .variable()
        .exactOptional()
        .meta({
          description:
            'Name of the environment variable that holds the URL called after each complete sweep. A name that ends in _FILE names the file that holds it.',
          examples: ['RETENTION_HEARTBEAT_URL'],
        }),
      on: words
        .listOf(words.choice('an event', ['refused', 'failed', 'digest']), '[refused, failed, digest]')
        .prefault(['refused', 'failed', 'digest'])
        .meta({
          description: 'Which events: a sweep or slot that was refused, one that failed, and once a day what stands.',
        }),
    },
    MAPPING,
  )
  .prefault({})
  .meta({ description: 'Who is told.' });

const TIME_ZONE = says('a time zone', 'a name of the IANA time zone database, such as UTC or Europe/Berlin');

export const timezone = z
  .string(TIME_ZONE)
  .transform(words.parsed(zoneOf, TIME_ZONE))
  .prefault('UTC')
  .meta({
    description: 'Time zone of the schedule, and of nothing else.',
    examples: ['UTC', 'Europe/Berlin'],
  });

/** The name as it was given, if this Node knows it: aliases such as `CET` and any case are fine. */
function zoneOf(name: string): string | undefined {
  if (name === 'UTC') return name; // and 25 ms of a start are saved
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone && name;
  } catch {
    return undefined;
  }
}
