import { SetupError } from './setup-error';
import { ensurePhoneApp, type PhoneBuild } from './phone-app';

/** npm run build [h5] [weapp] [dd]: what production serves, and what is uploaded to the chat apps; h5 unless told. */
const TYPES: readonly PhoneBuild[] = ['h5', 'weapp', 'dd'];

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((type) => !TYPES.some((known) => known === type));
  if (unknown !== undefined) throw new SetupError(`There is no build ${unknown}; choose from ${TYPES.join(', ')}.`);
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  for (const type of TYPES.filter((known) => (wanted.length === 0 ? known === 'h5' : wanted.includes(known)))) {
    say(`${type}: ${await ensurePhoneApp(type, say)}`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof SetupError ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
});
