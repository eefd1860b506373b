import type { Rows } from './catalogue.ts';

/** Security and privacy. */
export const F: Rows = {
  F1: ['control characters of the server in our log', 'logs an allow-list of fields and none of the server’s text'],
  F2: ['numbers, bodies, URLs or tokens in any output', 'lets none of them in, and looks for planted ones'],
  F3: ['errors that carry headers', 'maps them to a closed set where they arise'],
  F4: [
    'secrets in arguments, reports, dumps',
    'takes them from files or the environment; core dumps and heap snapshots hold them, see SECURITY.md',
  ],
  F5: ['a redaction that misses a path', 'has none to miss: fields are allowed one by one'],
  F6: ['an environment that switches TLS off', 'refuses to start'],
  F7: ['a proxy in the environment', 'speaks to it by CONNECT, with TLS from end to end'],
  F8: ['a name that resolves to another address', 'keeps to one origin, and only its certificate is good enough'],
  F9: ['a status page for everybody', 'listens on this machine unless there is a token, and changes nothing'],
  F10: ['HTML in what is shown', 'escapes it, under a policy that runs no script'],
  F11: ['a path in an argument', 'takes SIDs and ids of a strict form alone'],
  F12: [
    'a formula in a CSV cell',
    'cannot be: fields are ids and words of a closed set, and what begins like one is defused',
  ],
  F13: ['__proto__ in YAML or JSON', 'is a key like any other, and unknown'],
  F14: ['a regular expression that takes for ever', 'reads texts of any length in a moment'],
  F15: ['a package that turns bad', 'runs no install script, and allows packages and licences one by one'],
  F16: ['a build that publishes something else', 'needs releases'],
  F17: ['an operator who rewrites the ledger', 'needs evidence'],
  F18: ['an operator who cuts the ledger short', 'needs evidence'],
  F19: ['a stolen signing key', 'needs evidence'],
  F20: ['an author who approves alone', 'needs approvals'],
  F21: ['a kill switch that cannot be reached', 'needs more than one place to stop from'],
  F22: [
    'an API that lies to have much deleted',
    'is held by limits, absolute ages and holds by messageSid; holds by number or type go by what the API says',
  ],
  F23: [
    'logs that fill the disk of the ledger',
    'writes one line an item to standard output or error, never a file of its own; a full disk stops deleting (D7)',
  ],
  F24: ['a ledger that others can read', 'is made for its owner alone, and has no number, text or URL in it'],
};
