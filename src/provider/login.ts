/** The API token, read anew where it may have been exchanged under a running sweep. */
export interface Token {
  current(): string;
  /** Reads it again where it came from; true where it is another one now. Called after a 401, at most once at a time. */
  refresh?(): Promise<boolean>;
}

/** Basic credentials as the headers of every request: computed once for each token, not for each request. */
export interface Login {
  headers(): readonly string[];
  /**
   * After a 401 to `used`: whether there are other credentials to try, because this brought them or another request has
   * in the meantime. False where the token cannot be read again.
   */
  renew(used: readonly string[]): Promise<boolean>;
}

export function newLogin(projectId: string, token: Token): Login {
  let headers = headersFor(projectId, token.current());
  let renewal: Promise<boolean> | undefined;

  async function refresh(): Promise<boolean> {
    try {
      if (!(await token.refresh?.())) return false;
      headers = headersFor(projectId, token.current());
      return true;
    } catch {
      return false; // the 401 stands, and says what matters
    } finally {
      renewal = undefined;
    }
  }

  return {
    headers: () => headers,
    async renew(used) {
      return used !== headers || (await (renewal ??= refresh()));
    },
  };
}

/** No `Accept-Encoding`: nothing comes compressed, so that a cap on the body is a cap on what it becomes. */
const headersFor = (projectId: string, token: string): readonly string[] => [
  'authorization',
  `Basic ${Buffer.from(`${projectId}:${token}`).toString('base64')}`,
  'accept',
  'application/json',
  'user-agent',
  'media-retention-worker',
];
