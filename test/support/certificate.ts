import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A certificate with its key: in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What can be wrong with one. */
interface Wanted {
  /** The host it is for. */
  readonly host: string;
  /** `YYMMDD`, UTC. */
  readonly from?: string;
  readonly until?: string;
  /** Who vouches for it; left out: nobody but itself. */
  readonly issuer?: Authority;
}

interface Authority {
  readonly cert: string;
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** A certificate that nobody has reason to trust. */
export const selfSigned = (host: string): Certificate => certificate({ host });

/** One who vouches for others. */
export function authority(name: string): Authority {
  const { cert, privateKey } = write({ host: name });
  return { cert, name, privateKey };
}

export function certificate(wanted: Wanted): Certificate {
  const { cert, privateKey } = write(wanted);
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

/** Node makes keys but no certificates, and a key does not belong into a repository: so this writes one, in DER by hand. */
function write({ host, from = '200101', until = '491231', issuer }: Wanted): { cert: string; privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const altName = sequence(der(0x82, Buffer.from(host)));
  const isCa = sequence(...(issuer ? [] : [der(0x01, Buffer.from([0xff]))]));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([issuer ? 2 : 1])),
    ecdsaWithSha256,
    nameOf(issuer?.name ?? host),
    sequence(time(`${from}000000Z`), time(`${until}235959Z`)),
    nameOf(host),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension(0x11, altName), extension(0x13, isCa))),
  );
  const signature = sign('sha256', body, issuer?.privateKey ?? privateKey);
  const whole = sequence(body, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n'); // an empty line would be one too many
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, privateKey };
}

const nameOf = (text: string): Buffer => sequence(set(sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(text)))));

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), value]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const set = (...parts: readonly Buffer[]): Buffer => der(0x31, ...parts);
const oid = (...bytes: readonly number[]): Buffer => der(0x06, Buffer.from(bytes));
const time = (text: string): Buffer => der(0x17, Buffer.from(text));
const extension = (id: number, value: Buffer): Buffer => sequence(oid(0x55, 0x1d, id), der(0x04, value));
