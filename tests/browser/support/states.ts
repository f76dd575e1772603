// Screens that only some events bring about: refusals, conflicts, forms with flaws, data that is too old.
import { expect } from '@playwright/test';
import type { App } from './app';
import { todaysJobs } from './jobs';
import { text } from './texts';
import { hurryClock } from './time';
import type { World } from './world';

/** Brings a technician's app into one state after the other and shows each. */
export async function eachState(world: World, show: (app: App, name: string) => Promise<void>): Promise<void> {
  const office = await world.client();
  // What came too late would wait for the office: here somebody is to decide on the phone.
  world.line.refusesLate = true;
  const [taken, first, second] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await hurryClock(app.page);

  await app.openJob(taken.number);
  await app.editJob();
  await show(app, 'Edit job');
  await app.field('title').fill(' ');
  await app.field('ends').fill('');
  await app.saveButton.click();
  await expect(app.field('title')).toHaveAccessibleDescription(text('reason.empty'));
  await show(app, 'Edit job, with flaws');
  await app.page.getByRole('button', { name: text('common.cancel') }).click();

  await world.line.refuse();
  await app.edit('title', 'The motor starts, the door does not move');
  await app.setStatus('En route');
  await office.assign(taken.id, 'Ben Ito');
  await app.openJob(first.number);
  await app.edit('title', 'Anna: the pump is loud');
  await office.edit(first.id, 'title', first.title, 'Dora: the valve is stuck');
  const span = { from: second.starts, until: second.ends };
  await office.edit(second.id, 'schedule', span, { from: second.starts, until: second.ends + 600_000 });
  await app.openJob(second.number);
  await app.editJob();
  await expect(app.field('ends')).not.toHaveValue('');
  const ends = await app.field('ends').inputValue();
  await app.field('ends').fill(ends.replace(/T.*/, 'T23:45'));
  await app.field('description').fill('Ring twice. '.repeat(30));
  await app.saving(() => app.saveButton.click());
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused).toHaveCount(1);
  await expect(app.refused.getByRole('link', { name: 'Request access' })).toBeVisible();
  await show(app, 'Sync, a refused edit');
  await app.refused.getByRole('link', { name: 'Go to record' }).click();
  await expect(app.page.getByText(text('edit.refused'))).toBeVisible();
  await show(app, 'Edit job, refused');

  await app.openLog();
  await expect(app.conflicts).toHaveCount(2);
  await show(app, 'Log, open conflicts');
  await world.line.refuse();
  await app.saving(() => app.conflicts.getByRole('button', { name: 'Keep mine' }).click());
  await expect(app.conflicts.filter({ hasText: text('conflict.chosen') })).toHaveCount(1);
  await show(app, 'Log, a choice not sent');
  await app.goTo('Today');
  await show(app, 'Today, with work to do');

  await app.page.clock.fastForward('25:00:00');
  await expect(app.page.getByText(text('banners.expired'))).toBeVisible();
  await show(app, 'Today, data too old');
  await app.goTo('Jobs');
  await show(app, 'Jobs, data too old');
  await world.line.accept();
}
