/** Where photos are kept: Alibaba OSS, or a store that speaks its protocol. */
export interface ObjectStore {
  /** A form with which a phone may post exactly one object. */
  postTicket(order: PostOrder): PostTicket;
  /** Size and type of an object; undefined when there is none. */
  head(key: string): Promise<{ bytes: number; contentType: string } | undefined>;
  /** The object's bytes; undefined when there is none. Throws GatewayError when larger than `maxBytes`. */
  read(key: string, maxBytes: number): Promise<Buffer | undefined>;
  /** A URL that shows the object for `seconds`. */
  signedUrl(key: string, seconds: number): Promise<string>;
}

export interface PostOrder {
  key: string;
  contentType: string;
  minBytes: number;
  maxBytes: number;
  expiresAt: Date;
}

export interface PostTicket {
  url: string;
  /** Form fields in order; the file comes last under the name 'file'. */
  fields: Record<string, string>;
}
