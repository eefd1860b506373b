/** What is expected of a space, in the environment as in the policy file. */
export const SPACE = 'the name of a SignalWire space, such as example or example.signalwire.com';
/** What is expected of a base URL. */
export const BASE_URL =
  'an origin without a path, user, query or fragment, such as https://example.signalwire.com; plain http only on this machine (127.0.0.1, [::1], localhost)';

const SPACE_FORM = /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.signalwire\.com)?$/i;

/** `example` and `example.signalwire.com` are `https://example.signalwire.com`; anything else: `undefined`. */
export function originOfSpace(text: string): string | undefined {
  const name = SPACE_FORM.exec(text)?.[1];
  return name && `https://${name.toLowerCase()}.signalwire.com`;
}

const ORIGIN_FORM = /^https?:\/\/[^/?#@\\\s]+\/?$/i;
const LOOPBACK = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|localhost)$/;

/** The origin in its normal form, or `undefined` where the text is more or less than one, or would send a token in the clear. */
export function originOf(text: string): string | undefined {
  if (!ORIGIN_FORM.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, origin } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname) ? origin : undefined;
}

/** Of a host as `URL` writes it: `0x7f.1` has become `127.0.0.1` there, and `127.example.com` has not. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname);
