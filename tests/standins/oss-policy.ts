import { signV4, type OssAccount, type OssError } from './oss-signature';

type Condition = Record<string, string> | [string, ...(string | number | string[])[]];

const denied = (message: string): OssError => ({
  status: 403,
  code: 'AccessDenied',
  message: `Invalid according to Policy: ${message}`,
});

/** Checks the form of a PostObject as OSS does: signature over the policy, expiry, then every condition. */
export function policyFault(
  fields: Readonly<Record<string, string>>,
  bytes: number,
  account: OssAccount,
  now: Date,
): OssError | undefined {
  const { policy } = fields;
  const signature = fields['x-oss-signature'];
  const [accessKeyId, day, region, product, request] = (fields['x-oss-credential'] ?? '').split('/');
  if (!policy || !signature || fields['x-oss-signature-version'] !== 'OSS4-HMAC-SHA256') {
    return { status: 403, code: 'AccessDenied', message: 'Anonymous access is forbidden for this operation.' };
  }
  if (accessKeyId !== account.accessKeyId) {
    return {
      status: 403,
      code: 'InvalidAccessKeyId',
      message: 'The OSS Access Key Id you provided does not exist in our records.',
    };
  }
  const scoped = region === account.region.replace(/^oss-/, '') && product === 'oss' && request === 'aliyun_v4_request';
  if (!scoped || signV4(account.accessKeySecret, day ?? '', region, policy) !== signature) {
    return {
      status: 403,
      code: 'SignatureDoesNotMatch',
      message: 'The request signature we calculated does not match the signature you provided.',
    };
  }
  const parsed = readPolicy(policy);
  if (parsed === undefined)
    return { status: 400, code: 'InvalidPolicyDocument', message: 'The policy is not valid JSON.' };
  if (!(Date.parse(parsed.expiration) > now.getTime())) return denied('Policy expired.');
  for (const condition of parsed.conditions) {
    const fault = conditionFault(condition, { ...fields, bucket: account.bucket }, bytes);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function readPolicy(policy: string): { expiration: string; conditions: Condition[] } | undefined {
  try {
    return JSON.parse(Buffer.from(policy, 'base64').toString('utf8')) as {
      expiration: string;
      conditions: Condition[];
    };
  } catch {
    return undefined;
  }
}

function conditionFault(condition: Condition, fields: Record<string, string>, bytes: number): OssError | undefined {
  const failed = denied(`Policy Condition failed: ${JSON.stringify(condition)}`);
  if (!Array.isArray(condition)) {
    return Object.entries(condition).every(([name, value]) => fields[name] === value) ? undefined : failed;
  }
  const [operator, name, value] = condition;
  if (operator === 'content-length-range') {
    if (bytes > Number(value))
      return { status: 400, code: 'EntityTooLarge', message: 'Your proposed upload exceeds the maximum allowed size.' };
    return bytes < Number(name)
      ? { status: 400, code: 'EntityTooSmall', message: 'Your proposed upload is too small.' }
      : undefined;
  }
  const given = fields[String(name).replace(/^\$/, '')] ?? '';
  const holds =
    operator === 'eq'
      ? given === value
      : operator === 'starts-with'
        ? given.startsWith(String(value))
        : operator === 'in' && (value as string[]).includes(given);
  return holds ? undefined : failed;
}
