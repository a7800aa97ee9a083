import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import busboy from 'busboy';
import type { Clock } from '../../bff/src/core/clock';
import { policyFault, type OssAccount, type OssError } from './oss-policy';
import { signV4, stringToSign } from './oss-signature';

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
  /** The next `times` requests answer 503, as OSS does when it is busy. */
  fail(times: number): void;
  /** While cut, requests of browsers (they name their origin) get no answer; those of servers do. */
  cutBrowsers(cut: boolean): void;
  stop(): Promise<void>;
}

const KEPT = 5000;
const SKEW_MS = 15 * 60_000;

/** A path-style store that speaks OSS: PostObject, signed HEAD and GET, signed URLs, XML errors, CORS. */
export async function startOssStandin(options: OssStandinOptions): Promise<OssStandin> {
  const exchanges: OssExchange[] = [];
  let failures = 0;
  let browsersCut = false;
  mkdirSync(options.folder, { recursive: true });
  // Keys are hashed into file names, so that no key can leave the folder.
  const fileOf = (key: string) => path.join(options.folder, createHash('sha256').update(key).digest('hex'));

  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    const resource = decodeURIComponent(url.pathname);
    const requestId = randomBytes(12).toString('hex').toUpperCase();
    response.setHeader('x-oss-request-id', requestId);
    if (browsersCut && request.headers.origin !== undefined) return void request.socket.destroy();
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
    if (failures > 0) {
      failures -= 1;
      request.resume();
      return refuse({ status: 503, code: 'ServiceUnavailable', message: 'Please reduce your request rate.' });
    }
    if (!resource.startsWith(`/${options.bucket}/`))
      return refuse({ status: 404, code: 'NoSuchBucket', message: 'The specified bucket does not exist.' });
    if (request.method === 'POST') {
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
      writeFileSync(fileOf(key), form.file);
      writeFileSync(`${fileOf(key)}.type`, form.fields['content-type'] ?? 'application/octet-stream');
      response.setHeader('etag', etagOf(form.file));
      return answerPost(response, { ...form.fields, key, bucket: options.bucket }, url.origin, finish);
    }
    const fault = signatureFault(request, url, resource, options);
    if (fault !== undefined) return refuse(fault);
    if (!existsSync(fileOf(key)))
      return refuse({ status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' });
    sendObject(request, response, fileOf(key), finish);
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    received: () => exchanges,
    fail: (times) => {
      failures = times;
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

function etagOf(file: Buffer): string {
  return `"${createHash('md5').update(file).digest('hex').toUpperCase()}"`;
}

function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  finish: (status: number) => void,
): void {
  const whole = readFileSync(file);
  const range = /^bytes=0-(\d+)$/.exec(request.headers.range ?? '');
  const part = range === null ? whole : whole.subarray(0, Number(range[1]) + 1);
  response.setHeader('content-type', readFileSync(`${file}.type`, 'utf8'));
  response.setHeader('etag', etagOf(whole));
  response.setHeader('content-length', part.length);
  if (range !== null) response.setHeader('content-range', `bytes 0-${part.length - 1}/${whole.length}`);
  finish(range === null ? 200 : 206);
  response.end(request.method === 'HEAD' ? undefined : part);
}

/** Checks the V4 signature in the Authorization header or in the query of a signed URL. */
function signatureFault(
  request: IncomingMessage,
  url: URL,
  resource: string,
  account: OssAccount,
): OssError | undefined {
  const query = [...url.searchParams];
  const header =
    /^OSS4-HMAC-SHA256 Credential=([^,]+),(?:\s*AdditionalHeaders=([^,]+),)?\s*Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  const credential = header?.[1] ?? url.searchParams.get('x-oss-credential');
  const signature = header?.[3] ?? url.searchParams.get('x-oss-signature');
  const date = header === null ? url.searchParams.get('x-oss-date') : String(request.headers['x-oss-date'] ?? '');
  const additional = (header?.[2] ?? url.searchParams.get('x-oss-additional-headers') ?? '')
    .split(';')
    .filter((name) => name !== '');
  if (credential === null || signature === null || date === null) {
    return { status: 403, code: 'AccessDenied', message: 'Anonymous access is forbidden.' };
  }
  const [accessKeyId, day, region, ...rest] = credential.split('/');
  if (accessKeyId !== account.accessKeyId)
    return { status: 403, code: 'InvalidAccessKeyId', message: 'The Access Key Id does not exist.' };
  const signed = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const lifeMs = header === null ? Number(url.searchParams.get('x-oss-expires')) * 1000 : SKEW_MS;
  // The client library signs by the machine's clock, so this check uses it too.
  if (!(Date.now() <= signed + lifeMs && signed <= Date.now() + SKEW_MS)) {
    return {
      status: 403,
      code: header === null ? 'AccessDenied' : 'RequestTimeTooSkewed',
      message: 'Request has expired.',
    };
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const text = stringToSign(
    {
      method: request.method ?? '',
      resource,
      query: query.filter(([name]) => name !== 'x-oss-signature'),
      headers: header === null ? {} : headers,
      additional,
    },
    date,
    [day, region, ...rest].join('/'),
  );
  const right =
    region === account.region.replace(/^oss-/, '') &&
    signV4(account.accessKeySecret, day ?? '', region, text) === signature;
  return right ? undefined : { status: 403, code: 'SignatureDoesNotMatch', message: 'The signature does not match.' };
}

/** Fields and file of a PostObject; undefined when it is not one, or when a field comes after the file. */
function readForm(request: IncomingMessage): Promise<{ fields: Record<string, string>; file: Buffer } | undefined> {
  return new Promise((resolve) => {
    if (!/^multipart\/form-data/.test(request.headers['content-type'] ?? '')) {
      request.resume();
      resolve(undefined);
      return;
    }
    const fields: Record<string, string> = {};
    let file: Buffer | undefined;
    const parser = busboy({ headers: request.headers, defParamCharset: 'utf8' });
    parser.on('field', (name, value) => {
      if (file === undefined) fields[name.toLowerCase()] = value;
    });
    parser.on('file', (name, stream) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        if (name === 'file') file = Buffer.concat(parts);
      });
      stream.on('error', () => resolve(undefined));
    });
    parser.on('close', () => resolve(file === undefined ? undefined : { fields, file }));
    parser.on('error', () => resolve(undefined));
    request.on('close', () => resolve(file === undefined ? undefined : { fields, file }));
    request.pipe(parser);
  });
}
