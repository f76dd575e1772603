// Customers at the office: made with a job, found, opened, edited while somebody else does too, archived and brought back.
import type { App } from './support/app';
import { axe } from './support/axe';
import { DESK, PHONE } from './support/browser';
import { of, type Job, type Scoped } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

type Customer = Scoped & { name: string; phone?: string };
type Place = Scoped & { address: string; city?: string; customer?: string };

/** What stands at the server under this name. */
async function named(world: World, name: string): Promise<number> {
  const client = await world.client();
  const found = await client.request<{ records: unknown[] }>('GET', `/api/v1/find?module=customer&name=${encodeURIComponent(name)}`);
  return found.records.length;
}

/** Opens the form of a new job and types somebody new into it. */
async function typeNewcomer(board: App, name: string): Promise<void> {
  const { page } = board;
  await page.goto('/dispatch/new');
  await page.getByLabel(text('edit.title')).fill('Gutter drips');
  await page.getByRole('searchbox', { name: text('job.find_customer') }).fill(name);
  await expect(page.getByText(text('office.found_none')).first()).toBeVisible();
  await page.getByRole('button', { name: text('edit.new_customer') }).click();
  // What was looked for is typed already, and the next key goes there.
  await expect(page.getByLabel(text('edit.name'))).toHaveValue(name);
  await expect(page.getByLabel(text('edit.name'))).toBeFocused();
}

test('a customer who is not there yet is made with the job, once, also when the answer is lost', async ({ world }) => {
  const { app } = await world.primedPhone();
  const board = await world.board();
  const { page } = board;
  await typeNewcomer(board, 'Zwickl & Söhne');
  await page.getByLabel(text('edit.phone')).fill('0431 7770199');
  await page.getByLabel(text('edit.city')).fill('Kiel');
  await page.getByLabel(text('board.technician')).selectOption({ label: 'Anna Berg' });
  const save = page.getByRole('button', { name: text('common.save') });
  await save.click();
  // A city alone is no place: said at the line that is missing, and nothing goes out.
  await expect(page.getByLabel(text('edit.address'))).toBeFocused();
  expect(await named(world, 'Zwickl & Söhne')).toBe(0);
  expect(await axe(board)).toEqual([]);
  await page.getByLabel(text('edit.address')).fill('Mole 1');
  const heal = world.officeLine.rule((request) => request.method === 'POST' && request.path.startsWith('/api/v1/jobs/'), { kind: 'cut', after: -1 });
  await save.click();
  await expect(page.locator('.toast-trouble')).toBeVisible();
  heal();
  await save.click();
  await expect(board.heading('Gutter drips')).toBeVisible();
  await expect(board.main.getByText('Zwickl & Söhne').first()).toBeVisible();
  expect(await named(world, 'Zwickl & Söhne')).toBe(1);
  await expect(page).toHaveURL(/\/dispatch\/job\/[^/]+$/);
  const job = new URL(page.url()).pathname.split('/').pop();
  await app.syncNow();
  const scope = await (await world.client('anna@nordhaus.example')).scope();
  const made = of<Job>(scope, 'job').filter(({ id }) => id === job);
  expect(made).toHaveLength(1);
  const customer = of<Customer>(scope, 'customer').filter(({ id }) => id === made[0].customer);
  expect(customer.map(({ name, phone }) => `${name}, ${phone}`)).toEqual(['Zwickl & Söhne, 0431 7770199']);
  const place = of<Place>(scope, 'property').filter(({ id }) => id === made[0].property);
  expect(place.map(({ address, city }) => `${address}, ${city}`)).toEqual(['Mole 1, Kiel']);
  expect(place[0].customer).toBe(made[0].customer);
  // And is on the technician's phone with its job.
  await app.page.goto(`/jobs/${job}`);
  await expect(app.heading('Gutter drips')).toBeVisible();
  await expect(app.main.getByText('Zwickl & Söhne').first()).toBeVisible();
});

test('somebody who is there already is offered, and taken instead', async ({ world }) => {
  const scope = await (await world.client('anna@nordhaus.example')).scope();
  const known = of<Customer>(scope, 'customer').find(({ phone }) => phone);
  const { name, phone } = known ?? { name: '', phone: '' };
  const board = await world.board();
  const { page } = board;
  await typeNewcomer(board, 'Zwickl & Söhne');
  // The same number, written otherwise. Who may be the same is not heard of while it is typed: saving asks again.
  const digits = (phone ?? '').replace(/[^0-9]/g, '');
  const asks = (request: { path: string }) => request.path.startsWith('/api/v1/find') && request.path.includes(digits);
  const heal = world.officeLine.rule(asks, { kind: 'cut', after: 0 });
  const from = world.officeLine.now();
  await page.getByLabel(text('edit.phone')).fill(digits);
  await world.officeLine.seen(asks, from);
  const save = page.getByRole('button', { name: text('common.save') });
  await save.click();
  await expect(page.locator('.toast-trouble')).toBeVisible();
  heal();
  await save.click();
  await expect(page.getByText(text('customers.alike'))).toBeVisible();
  await expect(page).toHaveURL(/\/dispatch\/new$/);
  expect(await axe(board)).toEqual([]);
  await page.getByRole('button', { name: text('customers.take') }).first().click();
  const chosen = page.getByRole('group', { name: text('job.customer') }).getByRole('radio', { checked: true });
  await expect(chosen.locator('..')).toContainText(name);
  await page.getByRole('button', { name: text('common.save') }).click();
  await expect(board.heading('Gutter drips')).toBeVisible();
  await expect(board.main.getByText(name).first()).toBeVisible();
  expect(await named(world, 'Zwickl & Söhne')).toBe(0);
});

test('a customer is found, edited beside somebody else, archived and brought back', async ({ world }) => {
  const scope = await (await world.client('anna@nordhaus.example')).scope();
  const [{ id, name }] = of<Customer>(scope, 'customer');
  const board = await world.board();
  const other = await world.board('ada@nordhaus.example');
  const { page } = board;
  await board.main.getByRole('link', { name: text('modules.customers') }).click();
  await expect(board.heading(text('modules.customers'))).toBeVisible();
  await expect(board.main.getByRole('listitem').first()).toBeVisible();
  expect(await axe(board)).toEqual([]);
  await page.getByRole('searchbox', { name: text('job.find_customer') }).fill('no such customer');
  await expect(page.getByText(text('customers.none'), { exact: true })).toBeVisible();
  await page.getByRole('searchbox', { name: text('job.find_customer') }).fill(name.toUpperCase());
  await board.main.locator(`a[href$="${id}"]`).click();
  await expect(board.heading(name)).toBeVisible();
  await expect(board.main.getByRole('heading', { name: text('modules.jobs') })).toBeVisible();
  expect(await axe(board)).toEqual([]);

  await test.step('both edit the number', async () => {
    await other.page.goto(`/dispatch/customers/${id}`);
    for (const [who, phone] of [[other, '040 111'], [board, '040 222']] as const) {
      await who.page.getByRole('button', { name: text('job.edit'), exact: true }).click();
      await who.page.getByLabel(text('edit.phone')).fill(phone);
    }
    await other.page.getByRole('button', { name: text('common.save') }).click();
    await expect(other.main.getByRole('link', { name: '040 111' })).toBeVisible();
    await page.getByRole('button', { name: text('common.save') }).click();
    await expect(page.getByText(text('customers.met'))).toBeVisible();
    await expect(page.getByText('040 111')).toBeVisible();
    await expect(page.getByLabel(text('edit.phone'))).toHaveValue('040 222');
    await page.getByRole('button', { name: text('common.save') }).click();
    await expect(board.main.getByRole('link', { name: '040 222' })).toBeVisible();
  });

  await test.step('who is archived is offered no more', async () => {
    await page.getByRole('button', { name: text('customers.archive'), exact: true }).click();
    await expect(page.getByText(text('customers.archived_hint'))).toBeVisible();
    await expect(board.main.getByRole('link', { name: text('job.new') })).toHaveCount(0);
    await other.page.goto('/dispatch/new');
    await other.page.getByRole('searchbox', { name: text('job.find_customer') }).fill(name);
    await expect(other.page.getByRole('group', { name: text('job.customer') }).getByText(name, { exact: true })).toHaveCount(0);
    await page.getByRole('button', { name: text('customers.bring_back') }).click();
    await expect(page.getByText(text('customers.archived_hint'))).toHaveCount(0);
    await board.main.getByRole('link', { name: text('job.new') }).click();
    const chosen = page.getByRole('group', { name: text('job.customer') }).getByRole('radio', { checked: true });
    await expect(chosen.locator('..')).toContainText(name);
  });
});

test('the list says that the server is away, and a technician has no such page', async ({ world }) => {
  const board = await world.board();
  await world.officeLine.refuse();
  await board.main.getByRole('link', { name: text('modules.customers') }).click();
  const retry = board.main.getByRole('button', { name: text('common.retry') });
  await expect(retry).toBeVisible();
  await world.officeLine.accept();
  await retry.click();
  await expect(board.main.getByRole('listitem').first()).toBeVisible();
  await expect(retry).toHaveCount(0);
  const { app } = await world.primedPhone();
  await app.page.goto('/dispatch/customers');
  await expect(app.heading(text('pages.not_found'))).toBeVisible();
});

for (const [look, viewport] of [['desk', DESK], ['phone', PHONE]] as const) {
  test(`nothing of the customers is wider than a ${look}`, async ({ world }) => {
    const scope = await (await world.client('anna@nordhaus.example')).scope();
    const [{ id }] = of<Customer>(scope, 'customer');
    const board = await world.board('dora@nordhaus.example', { viewport });
    for (const path of ['/dispatch/customers', `/dispatch/customers/${id}`]) {
      await board.page.goto(path);
      await expect(board.main.getByRole('listitem').first()).toBeVisible();
      await expect.poll(() => board.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
      expect(await axe(board)).toEqual([]);
    }
  });
}
