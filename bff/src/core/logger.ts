import { pino, type Logger } from 'pino';

export type { Logger };

/**
 * JSON lines on standard output. Only named fields are ever logged (allow-list serialisers), so that no body, header,
 * token, name or phone number gets in by accident.
 */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: safeError },
  });
}

/** Class, code, message and frames of an error; what a message quotes (values of a statement, numbers) is masked. */
function safeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, stack, message } = error;
  const { code, errno, parent, statement } = error as {
    statement?: unknown;
    code?: unknown;
    errno?: unknown;
    parent?: { code?: unknown; errno?: unknown };
  };
  const frames = stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 12)
    .join('\n');
  return {
    type: name,
    code: code ?? parent?.code,
    errno: errno ?? parent?.errno,
    message: mask(message),
    statement,
    stack: frames,
  };
}

function mask(message: string): string {
  return message
    .replace(/'[^']*'|"[^"]*"/g, "'…'")
    .replace(/\d{5,}/g, '…')
    .slice(0, 500);
}
