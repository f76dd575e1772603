// Figures for the notes: printed, never judged, because a machine may be slow.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { App } from './support/app';
import * as environment from './support/environment';
import { todaysJobs } from './support/jobs';
import { run } from './support/server';
import { day } from './support/time';
import { expect, test } from './support/world';

const IMPORT = path.join(environment.data, 'nyc-311-2013-12-25.csv');
const ROWS = 2386;

test('figures: cold start without a network, and tap to saved', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const phone = await world.usedPhone();
  await world.line.refuse();
  const starts: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    await phone.close();
    await phone.start();
    starts.push(await firstJob(await phone.open('/today')));
  }
  print('cold start without a network, navigation to first job visible', starts);

  const app = await phone.open(`/jobs/${job.id}`);
  const taps: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    await app.draftNote(`Note ${round}`);
    await app.saving(() =>
      app.noteButton.evaluate((button: HTMLElement) => {
        Object.assign(window, { tappedAt: performance.now() });
        button.click();
      }),
    );
    taps.push(await app.page.evaluate(() => (window.afieldSaved.at(-1) ?? NaN) - (window as unknown as { tappedAt: number }).tappedAt));
  }
  print('tap to "Saved on this phone"', taps);
});

test('figures: priming the import file', async ({ world }) => {
  test.skip(!existsSync(IMPORT), `${path.basename(IMPORT)} is not there: see the README for where it comes from`);
  await world.server.stop();
  const began = performance.now();
  await run('import', IMPORT, '--format', 'nyc-311', '--company-of', 'tom@harbor.example', '--shift-to', day(), '--assign', 'tom@harbor.example', '--data', world.data);
  console.log(`  import of ${ROWS} rows: ${Math.round(performance.now() - began)} ms`);
  await world.server.start();

  const phone = await world.phone();
  const app = await phone.open();
  const signedIn = performance.now();
  await app.signIn('tom@harbor.example');
  await app.waitReady();
  const ready = performance.now() - signedIn;
  await app.goTo('Jobs');
  // The page may still be reading what is on the phone.
  const count = app.main.getByText(/^\d+ jobs$/);
  await expect.poll(async () => Number.parseInt((await count.textContent()) ?? '', 10)).toBeGreaterThan(ROWS * 0.9);
  const found = await count.textContent();
  const pages = world.line.log.filter((exchange) => exchange.path.startsWith('/api/v1/pull')).length;
  console.log(`  priming ${found}: ${Math.round(ready)} ms from the tap on Sign in to ready for offline use, ${pages} pages`);

  await phone.close();
  await world.line.refuse();
  const starts: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await phone.start();
    starts.push(await firstJob(await phone.open('/today')));
    await phone.close();
  }
  print(`cold start without a network, ${found}, navigation to first job visible`, starts);
});

async function firstJob(app: App): Promise<number> {
  await expect(app.main.getByRole('link').first()).toBeVisible();
  await expect.poll(() => app.page.evaluate(() => window.afieldFirstJob)).toBeDefined();
  return app.page.evaluate(() => window.afieldFirstJob ?? NaN);
}

function print(what: string, numbers: number[]): void {
  const sorted = [...numbers].sort((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  console.log(`  ${what}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, n = ${sorted.length}`);
}
