import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import busboy from 'busboy';
import type { Clock } from '../../bff/src/core/clock';
import { Objects, type StoredObject } from './oss-objects';
import { policyFault } from './oss-policy';
import { signatureFault, type OssAccount, type OssError } from './oss-signature';

export interface OssStandinOptions extends OssAccount {
  /** Where objects are kept. */
  folder: string;
  /** Decides whether a policy has expired. */
  clock: Clock;
  /** AllowedOrigin of the bucket's CORS rule for GET, HEAD and POST; any origin if absent. */
  origins?: readonly string[];
  port?: number;
}

interface OssExchange {
  at: string;
  method: string;
  key: string;
  status: number;
  code: string | null;
}

export interface OssStandin {
  readonly url: string;
  received(): readonly OssExchange[];
  /** The next `times` requests are refused: 503 as OSS does when it is busy, or what it says of an account in trouble. */
  fail(times: number, code?: keyof typeof TROUBLES): void;
  /** Requests that were in hand at the same time, at most, since the delay was set. */
  mostAtOnce(): number;
  /** Each answer comes this much later. */
  delay(ms: number): void;
  /** While silent, connections are taken and nothing is answered. */
  silence(silent: boolean): void;
  /** While cut, requests of browsers (they name their origin) get no answer; those of servers do. */
  cutBrowsers(cut: boolean): void;
  stop(): Promise<void>;
}

/** Refusals that say nothing about an object. */
const TROUBLES = {
  ServiceUnavailable: [503, 'Please reduce your request rate.'],
  InvalidAccessKeyId: [403, 'The OSS Access Key Id you provided does not exist in our records.'],
  SignatureDoesNotMatch: [403, 'The request signature we calculated does not match the signature you provided.'],
  RequestTimeTooSkewed: [403, 'The difference between the request time and the current time is too large.'],
  UserDisable: [403, 'UserDisable'],
  AccessDenied: [403, 'You have no right to access this object because of bucket acl.'],
  NoSuchBucket: [404, 'The specified bucket does not exist.'],
} as const;

const KEPT = 5000;

/**
 * A path-style store that speaks OSS: PostObject, signed HEAD, GET, CopyObject and DeleteMultipleObjects, signed URLs, XML
 * errors, CORS.
 */
export async function startOssStandin(options: OssStandinOptions): Promise<OssStandin> {
  const exchanges: OssExchange[] = [];
  const objects = new Objects(options.folder);
  let failing: { times: number; code: keyof typeof TROUBLES } = { times: 0, code: 'ServiceUnavailable' };
  let delayMs = 0;
  let silent = false;
  let browsersCut = false;

  let [inHand, mostInHand] = [0, 0];
  const server = createServer((request, response) => {
    inHand += 1;
    mostInHand = Math.max(mostInHand, inHand);
    response.once('close', () => (inHand -= 1));
    void serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    const resource = decodeURIComponent(url.pathname);
    const requestId = randomBytes(12).toString('hex').toUpperCase();
    response.setHeader('x-oss-request-id', requestId);
    if (browsersCut && request.headers.origin !== undefined) return void request.socket.destroy();
    if (silent) return void request.resume();
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const allowed = allowOrigin(request, response, options.origins);
    let key = resource.slice(options.bucket.length + 2);
    const finish = (status: number, fault?: OssError) => {
      exchanges.push({
        at: options.clock.now().toISOString(),
        method: request.method ?? '',
        key,
        status,
        code: fault?.code ?? null,
      });
      if (exchanges.length > KEPT) exchanges.shift();
      response.statusCode = status;
      if (fault === undefined) return;
      response.setHeader('content-type', 'application/xml');
      response.setHeader('x-oss-err-code', fault.code);
      response.end(
        request.method === 'HEAD'
          ? ''
          : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${fault.code}</Code><Message>${fault.message.replace(/[<&]/g, ' ')}</Message><RequestId>${requestId}</RequestId><HostId>${request.headers.host ?? ''}</HostId></Error>`,
      );
    };
    const refuse = (fault: OssError) => finish(fault.status, fault);
    if (request.method === 'OPTIONS') {
      if (!allowed) return refuse(NO_CORS);
      return void response.writeHead(200).end();
    }
    if (failing.times > 0) {
      failing.times -= 1;
      request.resume();
      const [status, message] = TROUBLES[failing.code];
      return refuse({ status, code: failing.code, message });
    }
    if (!resource.startsWith(`/${options.bucket}/`))
      return refuse({ status: 404, code: 'NoSuchBucket', message: 'The specified bucket does not exist.' });
    if (request.method === 'POST' && !url.searchParams.has('delete')) {
      const form = await readForm(request);
      if (form === undefined)
        return refuse({
          status: 400,
          code: 'MalformedPOSTRequest',
          message: 'The body of your POST request is not well-formed multipart/form-data.',
        });
      key = form.fields['key'] ?? '';
      const fault = policyFault(form.fields, form.file.length, options, options.clock.now());
      if (fault !== undefined) return refuse(fault);
      if (form.fields['x-oss-forbid-overwrite'] === 'true' && objects.has(key)) {
        return refuse({
          status: 409,
          code: 'FileAlreadyExists',
          message: 'The object you specified already exists and can not be overwritten.',
        });
      }
      // What the form says of the type: the header's field, then the file's own part, then the plain field.
      const type = form.fields['x-oss-content-type'] ?? form.type ?? form.fields['content-type'];
      response.setHeader('etag', objects.put(key, form.file, type));
      return answerPost(response, { ...form.fields, key, bucket: options.bucket }, url.origin, finish);
    }
    const fault = signatureFault(request, url, resource, options);
    if (fault !== undefined) return refuse(fault);
    if (request.method === 'POST') {
      const keys = [...(await textOf(request)).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name = '']) => name);
      for (const name of keys) objects.remove(name);
      response.setHeader('content-type', 'application/xml');
      finish(200);
      return void response.end('<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult></DeleteResult>');
    }
    if (request.method === 'PUT') {
      const copied = copyObject(request, objects, options.bucket, key);
      if ('code' in copied) return refuse(copied);
      response.setHeader('content-type', 'application/xml');
      finish(200);
      return void response.end(
        `<?xml version="1.0" encoding="UTF-8"?>\n<CopyObjectResult><ETag>${copied.etag}</ETag></CopyObjectResult>`,
      );
    }
    const object = objects.get(key);
    if (object === undefined) return refuse(NO_KEY);
    sendObject(request, response, object, finish);
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    received: () => exchanges,
    fail: (times, code = 'ServiceUnavailable') => {
      failing = { times, code };
    },
    mostAtOnce: () => mostInHand,
    delay: (ms) => {
      delayMs = ms;
      mostInHand = inHand;
    },
    silence: (on) => {
      silent = on;
    },
    cutBrowsers: (cut) => {
      browsersCut = cut;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const METHODS = ['GET', 'HEAD', 'POST'];
const NO_CORS: OssError = {
  status: 403,
  code: 'AccessForbidden',
  message: 'CORSResponse: This CORS request is not allowed.',
};

/** Sets the headers of the bucket's CORS rule when origin and method match it; without them a browser shows nothing. */
function allowOrigin(request: IncomingMessage, response: ServerResponse, origins?: readonly string[]): boolean {
  const { origin } = request.headers;
  const method = request.method === 'OPTIONS' ? request.headers['access-control-request-method'] : request.method;
  if (origin === undefined || method === undefined || !METHODS.includes(method)) return false;
  if (origins !== undefined && !origins.includes(origin)) return false;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', METHODS.join(', '));
  response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*');
  response.setHeader('access-control-expose-headers', 'ETag, x-oss-request-id');
  response.setHeader('access-control-max-age', '60');
  response.setHeader('vary', 'Origin');
  return true;
}

/** A stored PostObject: 200 and 204 have no body, 201 tells what was stored, anything else counts as 204. */
function answerPost(
  response: ServerResponse,
  form: Record<string, string>,
  origin: string,
  finish: (status: number) => void,
): void {
  const asked = Number(form['success_action_status']);
  const status = asked === 200 || asked === 201 ? asked : 204;
  finish(status);
  if (status !== 201) return void response.end();
  const { bucket, key } = form as { bucket: string; key: string };
  const location = `${origin}/${bucket}/${encodeURIComponent(key)}`;
  response.setHeader('content-type', 'application/xml');
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Bucket>${bucket}</Bucket><Location>${location}</Location><Key>${key.replace(/[<&]/g, ' ')}</Key><ETag>${String(response.getHeader('etag'))}</ETag></PostResponse>`,
  );
}

const NO_KEY: OssError = { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' };

/** CopyObject within the bucket; the source may be bound to the ETag that was seen. */
function copyObject(
  request: IncomingMessage,
  objects: Objects,
  bucket: string,
  key: string,
): OssError | { etag: string } {
  const header = (name: string) => request.headers[name] as string | undefined;
  request.resume();
  const source = decodeURIComponent(header('x-oss-copy-source') ?? '');
  if (!source.startsWith(`/${bucket}/`)) {
    return { status: 400, code: 'InvalidArgument', message: 'Copy Source must mention the source bucket and key.' };
  }
  const object = objects.get(source.slice(bucket.length + 2));
  if (object === undefined) return NO_KEY;
  const wanted = header('x-oss-copy-source-if-match');
  if (wanted !== undefined && wanted !== object.etag) {
    return { status: 412, code: 'PreconditionFailed', message: 'At least one of the pre-conditions did not hold.' };
  }
  const replaced = header('x-oss-metadata-directive') === 'REPLACE' ? header('content-type') : object.type;
  return { etag: objects.put(key, object.bytes, replaced) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes: whole, type, etag }: StoredObject,
  finish: (status: number) => void,
): void {
  const range = /^bytes=0-(\d+)$/.exec(request.headers.range ?? '');
  const part = range === null ? whole : whole.subarray(0, Number(range[1]) + 1);
  response.setHeader('content-type', type);
  response.setHeader('etag', etag);
  response.setHeader('content-length', part.length);
  if (range !== null) response.setHeader('content-range', `bytes 0-${part.length - 1}/${whole.length}`);
  finish(range === null ? 200 : 206);
  response.end(request.method === 'HEAD' ? undefined : part);
}

interface PostedForm {
  fields: Record<string, string>;
  file: Buffer;
  /** The type that the file's part names. */
  type: string | undefined;
}

/** Fields and file of a PostObject; undefined when it is not one, or when a field comes after the file. */
function readForm(request: IncomingMessage): Promise<PostedForm | undefined> {
  return new Promise((resolve) => {
    if (!/^multipart\/form-data/.test(request.headers['content-type'] ?? '')) {
      request.resume();
      resolve(undefined);
      return;
    }
    const fields: Record<string, string> = {};
    let file: Buffer | undefined;
    let type: string | undefined;
    const parser = busboy({ headers: request.headers, defParamCharset: 'utf8' });
    parser.on('field', (name, value) => {
      if (file === undefined) fields[name.toLowerCase()] = value;
    });
    parser.on('file', (name, stream, info) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        if (name === 'file') [file, type] = [Buffer.concat(parts), info.mimeType];
      });
      stream.on('error', () => resolve(undefined));
    });
    parser.on('close', () => resolve(file === undefined ? undefined : { fields, file, type }));
    parser.on('error', () => resolve(undefined));
    request.on('close', () => resolve(file === undefined ? undefined : { fields, file, type }));
    request.pipe(parser);
  });
}
