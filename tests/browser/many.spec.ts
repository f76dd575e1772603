// Ten thousand jobs on one phone: the list scrolls, the search answers. Figures are printed, never judged.
import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from './support/texts';
import { run } from './support/server';
import { day } from './support/time';
import { expect, test } from './support/world';

const JOBS = 10_000;
const WHAT = ['Boiler does not start', 'Lift door stuck', 'Street light out', 'Heizkörper entlüften', 'Water meter change'];
const WHERE = ['Lindenallee', 'Mühlendamm', 'Torstraße', 'Pappelallee', 'Kirchgasse'];

/** A table of jobs over six days, one every ten minutes for many technicians' worth of work. */
async function table(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'afield-many-'));
  const start = Date.UTC(2026, 10, 19, 6);
  const rows = Array.from({ length: JOBS }, (_, n) => {
    const when = new Date(start + (n % 6) * 86_400_000 + Math.floor(n / 6) * 20_000).toISOString().slice(0, 16).replace('T', ' ');
    return `M-${n},${WHAT[n % WHAT.length]} ${n},${when},${WHERE[n % WHERE.length]} ${n % 140},Customer ${n % 500}`;
  });
  const file = path.join(folder, 'many.csv');
  await writeFile(file, ['Ref,What,When,Where,For', ...rows].join('\n'));
  return file;
}

test('figures: ten thousand jobs', async ({ world }) => {
  test.setTimeout(300_000);
  await world.server.stop();
  const map = 'Ref=external_key,What=title,When=starts,Where=address,For=customer';
  await run('import', await table(), '--map', map, '--company-of', 'tom@harbor.example', '--shift-to', day(), '--assign', 'tom@harbor.example', '--data', world.data);
  await world.server.start();
  const phone = await world.phone();
  const app = await phone.open();
  const asked = performance.now();
  await app.signIn('tom@harbor.example');
  await expect(app.page.getByText('Ready for offline use', { exact: true })).toBeVisible({ timeout: 240_000 });
  console.log(`  primed: ${Math.round(performance.now() - asked)} ms`);
  await world.line.refuse();

  await app.goTo('Jobs');
  const box = app.page.getByRole('searchbox');
  for (const [query, title] of [
    ['4711', 'Lift door stuck 4711'],
    ['boiler does not start 5', 'Boiler does not start 5'],
    ['heizkorper', 'Heizkörper'],
    ['stret ligt 7777', 'Street light out 7777'],
  ]) {
    await box.fill('');
    await expect(app.main.getByText(/^[\d,.]+ jobs$/)).toBeVisible();
    const first = await app.page.evaluate(
      ([query, title]) =>
        new Promise<number>((resolve) => {
          const box = document.querySelector<HTMLInputElement>('input[type=search]');
          const began = performance.now();
          const seen = (): boolean => [...document.querySelectorAll('main a[href^="/jobs/"]')].some((row) => row.textContent?.includes(title));
          const watch = new MutationObserver(() => {
            if (seen()) {
              watch.disconnect();
              requestAnimationFrame(() => resolve(performance.now() - began));
            }
          });
          watch.observe(document, { childList: true, subtree: true, characterData: true });
          if (box !== null) {
            box.value = query;
            box.dispatchEvent(new Event('input', { bubbles: true }));
          }
        }),
      [query, title],
    );
    console.log(`  first result of “${query}”: ${Math.round(first)} ms`);
  }
  await box.fill('');
  const frames = await app.page.evaluate(async () => {
    const gaps: number[] = [];
    let before = performance.now();
    for (let step = 0; step < 60; step += 1) {
      window.scrollBy(0, 200);
      await new Promise(requestAnimationFrame);
      gaps.push(performance.now() - before);
      before = performance.now();
    }
    return gaps.sort((one, other) => one - other);
  });
  console.log(`  scrolling: median frame ${Math.round(frames[30])} ms, slowest ${Math.round(frames[59])} ms`);
  await expect(app.page.getByRole('button', { name: text('jobs.more', { count: '' }).split(' ')[0] }).first()).toBeVisible();
});
