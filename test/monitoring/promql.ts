/**
 * What a PromQL expression asks for, without a Prometheus: its selectors and the labels it groups and joins by. It is
 * strict: whatever it does not know it throws on, so that nothing passes unread. `promtool` judges the syntax.
 */
export interface Asked {
  readonly selectors: readonly Selector[];
  /** Labels of `by`, `on`, `group_left` and their like. */
  readonly grouping: readonly string[];
}

interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** Only what the rules and the dashboard use: a function that is new is added here, once it is known to exist. */
const FUNCTIONS = new Set(
  'absent changes count_over_time increase label_replace last_over_time max min predict_linear rate sort_desc sum time'.split(
    ' ',
  ),
);
const LABEL_LISTS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const WORDS = new Set(['and', 'or', 'unless', 'offset', 'bool']);

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|#[^\n]*)`,
    String.raw`(?<text>"(?:[^"\\\n]|\\.)*")`,
    String.raw`(?<number>\d+(?:\.\d+)?(?:(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*)?(?![\w.]))`,
    String.raw`(?<name>[A-Za-z_]\w*)`,
    String.raw`(?<sign>=~|!~|!=|==|>=|<=|[-+*/%^(){}[\],=<>:])`,
  ].join('|'),
  'y',
);

interface Token {
  readonly kind: string;
  readonly text: string;
}

/** @throws {SyntaxError} on whatever is not known here */
export function asked(expression: string): Asked {
  const tokens = [...tokensOf(expression)];
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const { kind, text } = tokens[at] ?? END;
    const next = tokens[at + 1] ?? END;
    if (text === '{') throw new SyntaxError(`a selector without a name in ${expression}`);
    if (kind !== 'name' || WORDS.has(text)) continue;
    if (LABEL_LISTS.has(text)) {
      if (next.text !== '(') continue; // group_left alone
      const end = closing(tokens, at + 1, ')', expression);
      grouping.push(...listed(tokens.slice(at + 2, end), expression));
      at = end;
    } else if (FUNCTIONS.has(text)) {
      if (next.text !== '(' && !LABEL_LISTS.has(next.text)) throw new SyntaxError(`${text} is not called`);
    } else if (next.text === '(') {
      throw new SyntaxError(`no function ${text} is known: ${expression}`);
    } else if (next.text === '{') {
      const end = closing(tokens, at + 1, '}', expression);
      selectors.push({ metric: text, matchers: matchersOf(tokens.slice(at + 2, end), expression) });
      at = end;
    } else {
      selectors.push({ metric: text, matchers: [] });
    }
  }
  return { selectors, grouping };
}

const END: Token = { kind: 'end', text: '' };

function* tokensOf(expression: string): Generator<Token> {
  for (let at = 0; at < expression.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(expression);
    if (!found) throw new SyntaxError(`not understood: ${expression.slice(at, at + 20)}`);
    const [kind = '', text = ''] = Object.entries(found.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (kind !== 'space') yield { kind, text };
  }
}

function closing(tokens: readonly Token[], from: number, sign: string, expression: string): number {
  const end = tokens.findIndex(({ text }, at) => at > from && text === sign);
  if (end === -1) throw new SyntaxError(`no ${sign} in ${expression}`);
  return end;
}

/** Names parted by commas. */
function listed(tokens: readonly Token[], expression: string): string[] {
  for (const [i, { kind, text }] of tokens.entries()) {
    if (i % 2 === 0 ? kind !== 'name' : text !== ',') throw new SyntaxError(`${text} in a list of ${expression}`);
  }
  return tokens.filter((_, i) => i % 2 === 0).map(({ text }) => text);
}

function matchersOf(tokens: readonly Token[], expression: string): Matcher[] {
  const matchers: Matcher[] = [];
  for (let at = 0; at < tokens.length; at += 4) {
    const [label = END, operator = END, value = END, comma = END] = tokens.slice(at, at + 4);
    const isWhole = label.kind === 'name' && /^(?:=|!=|=~|!~)$/.test(operator.text) && value.kind === 'text';
    if (!isWhole || ![',', ''].includes(comma.text))
      throw new SyntaxError(`a matcher is not understood: ${expression}`);
    matchers.push({ label: label.text, operator: operator.text, value: JSON.parse(value.text) as string });
  }
  return matchers;
}
