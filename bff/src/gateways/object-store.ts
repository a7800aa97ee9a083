/** Where photos are kept: Alibaba OSS, or a store that speaks its protocol. */
export interface ObjectStore {
  /** A form with which a phone may post exactly one object: of this length and type, and only where there is none yet. */
  postTicket(order: PostOrder): PostTicket;
  /** Whether there is such an object. Throws GatewayError when the store does not say. */
  has(key: string): Promise<boolean>;
  /**
   * The object's bytes; undefined when there is none. Throws GatewayError when it is larger than `maxBytes` (code
   * EntityTooLarge) or when the store does not say.
   */
  read(key: string, maxBytes: number): Promise<StoredObject | undefined>;
  /** Copies what was read, and nothing that has taken its place since. Throws GatewayError. */
  copy(from: string, to: string, what: { etag: string; contentType: string }): Promise<void>;
  /** Removes objects, at most 1,000; those that are not there are no error. */
  remove(keys: readonly string[]): Promise<void>;
  /** A URL that shows the object for `seconds`. */
  signedUrl(key: string, seconds: number): Promise<string>;
}

export interface StoredObject {
  bytes: Buffer;
  etag: string;
}

export interface PostOrder {
  key: string;
  contentType: string;
  /** Exactly. */
  bytes: number;
  expiresAt: Date;
}

export interface PostTicket {
  url: string;
  /** Form fields in order; the file comes last under the name 'file'. */
  fields: Record<string, string>;
}
