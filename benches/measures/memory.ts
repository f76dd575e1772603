// What the apps take of a small phone's memory.
import { launch, tab } from '../support/browser';
import { Company } from '../support/company';
import { Rows } from '../support/figures';
import { collectGarbage, Memory } from '../support/memory';
import { moment } from '../support/moments';
import { peerApp } from '../support/peer';
import { drained, leave } from '../support/phone';
import { ours, peer, type Side } from '../support/sides';

const JOBS = 10_000;
const CHANGES = 500;

export async function memory(rounds: number): Promise<Rows> {
  const rows = new Rows('memory');
  const company = await Company.start(JOBS);
  const [mine, other] = [ours(company.address), peer(await peerApp(await company.records()))];
  for (let round = 0; round < rounds; round += 1) {
    for (const side of [mine, other]) {
      for (const [what, megabytes] of Object.entries(await once(side))) {
        if (side === mine) {
          rows.ours(what, 'MB', megabytes, '≤ the peer');
        } else {
          rows.peer(what, 'MB', side.name, megabytes);
        }
      }
    }
  }
  await company.stop();
  return rows;
}

async function once(side: Side): Promise<Record<string, number>> {
  const phone = await leave(side, CHANGES);
  const draining = await Memory.of(phone.context);
  const peak = await draining.peak(() => drained(phone));
  await phone.context.close();
  const context = await launch(phone.profile);
  const { page, protocol } = await tab(context);
  await page.goto(`${side.address}${side.start}`);
  await moment(page, 'firstJob');
  await collectGarbage(protocol);
  const rest = await (await Memory.of(context)).megabytes();
  await context.close();
  const jobs = JOBS.toLocaleString('en');
  return { [`memory at rest, ${jobs} jobs`]: rest, [`memory at most while draining ${CHANGES.toLocaleString('en')} changes, ${jobs} jobs`]: peak };
}
