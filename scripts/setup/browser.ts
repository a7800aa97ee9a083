import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { aptAccess } from './apt';
import { SetupError } from './setup-error';

const run = promisify(execFile);
const CANDIDATES = ['/usr/bin/chromium', 'chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What a headless Chromium is started with: no sandbox as root, nothing that calls home. */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function findBrowser(): Promise<string | undefined> {
  for (const candidate of CANDIDATES) {
    if (
      await run(candidate, ['--version']).then(
        () => true,
        () => false,
      )
    )
      return candidate;
  }
  return undefined;
}

/**
 * The path of a Chromium; installs Debian's, with a Chinese font, when there is none and we may. Throws SetupError with
 * the choice otherwise.
 */
export async function ensureBrowser(say: (line: string) => void): Promise<string> {
  const found = await findBrowser();
  if (found !== undefined) return found;
  const apt = await aptAccess();
  if (apt !== undefined) {
    say('Installing Chromium (Debian packages chromium, fonts-noto-cjk) ...');
    await apt.install(['chromium', 'fonts-noto-cjk']);
    const installed = await findBrowser();
    if (installed !== undefined) return installed;
  }
  throw new SetupError('No Chromium was found: install the package chromium, with a Chinese font (fonts-noto-cjk).');
}
