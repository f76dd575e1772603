// Back from the cellar: what was saved goes to a server on this machine.
import path from 'node:path';
import { launch } from '../support/browser';
import { folder } from '../support/children';
import { Company } from '../support/company';
import { Rows } from '../support/figures';
import { libraries, librariesPage, peerApp } from '../support/peer';
import { drained, leave } from '../support/phone';
import { ours, peer } from '../support/sides';

const NOTES = 500;
const WHAT = `drain of ${NOTES} notes`;

export async function drain(rounds: number): Promise<Rows> {
  const rows = new Rows('drain');
  const company = await Company.start(100);
  const [mine, other] = [ours(company.address), peer(await peerApp(await company.records()))];
  const pouch = await libraries(true);
  for (let round = 0; round < rounds; round += 1) {
    for (const side of [mine, other]) {
      const phone = await leave(side, NOTES);
      const ms = (await drained(phone)) / NOTES;
      await phone.context.close();
      if (side === mine) {
        rows.ours(WHAT, 'ms per change', ms, '≤ 0.2');
      } else {
        rows.peer(WHAT, 'ms per change', side.name, ms);
      }
    }
    rows.peer(WHAT, 'ms per change', 'PouchDB', await pushed(pouch));
  }
  await company.stop();
  return rows;
}

async function pushed(address: string): Promise<number> {
  const context = await launch(path.join(await folder('drain'), 'profile'));
  const page = await librariesPage(context, address);
  await page.evaluate((notes) => window.peers.saveNotes(notes), NOTES);
  const ms = await page.evaluate(() => window.peers.push());
  await context.close();
  return ms / NOTES;
}
