import type { Rows } from './catalogue.ts';

/** Configuration and policy. */
export const E: Rows = {
  E1: ['an unknown or misspelt key', 'refuses it anywhere in the file, and names the nearest known one'],
  E2: ['a period of zero, below zero, without unit, endless', 'refuses all but a whole number and h, d, mo or y'],
  E3: ['a period below the minimum age', 'lets minimumAge win: nothing younger is ever deleted'],
  E4: ['an empty policy', 'refuses one that selects nothing'],
  E5: ['a rule without a condition', 'refuses it: a rule for everything says match: all'],
  E6: ['more is due than expected', 'refuses before the first DELETE, unless told to work it off oldest first'],
  E7: ['a limit of 0 that counts as none', '0 forbids'],
  E8: ['a key given twice', 'refuses it'],
  E9: [
    'surprises of YAML 1.1',
    'reads the core schema of 1.2 without anchors, aliases, merges, tags and second documents',
  ],
  E10: ['a file that explodes or is huge', 'reads no alias and no more than 256 KiB'],
  E11: ['rules that contradict each other', 'the longest retention wins'],
  E12: ['the order of rules', 'never matters'],
  E13: ['a policy that changes between plan and apply', 'wants plans that are kept and executed later'],
  E14: [
    'a policy that is edited while it is in use',
    'sweeps by one text from start to end, and stops where it changes',
  ],
  E15: ['a policy that selects more than the one before', 'wants an approval'],
  E16: ['a time zone that does not exist', 'refuses it; zones are of the schedule alone'],
  E17: ['a schedule that comes too often', 'check warns, and names the next slots'],
  E18: ['a secret in the file', 'refuses it by name and by looks, and never shows it'],
  E19: ['a variable that leaves a value empty', 'fills in none; an empty value is a mistake'],
  E20: ['numbers as text, and text as numbers', 'refuses either; phone numbers stand in quotes'],
  E21: [
    'a dry run that is misspelt',
    'deletes for mode: enforce alone, by the letter; all else is a mistake or a dry run',
  ],
  E22: ['a base URL with a path, a user, plain http', 'refuses all but an https origin, and http on this machine'],
  E23: ['a regular expression in the file', 'there are none: values are exact or beginnings'],
  E24: ['a first sweep of a huge old account', 'refuses it by maxDeletions, unless told to work it off oldest first'],
};
