// What somebody of the office types stays theirs: over Back, a reload and another link, until it was saved or given up; and
// what is wrong with it is said at its field.
import { randomUUID } from 'node:crypto';
import type { App } from './support/app';
import { axe } from './support/axe';
import { of, type Scoped } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

type Customer = Scoped & { name: string; phone?: string };

async function customers(world: World): Promise<Customer[]> {
  return of<Customer>(await (await world.client('anna@nordhaus.example')).scope(), 'customer');
}

const save = (board: App) => board.page.getByRole('button', { name: text('common.save'), exact: true });
const left = (board: App) => board.page.getByText(text('form.left'), { exact: true });
const again = (board: App) => board.page.getByRole('button', { name: text('form.start_again') });
const title = (board: App) => board.page.getByLabel(text('edit.title'), { exact: true });

/** Opens the form of a new job from the board, as somebody does. */
async function newJob(board: App): Promise<void> {
  await board.page.getByRole('link', { name: text('job.new') }).first().click();
  await expect(board.heading(text('pages.new_job'))).toBeVisible();
}

test('a new job that was left is there again over a link, Back and a reload, and gone when it was saved', async ({ world }) => {
  const [{ name }] = await customers(world);
  const board = await world.board();
  const { page } = board;
  await newJob(board);
  await expect(left(board)).toBeHidden();
  await title(board).fill('Gutter drips');
  await page.getByRole('searchbox', { name: text('job.find_customer') }).fill(name);
  await page.locator('label').filter({ hasText: name }).getByRole('radio').first().check();
  await page.getByLabel(text('series.repeat')).selectOption({ label: text('series.by_weeks') });
  await page.getByLabel(text('series.how_many')).fill('7');
  await page.getByLabel(text('board.technician')).selectOption({ label: 'Anna Berg' });
  const isThere = async () => {
    await expect(title(board)).toHaveValue('Gutter drips');
    await expect(left(board)).toBeVisible();
    const chosen = page.getByRole('group', { name: text('job.customer') }).getByRole('radio', { checked: true });
    await expect(chosen.locator('..')).toContainText(name);
    await expect(page.getByLabel(text('series.how_many'))).toHaveValue('7');
    await expect(page.getByLabel(text('series.repeat'))).toHaveValue('weeks');
    await expect(page.getByLabel(text('board.technician')).locator('option:checked')).toHaveText('Anna Berg');
  };
  await test.step('over a link', async () => {
    await board.main.getByRole('link', { name: text('pages.board') }).click();
    await newJob(board);
    await isThere();
    expect(await axe(board)).toEqual([]);
  });
  await test.step('over Back', async () => {
    await page.goBack();
    await expect(board.heading(text('pages.new_job'))).toBeHidden();
    await page.goForward();
    await isThere();
  });
  await test.step('over a reload', async () => {
    await page.reload();
    await isThere();
  });
  await test.step('whoever begins anew has an empty form', async () => {
    await again(board).click();
    await expect(title(board)).toHaveValue('');
    await expect(left(board)).toBeHidden();
    await expect(page.getByLabel(text('series.repeat'))).toHaveValue('');
  });
  await test.step('what was saved is no draft', async () => {
    await title(board).fill('Pump knocks');
    await save(board).click();
    await expect(board.heading('Pump knocks')).toBeVisible();
    await board.main.getByRole('link', { name: text('pages.board') }).click();
    await newJob(board);
    await expect(title(board)).toHaveValue('');
    await expect(left(board)).toBeHidden();
  });
});

test('a new job whose answer was lost is the same job when somebody comes back to it', async ({ world }) => {
  const board = await world.board();
  await newJob(board);
  await title(board).fill('Gutter drips');
  const heal = world.officeLine.rule((request) => request.method === 'POST' && request.path.startsWith('/api/v1/jobs/'), { kind: 'cut', after: -1 });
  await save(board).click();
  await expect(board.page.locator('.toast-trouble')).toBeVisible();
  heal();
  await board.main.getByRole('link', { name: text('pages.board') }).click();
  await newJob(board);
  await expect(title(board)).toHaveValue('Gutter drips');
  await save(board).click();
  await expect(board.heading('Gutter drips')).toBeVisible();
  const jobs = (await (await world.client()).board()).jobs.filter(({ job }) => job.title === 'Gutter drips');
  expect(jobs).toHaveLength(1);
});

test('what is typed of a customer and of a place is open again when somebody comes back, with what stands otherwise now', async ({ world }) => {
  const [{ id, name }] = await customers(world);
  const [board, other] = [await world.board(), await world.board('ada@nordhaus.example')];
  const { page } = board;
  const leave = async () => {
    await board.main.getByRole('link', { name: text('modules.customers') }).click();
    await expect(board.heading(text('modules.customers'))).toBeVisible();
    await page.goBack();
  };
  await page.goto('/dispatch/customers');
  await page.getByRole('searchbox', { name: text('job.find_customer') }).fill(name);
  await board.main.locator(`a[href$="${id}"]`).click();
  await page.getByRole('button', { name: text('job.edit'), exact: true }).click();
  await page.getByLabel(text('edit.phone')).fill('040 222');
  await leave();
  await expect(page.getByLabel(text('edit.phone'))).toHaveValue('040 222');
  await expect(left(board)).toBeVisible();
  await expect(page.getByText(text('customers.met'))).toBeHidden();
  // Somebody else changes it meanwhile: it is said, and what was typed stays.
  await other.page.goto(`/dispatch/customers/${id}`);
  await other.page.getByRole('button', { name: text('job.edit'), exact: true }).click();
  await other.page.getByLabel(text('edit.phone')).fill('040 111');
  await save(other).click();
  await expect(other.main.getByRole('link', { name: '040 111' })).toBeVisible();
  await leave();
  await expect(page.getByText(text('customers.met'))).toBeVisible();
  await expect(page.getByText('040 111')).toBeVisible();
  await expect(page.getByLabel(text('edit.phone'))).toHaveValue('040 222');
  await save(board).click();
  await expect(board.main.getByRole('link', { name: '040 222' })).toBeVisible();
  await leave();
  await expect(board.main.getByRole('link', { name: '040 222' })).toBeVisible();
  await expect(page.getByLabel(text('edit.phone'))).toBeHidden();

  await page.getByRole('button', { name: text('house.add_place') }).click();
  await page.getByLabel(text('edit.address')).fill('Speicher 9');
  await leave();
  await expect(page.getByLabel(text('edit.address'))).toHaveValue('Speicher 9');
  await again(board).click();
  await expect(page.getByLabel(text('edit.address'))).toHaveValue('');
  await page.getByRole('button', { name: text('common.cancel') }).click();
  await leave();
  await expect(page.getByRole('button', { name: text('house.add_place') })).toBeVisible();
  await expect(page.getByLabel(text('edit.address'))).toBeHidden();
});

test('a customer is made without a job, once, and whoever is there already is offered', async ({ world }) => {
  const known = (await customers(world)).find(({ phone }) => phone);
  const board = await world.board();
  const { page } = board;
  const open = async () => {
    await page.getByRole('button', { name: text('edit.new_customer') }).click();
    await expect(page.getByLabel(text('edit.name'))).toBeFocused();
  };
  await page.goto('/dispatch/customers');
  await open();
  await page.getByLabel(text('edit.city')).fill('Kiel');
  await save(board).click();
  await expect(page.getByLabel(text('edit.name'))).toBeFocused();
  await expect(page.getByText(text('edit.name_missing'))).toBeVisible();
  expect(await axe(board)).toEqual([]);
  await page.getByLabel(text('edit.name')).fill('Zwickl & Söhne');
  await page.getByLabel(text('edit.phone')).fill(known?.phone ?? '');
  await page.getByLabel(text('edit.address')).fill('Mole 1');
  // Said a moment after the last key. Whoever saves before that is told then, and who saves after it means it: on a slow
  // machine a click may be either.
  await expect(page.getByText(text('customers.alike'))).toBeVisible();
  await expect(page.locator('.customer-alike').first()).toContainText(known?.name ?? '');
  await page.getByLabel(text('edit.phone')).fill('0431 7770199');
  await expect(page.getByText(text('customers.alike'))).toBeHidden();
  // The answer is lost: somebody leaves, comes back and saves again.
  const heal = world.officeLine.rule((request) => request.method === 'POST' && request.path.startsWith('/api/v1/records/customer/'), { kind: 'cut', after: -1 });
  await save(board).click();
  await expect(page.locator('.toast-trouble')).toBeVisible();
  heal();
  await page.reload();
  await expect(page.getByLabel(text('edit.name'))).toHaveValue('Zwickl & Söhne');
  await save(board).click();
  await expect(board.heading('Zwickl & Söhne')).toBeVisible();
  await expect(board.main.getByText('Mole 1').first()).toBeVisible();
  const client = await world.client();
  const found = await client.request<{ records: unknown[] }>('GET', `/api/v1/find?module=customer&name=${encodeURIComponent('Zwickl & Söhne')}`);
  expect(found.records).toHaveLength(1);
  await board.main.getByRole('link', { name: text('modules.customers') }).click();
  await open();
  await expect(page.getByLabel(text('edit.name'))).toHaveValue('');
});

test('saving one form of somebody leaves what is typed in the others, and what is wrong is said at its field', async ({ world }) => {
  const admin = await world.board('ada@nordhaus.example');
  const { page } = admin;
  await page.goto('/dispatch/people');
  const manage = (name: string) => admin.main.getByRole('button', { name: `${text('people.manage')} ${name}` });
  await manage('Anna Berg').click();
  await admin.main.getByLabel(text('people.team')).fill('North');
  await admin.main.getByLabel(text('people.new_password')).fill('half a pass');
  await admin.main.getByLabel(text('people.name'), { exact: true }).fill(' ');
  await admin.main.getByRole('button', { name: text('people.rename') }).click();
  await expect(admin.main.getByLabel(text('people.name'), { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText(text('edit.name_missing'))).toBeVisible();
  await admin.main.getByLabel(text('people.name'), { exact: true }).fill('Anna Bergmann');
  await admin.main.getByRole('button', { name: text('people.rename') }).click();
  await expect(manage('Anna Bergmann')).toBeVisible();
  await expect(admin.main.getByLabel(text('people.team'))).toHaveValue('North');
  await expect(admin.main.getByLabel(text('people.new_password'))).toHaveValue('half a pass');
  await expect(admin.main.getByRole('button', { name: text('people.rename') })).toBeFocused();
  await admin.main.getByRole('button', { name: text('people.set_team') }).click();
  await expect(admin.main.getByText(text('people.did_team', { who: 'Anna Bergmann', team: 'North' }))).toBeVisible();
  await expect(admin.main.getByLabel(text('people.new_password'))).toHaveValue('half a pass');
  expect(await axe(admin)).toEqual([]);

  await test.step('a team that is there is offered, and is no second one', async () => {
    await manage('Ben Ito').click();
    await expect(admin.main.getByRole('group', { name: text('people.teams') }).getByRole('button', { name: 'North' })).toBeVisible();
    await admin.main.getByLabel(text('people.team')).fill(' NORTH ');
    await admin.main.getByRole('button', { name: text('people.set_team') }).click();
    await expect(admin.main.getByText(text('people.did_team', { who: 'Ben Ito', team: 'North' }))).toBeVisible();
  });

  await test.step('somebody new', async () => {
    await page.getByRole('button', { name: text('people.add') }).click();
    const form = page.getByRole('form', { name: text('people.add') });
    const field = (key: string) => form.getByLabel(text(key), { exact: true });
    await field('people.password_or_link').fill('short');
    const add = form.getByRole('button', { name: text('people.add_now'), exact: true });
    await add.click();
    for (const [key, said] of [
      ['people.name', text('edit.name_missing')],
      ['sign_in.email', text('people.no_address')],
      ['people.password_or_link', text('people.no_password', { least: 8, most: 200 })],
    ]) {
      await expect(field(key)).toHaveAttribute('aria-invalid', 'true');
      await expect(field(key)).toHaveAccessibleDescription(said);
    }
    await expect(field('people.name')).toBeFocused();
    expect(await axe(admin)).toEqual([]);
    await field('people.name').fill('Nora Lund');
    await field('sign_in.email').fill('ben@nordhaus.example');
    await field('people.password_or_link').fill('');
    await add.click();
    await expect(field('sign_in.email')).toHaveAccessibleDescription(text('people.taken'));
    await expect(field('people.name')).toHaveValue('Nora Lund');
    await field('sign_in.email').fill('nora@nordhaus.example');
    await add.click();
    await expect(manage('Nora Lund')).toBeVisible();
  });
});

test('a new job offers the newest version of a form alone', async ({ world }) => {
  const client = await world.client();
  const [old, newer] = [randomUUID(), randomUUID()];
  const question = (label: string) => [{ item: 'q1', label, kind: { kind: 'yes_no' } }];
  await client.request('POST', '/api/v1/forms', { id: old, name: 'Chimney check', questions: question('Is it clean?') });
  await client.request('POST', '/api/v1/forms', { id: newer, name: 'Chimney check', version_of: old, questions: question('Is it swept?') });
  const { forms } = await client.request<{ forms: { id: string; name: string }[] }>('GET', '/api/v1/forms');
  const name = (id: string) => forms.find((form) => form.id === id)?.name ?? '';
  const board = await world.board();
  await newJob(board);
  const boxes = board.page.getByRole('group', { name: text('office.forms') });
  await expect(boxes.getByText(name(newer), { exact: true })).toBeVisible();
  await expect(boxes.getByText(name(old), { exact: true })).toHaveCount(0);
});

test('how a job repeats, a price and hours say at their field what is allowed', async ({ world }) => {
  const [{ id }] = await customers(world);
  const board = await world.board();
  const { page } = board;
  await newJob(board);
  await expect(page.getByRole('group', { name: text('job.place') }).getByText(text('office.customer_first'))).toBeVisible();
  await title(board).fill('Filter change');
  await page.getByLabel(text('series.repeat')).selectOption({ label: text('series.by_weeks') });
  const days = page.getByRole('group', { name: text('series.on_days') });
  await days.getByRole('checkbox', { checked: true }).uncheck();
  await expect(days.getByRole('checkbox', { checked: true })).toHaveCount(0);
  await page.getByLabel(text('series.ends')).selectOption({ label: text('series.on_a_day') });
  // Nothing is red before somebody saves.
  const until = page.getByLabel(text('series.last_day'));
  await expect(until).toBeVisible();
  await expect(page.locator('.flaw:not(:empty)')).toHaveCount(0);
  await page.getByLabel(text('series.every_weeks')).fill('often');
  await save(board).click();
  await expect(page.getByLabel(text('series.every_weeks'))).toBeFocused();
  await expect(page.getByLabel(text('series.every_weeks'))).toHaveAccessibleDescription(text('series.no_weeks', { most: 52 }));
  await expect(days.getByText(text('series.no_weekday'))).toBeVisible();
  await expect(until).toHaveAccessibleDescription(text('series.no_last_day'));
  expect(await axe(board)).toEqual([]);

  await page.goto('/dispatch/parts');
  await page.getByRole('button', { name: text('house.new_part') }).click();
  await page.getByLabel(text('edit.name'), { exact: true }).fill('Seal');
  await page.getByLabel(text('records.price')).fill('abc');
  await save(board).click();
  await expect(page.getByLabel(text('records.price'))).toBeFocused();
  await expect(page.getByLabel(text('records.price'))).toHaveAccessibleDescription(text('house.price_flaw'));
  await page.getByLabel(text('records.price')).fill('4,50 EUR');
  await save(board).click();
  await expect(board.main.getByText('4,50 EUR')).toBeVisible();

  await page.goto(`/dispatch/customers/${id}`);
  await page.getByRole('button', { name: text('house.add_contract') }).click();
  await page.getByLabel(text('edit.name'), { exact: true }).fill('Care');
  await page.getByLabel(text('records.response_hours')).fill('-7');
  await save(board).click();
  await expect(page.getByLabel(text('records.response_hours'))).toHaveAccessibleDescription(text('house.hours_flaw', { most: 8760 }));
});
