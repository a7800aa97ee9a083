import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** Serious and critical faults of what is shown, as `screen: rule element`. */
export async function seriousFaults(page: Page, screen: string): Promise<string[]> {
  // A word of thanks fades in and out; half faded it has no contrast.
  await page.locator('.taro__toast p').last().waitFor({ state: 'hidden' });
  await page.evaluate(axe.source);
  const results = (await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(o: object): Promise<unknown> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'],
    }),
  )) as AxeResults;
  // A page that was not looked at has no faults either.
  expect(results.passes.length).toBeGreaterThan(0);
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${screen}: ${id} ${node.html.slice(0, 160)}`));
}
