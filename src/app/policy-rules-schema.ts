import * as z from 'zod';
import { DIRECTIONS, IN_PROGRESS, TERMINAL } from '../retention/resource.ts';
import * as words from './policy-words.ts';
import { MAPPING, says } from './policy-words.ts';

/** The law's part of the policy file: rules and holds. */

const conditions = {
  status: words
    .listOf(words.choice('a status', [...TERMINAL, ...IN_PROGRESS]), '[failed, undelivered]')
    .exactOptional()
    .meta({ description: 'Status of the message. Media of a message in progress are never deleted.' }),
  direction: words
    .listOf(words.choice('a direction', DIRECTIONS), '[outbound-api, outbound-reply]')
    .exactOptional()
    .meta({ description: 'Direction of the message.' }),
  contentType: words
    .listOf(words.contentType(), '["image/*"]')
    .exactOptional()
    .meta({
      description: 'Type of the media: `type/subtype`, or `type/*` for every subtype. Lower case, no parameters.',
      examples: [['image/*'], ['video/mp4']],
    }),
  from: numbers('The number the message came from.'),
  to: numbers('The number the message went to.'),
  number: numbers('Either end of the message.'),
};

function numbers(description: string) {
  return words
    .listOf(words.phoneNumber(), '["+1555*"]')
    .exactOptional()
    .meta({ description: `${description} E.164, or its beginning and a *.`, examples: [['+15550001111'], ['+1555*']] });
}

/** zod does not look at both branches of a union for us: `policy-issues.ts` takes the second where a mapping stands. */
const matching = <T extends z.ZodRawShape>(shape: T, example: string) =>
  z.union(
    [z.literal('all'), z.strictObject(shape, MAPPING).meta({ minProperties: 1 })],
    says('a match', `conditions, such as ${example}, or all`),
  );

const rule = z
  .strictObject(
    {
      id: words.id().meta({ description: 'Names the rule in reports and in the ledger.', examples: ['failed-soon'] }),
      description: words.text().exactOptional().meta({ description: 'What the rule is for, for people.' }),
      match: matching(conditions, '{ status: [failed] }').meta({
        description: 'Which media. All conditions have to hold; of a list one entry suffices. `all`: every media item.',
      }),
      retain: words.period().meta({
        description:
          'How long they stay: h, d, mo (calendar months), y, or forever. Of several rules the longest counts.',
        examples: ['7d', '90d', '3mo', '7y', 'forever'],
      }),
    },
    MAPPING,
  )
  .meta({ description: 'One rule. The order of rules never matters.' });

const hold = z
  .strictObject(
    {
      id: words.id().meta({ description: 'Names the hold in reports.', examples: ['case-2026-17'] }),
      reason: words.text().meta({ description: 'Why this must stay.', examples: ['Litigation'] }),
      match: matching(
        {
          ...conditions,
          messageSid: words
            .listOf(words.sid(), '["ea108133-d6b3-407c-9536-9fad8a929a6a"]')
            .exactOptional()
            .meta({ description: 'These messages.' }),
          since: words
            .day()
            .exactOptional()
            .meta({ description: 'First held day, UTC.', examples: ['2026-01-01'] }),
          until: words
            .day()
            .exactOptional()
            .meta({ description: 'Last held day, UTC.', examples: ['2026-03-31'] }),
        },
        '{ number: ["+15550001111"] }',
      ).meta({ description: 'What is held: conditions as in a rule, messages, and days. `all`: everything.' }),
    },
    MAPPING,
  )
  .meta({ description: 'What must stay, whatever the rules say.' });

export const policy = z
  .strictObject(
    {
      ageFrom: words.choice('a start of age', ['sent', 'created']).prefault('sent').meta({
        description:
          'sent: an item is as old as the youngest of its dates (message created, message sent, media created). created: without the date of sending.',
      }),
      default: words
        .period()
        .prefault('forever')
        .meta({
          description: 'How long media stay that no rule governs.',
          examples: ['forever', '2y'],
        }),
      rules: words
        .listOf(rule, '- { id: old, match: all, retain: 1y }')
        .exactOptional()
        .meta({ description: 'Rules. Without any the default counts for everything.' }),
    },
    MAPPING,
  )
  .meta({ description: 'What expires when.' });

export const holds = words
  .listOf(hold, '- { id: case-1, reason: Litigation, match: all }')
  .exactOptional()
  .meta({ description: 'Holds. They beat every rule.' });
