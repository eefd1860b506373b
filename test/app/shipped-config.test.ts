import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { expect, test } from 'vitest';
import { parsePolicyFile } from '../../src/app/policy-file.ts';
import { readSettings } from '../../src/app/settings.ts';
import { SCHEMA_FILE, schemaText } from '../../src/app/write-schema.ts';

const read = (name: string): string => readFileSync(new URL(`../../config/${name}`, import.meta.url), 'utf8');
const shipped = parsePolicyFile(read('retention.yaml'), 'config/retention.yaml');

test('the schema for editors is the one the parser has: npm run schema writes it', () => {
  expect(readFileSync(SCHEMA_FILE, 'utf8')).toBe(schemaText());
});

test('the schema for editors explains every key', () => {
  const unexplained: string[] = [];
  const look = (schema: Record<string, unknown>, path: string): void => {
    for (const [key, inner] of Object.entries(
      (schema['properties'] ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      if (typeof inner['description'] !== 'string') unexplained.push(`${path}${key}`);
      look(inner, `${path}${key}.`);
    }
    const below = [schema['items'], ...((schema['anyOf'] ?? []) as unknown[])];
    for (const inner of below) if (inner) look(inner as Record<string, unknown>, path);
  };
  look(JSON.parse(schemaText()) as Record<string, unknown>, '');
  expect(unexplained).toEqual([]);
});

test('an editor finds the schema by the first line', () => {
  expect(read('retention.yaml').split('\n')[0]).toBe('# yaml-language-server: $schema=./retention.schema.json');
});

test('E21 the shipped policy deletes nothing until it is armed', () => {
  expect(shipped.mode).toBe('dry-run');
});

test('the shipped policy changes no default: what it says of limits and requests is what counts anyway', () => {
  const silent = parsePolicyFile('version: 1\npolicy: { default: 1y }', 'f.yaml');
  expect(shipped.limits).toEqual(silent.limits);
  expect(shipped.requests).toEqual(silent.requests);
  expect(shipped.policy.minimumAge).toEqual(silent.policy.minimumAge);
  expect(shipped.policy.default).toEqual({ kind: 'forever' });
});

test('B4 the shipped policy lets outbound pictures come due, which stay sent for ever, and keeps failed ones no longer than it says', () => {
  const { rules } = shipped.policy;
  expect(rules.find(({ id }) => id === 'pictures')?.match.status).toContain('sent');
  const alsoForFailed = rules.filter(({ match }) => match.status === undefined || match.status.includes('failed'));
  expect(alsoForFailed.map(({ id }) => id)).toEqual(['failed-soon']);
});

test('every key that is commented out in the shipped policy can be taken in', () => {
  const all = parsePolicyFile(
    read('retention.yaml').replaceAll(/^# ((?:holds|serve|notify):| {2}.+)$/gm, '$1'),
    'f.yaml',
  );
  expect(all.holds).toHaveLength(1);
  expect(all.serve).toMatchObject({ listen: { host: '0.0.0.0', port: 8080 }, jitterMs: 600_000 });
  expect(all.notify).toMatchObject({ webhookEnv: 'RETENTION_WEBHOOK_URL', heartbeatEnv: 'RETENTION_HEARTBEAT_URL' });
});

test('the example of an environment is one, but for its token', () => {
  const settings = readSettings(parse(read('.env.example')), shipped, { credentials: 'optional' });
  expect(settings.missing.map(({ place }) => place)).toEqual(['SIGNALWIRE_API_TOKEN']);
});

test('every line that is commented out in the example of an environment can be taken in', () => {
  const all = parse(read('.env.example').replaceAll(/^# ([A-Z_]+=.+)$/gm, '$1'));
  expect(Object.keys(all)).toEqual(
    expect.arrayContaining(['LEDGER_URL', 'RETENTION_MODE', 'LOG_LEVEL', 'SIGNALWIRE_BASE_URL', 'RETENTION_CONFIG']),
  );
  const { SIGNALWIRE_API_TOKEN_FILE: _, ...env } = all;
  expect(readSettings(env, shipped, { credentials: 'optional' }).logLevel).toBe('info');
});
