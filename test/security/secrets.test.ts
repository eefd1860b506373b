import { describe, expect, test } from 'vitest';
import { leaks } from './secrets.ts';

const SECRET = 'Kanarienvogel "tweet" <b>&ä/é</b>?>~';

/** The canary tests are worth what this finds. */
describe('what looks for secrets finds one', () => {
  const inside = `before${SECRET}behind`;
  test.each<[string, string]>([
    ['as it is', inside],
    ['in the bytes of a file', Buffer.from(inside).toString('latin1')],
    ['in JSON', JSON.stringify({ a: SECRET })],
    ['in HTML', '<p>Kanarienvogel &quot;tweet&quot; &lt;b&gt;&amp;ä/é&lt;/b&gt;?&gt;~</p>'],
    ['in a query', new URL(`http://x/?q=${encodeURIComponent(SECRET)}`).href],
    ['in hexadecimal', Buffer.from(inside).toString('hex')],
    ['in capitals of it', Buffer.from(inside).toString('hex').toUpperCase()],
    ...[0, 1, 2].flatMap((shift): [string, string][] => {
      const bytes = Buffer.concat([Buffer.alloc(shift, 'x'), Buffer.from(inside)]);
      return [
        [`in base64, shifted by ${shift}`, bytes.toString('base64')],
        [`in base64url, shifted by ${shift}`, bytes.toString('base64url')],
      ];
    }),
  ])('%s', (_, text) => {
    expect(leaks({ here: text, there: 'nothing' }, [SECRET])).toEqual([expect.stringMatching(/^here: /)]);
  });

  test('and nothing where there is none', () => {
    expect(leaks({ here: 'Kanarienvögel' }, [SECRET])).toEqual([]);
  });
});
