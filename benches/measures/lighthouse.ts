// Lighthouse on the page for signing in, as it judges it: a phone of its own making on a slow line.
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright';
import * as environment from '../../tests/browser/support/environment';
import { Company } from '../support/company';
import { Rows } from '../support/figures';
import { peerApp } from '../support/peer';
import { ours, peer } from '../support/sides';

const LINES = [
  ['performance', 'of 1', '≥ 0.98'],
  ['largest-contentful-paint', 'ms', '≤ 1,500'],
  ['first-contentful-paint', 'ms', ''],
  ['total-blocking-time', 'ms', ''],
  ['cumulative-layout-shift', 'of 1', '0'],
] as const;

export async function lighthouseMobile(rounds: number): Promise<Rows> {
  const rows = new Rows('lighthouse');
  const company = await Company.start(0);
  const [mine, other] = [ours(company.address), peer(await peerApp([]))];
  for (let round = 0; round < rounds; round += 1) {
    for (const side of [mine, other]) {
      const found = await judge(side.address);
      for (const [what, unit, goal] of LINES) {
        if (side === mine) {
          rows.ours(`Lighthouse mobile: ${what}`, unit, found[what], goal);
        } else {
          rows.peer(`Lighthouse mobile: ${what}`, unit, side.name, found[what]);
        }
      }
    }
  }
  await company.stop();
  return rows;
}

async function judge(address: string): Promise<Record<(typeof LINES)[number][0], number>> {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: environment.chromium(),
    chromiumSandbox: false,
    args: [`--remote-debugging-port=${port}`, '--disable-gpu'],
  });
  try {
    const judged = await lighthouse(`${address}/`, { port, onlyCategories: ['performance'], logLevel: 'silent' });
    if (judged === undefined) {
      throw new Error('Lighthouse said nothing');
    }
    const { audits, categories, runtimeError } = judged.lhr;
    if (runtimeError !== undefined) {
      throw new Error(`Lighthouse: ${runtimeError.message}`);
    }
    const of = (name: string) => audits[name].numericValue ?? NaN;
    return {
      performance: categories.performance.score ?? NaN,
      'largest-contentful-paint': of('largest-contentful-paint'),
      'first-contentful-paint': of('first-contentful-paint'),
      'total-blocking-time': of('total-blocking-time'),
      'cumulative-layout-shift': of('cumulative-layout-shift'),
    };
  } finally {
    await browser.close();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
