/** What a process of a feed is to be. */
export type FeedOrder =
  | {
      readonly role: 'publisher';
      readonly port: number;
      readonly database: string;
      readonly consumers: readonly string[];
    }
  | {
      readonly role: 'consumer';
      readonly port: number;
      /** Address of the feed. */
      readonly feed: string;
      readonly name: string;
      readonly folder: string;
    };
