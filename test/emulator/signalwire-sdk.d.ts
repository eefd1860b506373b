/** What the tests use of SignalWire's SDK: its own declarations are not reachable through its `exports`. */
declare module '@signalwire/compatibility-api' {
  interface Item {
    readonly sid: string;
  }
  interface MediaContext {
    fetch(): Promise<Item & { readonly contentType: string; readonly parentSid: string }>;
    remove(): Promise<boolean>;
  }
  interface MediaList {
    (sid: string): MediaContext;
    list(options?: { pageSize?: number }): Promise<Item[]>;
  }
  interface MessageList {
    (sid: string): { readonly media: MediaList };
    list(options?: { pageSize?: number; dateSentBefore?: Date; dateSentAfter?: Date }): Promise<Item[]>;
  }
  export function RestClient(
    project: string,
    token: string,
    options: { signalwireSpaceUrl: string },
  ): { readonly messages: MessageList; readonly api: { baseUrl: string } };
}
