// Runs the measures one after the other and prints the table. Started by `cargo xtask bench`, which says where the
// browser, the server and the built app are.
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import * as environment from '../tests/browser/support/environment';
import names from './measures.json';
import { board } from './measures/board';
import { cold } from './measures/cold';
import { drain } from './measures/drain';
import { files } from './measures/files';
import { idle } from './measures/idle';
import { lighthouseMobile } from './measures/lighthouse';
import { live } from './measures/live';
import { memory } from './measures/memory';
import { priming } from './measures/priming';
import { save } from './measures/save';
import { search } from './measures/search';
import { visit } from './measures/visit';
import { wire } from './measures/wire';
import manifest from './package.json';
import { closeAll } from './support/browser';
import { clean } from './support/children';
import { stopAll } from './support/company';
import { record, table, type Row, type Rows } from './support/figures';

const MEASURES: Record<keyof typeof names, (rounds: number) => Promise<Rows>> = {
  visit,
  cold,
  priming,
  drain,
  save,
  search,
  wire,
  live,
  idle,
  board,
  memory,
  files,
  lighthouse: lighthouseMobile,
};

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(names) },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});

async function end(): Promise<void> {
  await closeAll();
  await stopAll();
  await clean();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void end().finally(() => process.exit(130)));
}

/** What the figures were measured with: without it they say nothing. */
async function machine() {
  const browser = await chromium.launch({ executablePath: environment.chromium(), chromiumSandbox: false });
  const version = browser.version();
  await browser.close();
  const cpus = os.cpus();
  return {
    date: new Date().toISOString(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    processor: cpus[0].model.trim(),
    cores: cpus.length,
    memory_gib: Math.round(os.totalmem() / 2 ** 30),
    chromium: version,
    node: process.version,
    peers: manifest.devDependencies,
    rounds: Number(flags.rounds),
  };
}

try {
  const about = await machine();
  console.log(`${about.date}, ${about.processor}, ${about.cores} cores, Chromium ${about.chromium}`);
  const rows: Row[] = [];
  for (const name of flags.only as (keyof typeof names)[]) {
    console.log(`\n==> ${name}: ${names[name]}`);
    const found = (await MEASURES[name](Number(flags.rounds))).rows;
    console.log(table(found));
    rows.push(...found);
    if (flags.json !== undefined) {
      // After each measure: what was measured is not lost when a later one fails.
      await writeFile(flags.json, `${JSON.stringify({ ...about, rows: rows.map(record) }, undefined, 2)}\n`);
    }
  }
  if (flags.only.length > 1) {
    console.log(`\n${table(rows)}`);
  }
} catch (error) {
  // Playwright adds all that the browser said.
  console.error(String(error instanceof Error ? error.stack : error).split('\nBrowser logs')[0]);
  process.exitCode = 1;
} finally {
  await end();
}
