// The office makes a job: it is on the board, on the technician's phone, and in nobody's lane until somebody has it.
import type { App } from './support/app';
import { of, type Job, type Scoped, type Task } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

type Named = Scoped & { name: string };

/** Opens the form from the board. */
async function openForm(board: App): Promise<void> {
  await board.page.getByRole('link', { name: text('job.new') }).click();
  await expect(board.heading(text('pages.new_job'))).toBeVisible();
}

/** A customer of Anna's, by name. */
async function customer(world: World): Promise<Named> {
  const all = await (await world.client('anna@nordhaus.example')).scope();
  return of<Named>(all, 'customer')[0];
}

test('the office makes a job for a technician, who has it on the phone with its form', async ({ world }) => {
  const { name } = await customer(world);
  const { app } = await world.primedPhone();
  const board = await world.board();
  await openForm(board);
  await expect.poll(() => new URL(board.page.url()).pathname).toBe('/dispatch/new');
  // Without a title there is no job, and nothing that was chosen goes.
  const save = board.page.getByRole('button', { name: text('common.save') });
  await board.page.getByRole('searchbox', { name: text('job.find_customer') }).fill(name.toUpperCase());
  await board.page.locator('label').filter({ hasText: name }).getByRole('radio').first().check();
  const form = board.page.getByRole('group', { name: text('office.forms') }).getByRole('checkbox').first();
  const formName = (await form.locator('..').locator('.job-title').textContent()) ?? '';
  await form.check();
  await board.page.getByLabel(text('board.technician')).selectOption({ label: 'Anna Berg' });
  await save.click();
  await expect(board.page.getByLabel(text('edit.title'))).toBeFocused();
  await board.page.getByLabel(text('edit.title')).fill('Pump knocks');
  await board.page.getByLabel(text('edit.priority')).selectOption('high');
  await save.click();

  await expect(board.heading('Pump knocks')).toBeVisible();
  await expect(board.main.getByText('Anna Berg').first()).toBeVisible();
  await expect(board.main.getByText(name).first()).toBeVisible();
  await expect(board.page).toHaveURL(/\/dispatch\/job\/[^/]+$/);
  const id = new URL(board.page.url()).pathname.split('/').pop() ?? '';
  await app.syncNow();
  await app.page.goto(`/jobs/${id}?tab=tasks`);
  await expect(app.heading('Pump knocks')).toBeVisible();
  await expect(app.main.getByText(formName).first()).toBeVisible();
  const scope = await (await world.client('anna@nordhaus.example')).scope();
  expect(of<Job>(scope, 'job').filter((job) => job.id === id)).toHaveLength(1);
  expect(of<Task>(scope, 'task').filter((task) => task.job === id)).toHaveLength(1);
});

test('a job for nobody yet stands in the lane of nobody, and a repeated request makes no second one', async ({ world }) => {
  const board = await world.board();
  await openForm(board);
  await board.page.getByLabel(text('edit.title')).fill('Gutter drips');
  // The answer is lost on the way: whoever saves again saves the same job.
  const heal = world.officeLine.rule((request) => request.method === 'POST' && request.path.startsWith('/api/v1/jobs/'), { kind: 'cut', after: -1 });
  const save = board.page.getByRole('button', { name: text('common.save') });
  await save.click();
  await expect(board.page.locator('.toast-trouble')).toBeVisible();
  heal();
  await save.click();
  await expect(board.heading('Gutter drips')).toBeVisible();
  // Back to the board of its day, whichever that is.
  await board.main.getByRole('link', { name: text('pages.board') }).click();
  const nobodys = board.main.getByRole('region', { name: text('board.unassigned') });
  await expect(nobodys.getByRole('button', { name: /Gutter drips/ })).toHaveCount(1);
  await expect(board.main.getByRole('button', { name: /Gutter drips/ })).toHaveCount(1);
});

test('the form is there again when the server was away, and a technician has no such page', async ({ world }) => {
  const board = await world.board();
  await openForm(board);
  await expect(board.page.getByRole('group', { name: text('office.forms') })).toBeVisible();
  await world.officeLine.refuse();
  await board.page.getByRole('searchbox', { name: text('job.find_customer') }).fill('a');
  const retry = board.main.getByRole('button', { name: text('common.retry') });
  await expect(retry).toBeVisible();
  await world.officeLine.accept();
  await retry.click();
  await expect(retry).toHaveCount(0);
  const { app } = await world.primedPhone();
  await app.page.goto('/dispatch/new');
  await expect(app.heading(text('pages.not_found'))).toBeVisible();
});
