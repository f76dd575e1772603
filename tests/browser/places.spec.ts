// What the office keeps beside customers: places, assets and contracts on a customer's page, and the lists of assets and parts.
import type { App } from './support/app';
import { axe } from './support/axe';
import { DESK, PHONE } from './support/browser';
import { of, type Scoped } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

type Customer = Scoped & { name: string };
type Place = Scoped & { address: string; customer?: string; archived?: boolean };
type Kept = Scoped & { name: string; property?: string; archived?: boolean };

/** A customer of whom Anna's phone holds a place. */
async function known(world: World): Promise<{ customer: Customer; place: Place }> {
  const scope = await (await world.client('anna@nordhaus.example')).scope();
  const customers = of<Customer>(scope, 'customer');
  const place = of<Place>(scope, 'property').find((one) => customers.some(({ id }) => id === one.customer));
  const customer = customers.find(({ id }) => id === place?.customer);
  if (place === undefined || customer === undefined) {
    throw new Error('the demo has a place');
  }
  return { customer, place };
}

const part = (board: App, title: string) => board.main.locator('section').filter({ has: board.page.getByRole('heading', { name: title }) });
const row = (board: App, name: string) => board.main.getByRole('listitem').filter({ hasText: name });
const save = (board: App) => board.page.getByRole('button', { name: text('common.save') });

test('a place is edited beside somebody else, and the phone hears of it', async ({ world }) => {
  const { customer, place } = await known(world);
  const { app } = await world.primedPhone();
  const [board, other] = [await world.board(), await world.board('ada@nordhaus.example')];
  for (const [who, access] of [[other, 'Key behind the mill'], [board, 'Ring twice']] as const) {
    await who.page.goto(`/dispatch/customers/${customer.id}`);
    await row(who, place.address).getByRole('button', { name: text('job.edit') }).first().click();
    await expect(who.page.getByLabel(text('edit.address'))).toBeFocused();
    await who.page.getByLabel(text('records.access')).fill(access);
  }
  expect(await axe(board)).toEqual([]);
  await save(other).click();
  await expect(other.main.getByText('Key behind the mill')).toBeVisible();
  await save(board).click();
  await expect(board.page.getByText(text('customers.met'))).toBeVisible();
  await expect(board.page.getByText('Key behind the mill')).toBeVisible();
  await expect(board.page.getByLabel(text('records.access'))).toHaveValue('Ring twice');
  await save(board).click();
  await expect(board.main.getByText('Ring twice')).toBeVisible();
  await app.syncNow();
  await app.page.goto(`/properties/${place.id}`);
  await expect(app.main.getByText('Ring twice')).toBeVisible();
});

test('on a customer’s page one form is open at a time, and nothing takes away what is typed in it', async ({ world }) => {
  const { customer } = await known(world);
  const board = await world.board();
  const { page } = board;
  await page.goto(`/dispatch/customers/${customer.id}`);
  const add = part(board, text('modules.properties')).getByRole('button', { name: text('house.add_place') });
  const edit = page.getByRole('button', { name: text('job.edit'), exact: true });
  await edit.click();
  await page.getByLabel(text('edit.name')).fill('Another name');
  // Whatever could be saved beside it would draw the page anew.
  await expect(add).toBeHidden();
  await expect(part(board, text('modules.properties')).getByRole('button', { name: text('customers.archive') })).toHaveCount(0);
  await save(board).click();
  await expect(board.heading('Another name')).toBeVisible();
  await add.click();
  await page.getByLabel(text('edit.address')).fill('Speicher 9');
  await expect(edit).toBeHidden();
  await expect(page.getByRole('button', { name: text('customers.archive'), exact: true })).toBeHidden();
  await save(board).click();
  await expect(row(board, 'Speicher 9')).toBeVisible();
  await expect(edit).toBeVisible();
});

test('a place, an asset and a contract are added, and archived and brought back', async ({ world }) => {
  const { customer } = await known(world);
  const board = await world.board();
  const { page } = board;
  await page.goto(`/dispatch/customers/${customer.id}`);
  const places = part(board, text('modules.properties'));
  await places.getByRole('button', { name: text('house.add_place') }).click();
  await save(board).click();
  // Without a street nothing goes out.
  await expect(page.getByText(text('house.address_missing'))).toBeVisible();
  await page.getByLabel(text('edit.address')).fill('Speicher 9');
  await save(board).click();
  await expect(row(board, 'Speicher 9')).toBeVisible();

  await part(board, text('modules.assets')).getByRole('button', { name: text('house.add_asset') }).click();
  await page.getByLabel(text('edit.name')).fill('Yard pump');
  await page.getByLabel(text('pages.property')).selectOption({ label: 'Speicher 9' });
  await save(board).click();
  await expect(row(board, 'Yard pump')).toContainText('Speicher 9');

  await part(board, text('modules.contracts')).getByRole('button', { name: text('house.add_contract') }).click();
  await page.getByLabel(text('edit.name')).fill('Full care');
  await page.getByLabel(text('records.from'), { exact: true }).fill('2027-01-01');
  await page.getByLabel(text('records.until'), { exact: true }).fill('2026-01-01');
  await save(board).click();
  await expect(page.getByText(text('edit.ends_too_early'))).toBeVisible();
  await page.getByLabel(text('records.until'), { exact: true }).fill('2028-01-01');
  await save(board).click();
  await expect(row(board, 'Full care')).toBeVisible();
  expect(await axe(board)).toEqual([]);

  await row(board, 'Yard pump').getByRole('button', { name: text('customers.archive') }).click();
  const old = part(board, text('modules.assets')).locator('details');
  await expect(old).toBeVisible();
  await old.locator('summary').click();
  await old.getByRole('listitem').filter({ hasText: 'Yard pump' }).getByRole('button', { name: text('customers.bring_back') }).click();
  await expect(old).toHaveCount(0);
  await expect(row(board, 'Yard pump')).toBeVisible();
});

test('the assets of all customers are found, and lead to their customer', async ({ world }) => {
  const scope = await (await world.client('anna@nordhaus.example')).scope();
  const [asset] = of<Kept>(scope, 'asset');
  const board = await world.board();
  await board.main.getByRole('link', { name: text('modules.assets'), exact: true }).click();
  await expect(board.heading(text('modules.assets'))).toBeVisible();
  await expect(board.main.getByRole('listitem').first()).toBeVisible();
  expect(await axe(board)).toEqual([]);
  await board.page.getByRole('searchbox', { name: text('house.find_asset') }).fill('no such asset');
  await expect(board.main.getByText(text('house.no_asset'), { exact: true })).toBeVisible();
  await board.page.getByRole('searchbox', { name: text('house.find_asset') }).fill(asset.name);
  await expect(row(board, asset.name).first()).toBeVisible();
  await row(board, asset.name).first().getByRole('link', { name: text('house.to_customer') }).click();
  await expect(part(board, text('modules.assets'))).toBeVisible();
});

test('a part is made, edited and archived', async ({ world }) => {
  const board = await world.board();
  const { page } = board;
  await board.main.getByRole('link', { name: text('modules.parts'), exact: true }).click();
  await expect(board.heading(text('modules.parts'))).toBeVisible();
  // The list is of before the part: it must not come after it.
  await expect(board.main.getByRole('listitem').first()).toBeVisible();
  await board.main.getByRole('button', { name: text('house.new_part') }).click();
  await page.getByLabel(text('edit.name')).fill('Copper seal 22');
  await page.getByLabel(text('records.price')).fill('4,20 €');
  await save(board).click();
  await expect(row(board, 'Copper seal 22')).toContainText('4,20 €');
  expect(await axe(board)).toEqual([]);
  await row(board, 'Copper seal 22').getByRole('button', { name: text('job.edit') }).click();
  await page.getByRole('combobox', { name: text('house.kind') }).selectOption('service');
  await page.getByLabel(text('records.price')).fill('5,00 €');
  await save(board).click();
  await expect(row(board, 'Copper seal 22')).toContainText('5,00 €');
  await row(board, 'Copper seal 22').getByRole('button', { name: text('customers.archive') }).click();
  await expect(row(board, 'Copper seal 22')).toHaveCount(0);
  await page.getByLabel(text('customers.only_archived')).check();
  await expect(row(board, 'Copper seal 22')).toBeVisible();
});

test('a technician has none of these pages, and a server that is away is said', async ({ world }) => {
  const board = await world.board();
  await world.officeLine.refuse();
  await board.main.getByRole('link', { name: text('modules.parts'), exact: true }).click();
  const retry = board.main.getByRole('button', { name: text('common.retry') });
  await expect(retry).toBeVisible();
  await world.officeLine.accept();
  await retry.click();
  await expect(board.main.getByRole('listitem').first()).toBeVisible();
  const { app } = await world.primedPhone();
  for (const path of ['/dispatch/parts', '/dispatch/assets']) {
    await app.page.goto(path);
    await expect(app.heading(text('pages.not_found'))).toBeVisible();
  }
});

/** Chooses German in the settings. */
async function speakGerman(board: App): Promise<void> {
  await board.page.goto('/settings');
  await board.page.getByRole('button', { name: text('settings.german') }).click();
  await expect(board.heading(text('pages.settings', {}, 'de'))).toBeVisible();
}

for (const [look, viewport, language] of [
  ['desk', DESK, 'en'],
  ['phone', PHONE, 'de'],
  ['small phone', { width: 320, height: 640 }, 'de'],
] as const) {
  test(`nothing of what the office keeps is wider than a ${look} (${language})`, async ({ world }, info) => {
    const { customer } = await known(world);
    const board = await world.board('dora@nordhaus.example', { viewport });
    if (language === 'de') {
      await speakGerman(board);
    }
    for (const [name, path] of [['customer', `/dispatch/customers/${customer.id}`], ['assets', '/dispatch/assets'], ['parts', '/dispatch/parts']] as const) {
      await board.page.goto(path);
      await expect(board.main.getByRole('listitem').first()).toBeVisible();
      const edit = board.main.getByRole('listitem').first().getByRole('button', { name: text('job.edit', {}, language) });
      await board.page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });
      await edit.click();
      await expect(board.page.getByRole('button', { name: text('common.save', {}, language) })).toBeVisible();
      const wider = () => board.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await expect.poll(wider).toBeLessThanOrEqual(0);
      expect(await axe(board)).toEqual([]);
      await board.page.screenshot({ path: info.outputPath(`${name}-form.png`), fullPage: true });
    }
  });
}
