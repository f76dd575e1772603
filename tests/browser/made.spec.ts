// On site, without a network: somebody new, their place and their boiler are entered with the job, and arrive with it.
import { of } from './support/office';
import { text } from './support/texts';
import { expect, test } from './support/world';

const ANNA = 'anna@nordhaus.example';

test('a new customer, place and asset are made with their job and arrive together', async ({ world }) => {
  const { app } = await world.primedPhone();
  await world.line.refuse();
  await app.page.goto('/jobs/new');
  await app.field('title').fill('Boiler in the cellar drips');
  await app.page.getByRole('searchbox', { name: text('job.find_customer') }).fill('Hinri');
  await app.page.getByRole('button', { name: text('edit.new_customer') }).click();
  const name = app.page.getByLabel(text('edit.name'), { exact: true });
  await expect(name).toBeFocused();
  // What was searched for and not found is typed already.
  await expect(name).toHaveValue('Hinri');
  await name.fill('');
  // A customer needs a name, and says so.
  await app.saveButton.click();
  await expect(name).toBeFocused();
  await expect(name).toHaveAccessibleDescription(text('edit.name_missing'));
  await name.fill('Hinrike Petersen');
  await app.page.getByLabel(text('edit.phone'), { exact: true }).fill('040 555 0199');
  await app.page.getByLabel(text('edit.address'), { exact: true }).fill('Deichweg 7');
  await app.saving(() => app.saveButton.click());
  await expect(app.heading('Boiler in the cellar drips')).toBeVisible();
  await expect(app.main.getByText('Hinrike Petersen')).toBeVisible();
  await expect(app.main.getByText('Deichweg 7').first()).toBeVisible();
  // The address that Playwright knows follows the page.
  await expect(app.page).toHaveURL(/\/jobs\/[0-9a-f-]{36}/);
  const job = new URL(app.page.url()).pathname.split('/').pop();

  await app.openTab(text('job.tab_material'));
  await app.page.getByRole('button', { name: text('assets.new'), exact: true }).click();
  await app.page.getByLabel(text('assets.new_name'), { exact: true }).fill('Oil burner');
  await app.page.getByLabel(text('assets.new_serial'), { exact: true }).fill('OB-77');
  await app.saving(() => app.page.getByRole('button', { name: text('assets.new_add') }).click());
  await expect(app.page.getByRole('list', { name: text('assets.assets') }).getByText('Oil burner')).toBeVisible();
  await app.expectUnsent(5);

  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  const office = await world.client(ANNA);
  const found = await office.job(job!);
  const scope = await office.scope();
  const customer = of<{ id: string; name: string; phone: string }>(scope, 'customer').find(({ id }) => id === found.customer);
  const place = of<{ id: string; address: string; customer: string }>(scope, 'property').find(({ id }) => id === found.property);
  const asset = of<{ id: string; serial: string; customer: string }>(scope, 'asset').find(({ id }) => found.assets?.includes(id));
  expect([customer?.name, customer?.phone]).toEqual(['Hinrike Petersen', '040 555 0199']);
  expect([place?.address, place?.customer]).toEqual(['Deichweg 7', customer?.id]);
  expect([asset?.serial, asset?.customer]).toEqual(['OB-77', customer?.id]);
});
