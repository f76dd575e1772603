// The morning in the cellar: the browser starts, there is no network, and somebody wants to see the first job.
import path from 'node:path';
import { launch, tab } from '../support/browser';
import { folder } from '../support/children';
import { Company } from '../support/company';
import { Rows } from '../support/figures';
import { moment } from '../support/moments';
import { peerApp } from '../support/peer';
import { ours, peer, signIn, type Side } from '../support/sides';

const SIZES = [100, 1_000, 10_000];

export async function cold(rounds: number): Promise<Rows> {
  const rows = new Rows('cold');
  for (const jobs of SIZES) {
    const company = await Company.start(jobs);
    const sides = [ours(company.address), peer(await peerApp(await company.records()))];
    const profiles = await Promise.all(sides.map((_, n) => folder(`cold-${n}`)));
    for (const [n, side] of sides.entries()) {
      await prime(profiles[n], side);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const cpu of [1, 4]) {
        const what = `cold start offline to first job, ${jobs.toLocaleString('en')} jobs${cpu === 1 ? '' : `, CPU/${cpu}`}`;
        const [mine, other] = [await start(profiles[0], sides[0], cpu), await start(profiles[1], sides[1], cpu)];
        rows.ours(what, 'ms', mine, '≤ the peer');
        rows.peer(what, 'ms', sides[1].name, other);
      }
    }
    await company.stop();
  }
  return rows;
}

async function prime(profile: string, side: Side): Promise<void> {
  const context = await launch(path.join(profile, 'profile'));
  const { page } = await tab(context);
  await page.goto(`${side.address}/`);
  await moment(page, 'form');
  await signIn(page);
  // Started once more: what a browser compiles and keeps at the second visit is then kept on both sides.
  await page.goto(`${side.address}${side.start}`);
  await moment(page, 'firstJob');
  // As somebody leaves it who has looked at it: drawn, with nothing that stands in for it.
  await page.waitForFunction(() => document.getElementById('stand-in') === null && document.querySelector('main .skeleton') === null);
  await context.close();
}

async function start(profile: string, side: Side, cpu: number): Promise<number> {
  const context = await launch(path.join(profile, 'profile'), true);
  const { page } = await tab(context, cpu === 1 ? {} : { cpu });
  await page.goto(`${side.address}${side.start}`, { waitUntil: 'commit' });
  const seen = await moment(page, 'firstJob');
  await context.close();
  return seen;
}
