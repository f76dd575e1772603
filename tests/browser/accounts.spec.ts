// The people of a company: an admin lets somebody in by a link, changes what they may, ends their sessions, keeps them out.
import { PASSWORD } from './support/app';
import { notesOf, todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';
import type { App } from './support/app';
import type { Locator } from '@playwright/test';

const ADA = 'ada@nordhaus.example';
const ANNA = 'anna@nordhaus.example';

async function people(world: World): Promise<App> {
  const admin = await world.board(ADA);
  await admin.page.getByRole('link', { name: text('pages.people'), exact: true }).click();
  await expect(admin.heading(text('pages.people'))).toBeVisible();
  return admin;
}

/** Somebody's row. */
function row(app: App, name: string): Locator {
  const manage = app.page.getByRole('button', { name: `${text('people.manage')} ${name}`, exact: true });
  return app.main.getByRole('listitem').filter({ has: manage });
}

async function open(app: App, name: string): Promise<Locator> {
  const manage = row(app, name).getByRole('button', { name: `${text('people.manage')} ${name}`, exact: true });
  await manage.click();
  await expect(manage).toHaveAttribute('aria-expanded', 'true');
  return row(app, name);
}

/** What the page says was done. */
async function told(app: App, key: string, values: Record<string, string>): Promise<void> {
  await expect(app.main.getByRole('listitem').filter({ hasText: text(key, values) })).toContainText('Ada Falk');
}

test('somebody new sets a password by a link, once, and works', async ({ world }) => {
  const admin = await people(world);
  await admin.page.getByRole('button', { name: text('people.add') }).click();
  const form = admin.page.getByRole('form', { name: text('people.add') });
  await form.getByLabel(text('people.name')).fill('Nora Lund');
  await form.getByLabel(text('sign_in.email')).fill('nora@nordhaus.example');
  await form.getByRole('button', { name: text('people.add_now'), exact: true }).click();
  const field = admin.page.getByLabel(text('people.link'), { exact: true });
  await expect(field).toHaveValue(/\/sign-in#link=[0-9a-f]{64}$/);
  await expect(row(admin, 'Nora Lund')).toContainText(text('people.invited'));
  await told(admin, 'people.did_add', { who: 'Nora Lund', role: text('roles.technician') });
  const link = new URL(await field.inputValue());

  const phone = await world.phone();
  const app = await phone.open();
  const visit = async () => {
    await app.page.goto(`${link.pathname}${link.hash}`);
    await expect(app.heading(text('link.welcome'))).toBeVisible();
    await app.page.getByLabel(text('link.new_password')).fill('nora’s own');
    await app.page.getByRole('button', { name: text('link.set_and_sign_in') }).click();
  };
  await visit();
  await app.waitReady();
  await expect(app.page).not.toHaveURL(/link=/);
  await app.signOut();
  await visit();
  await expect(app.main.getByRole('alert')).toContainText(text('link.link_of_no_use'));
  await app.page.goto('/sign-in');
  await app.signIn('nora@nordhaus.example', 'nora’s own');
  await app.waitReady();
});

test('who is disabled is out at once, keeps what is unsent, and goes on when enabled', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const { app } = await world.primedPhone(ANNA);
  const admin = await people(world);
  await app.openJob(job.number);
  await world.line.refuse();
  await app.addNote('Not sent yet');
  const anna = await open(admin, 'Anna Berg');
  await anna.getByRole('button', { name: text('people.disable'), exact: true }).click();
  await expect(row(admin, 'Anna Berg')).toContainText(text('people.disabled'));
  await world.line.accept();
  await app.syncNow();
  await expect(app.page.getByText(text('banners.sign_in'))).toBeVisible();
  await app.expectUnsent(1);
  await app.page.getByRole('link', { name: text('banners.sign_in_action') }).click();
  await app.page.getByLabel(text('sign_in.email')).fill(ANNA);
  await app.page.getByLabel(text('sign_in.password')).fill(PASSWORD);
  await app.page.getByRole('button', { name: 'Sign in' }).click();
  await expect(app.main.getByRole('alert')).toContainText(text('trouble.wrong_password'));

  await row(admin, 'Anna Berg').getByRole('button', { name: text('people.enable'), exact: true }).click();
  await told(admin, 'people.did_enable', { who: 'Anna Berg' });
  await app.signIn(ANNA);
  await app.expectUnsent(0);
  await expect.poll(() => notesOf(world, job, 'Not sent', ANNA)).toEqual(['Not sent yet']);
});

test('role, name, password and single sessions are an admin’s to change, the last admin’s are not', async ({ world }) => {
  const admin = await people(world);
  const { app } = await world.primedPhone(ANNA);
  await admin.page.reload();
  const anna = await open(admin, 'Anna Berg');
  // The phone's session, and no other.
  await anna.getByRole('button', { name: new RegExp(`^${text('people.end_session')}`) }).click();
  await told(admin, 'people.did_end', { who: 'Anna Berg' });
  await app.syncNow();
  await expect(app.page.getByText(text('banners.sign_in'))).toBeVisible();

  await anna.getByLabel(text('link.new_password')).fill('another one');
  await anna.getByRole('button', { name: text('people.set_password'), exact: true }).click();
  await told(admin, 'people.did_password', { who: 'Anna Berg' });
  await app.page.getByRole('link', { name: text('banners.sign_in_action') }).click();
  await app.signIn(ANNA, 'another one');

  await anna.getByLabel(text('people.role')).selectOption('dispatcher');
  await anna.getByRole('button', { name: text('people.set_role'), exact: true }).click();
  await told(admin, 'people.did_role', { who: 'Anna Berg', from: text('roles.technician'), to: text('roles.dispatcher') });
  await anna.getByLabel(text('people.name')).fill('Anna Berg-Ito');
  await anna.getByRole('button', { name: text('people.rename'), exact: true }).click();
  await told(admin, 'people.did_rename', { from: 'Anna Berg', to: 'Anna Berg-Ito' });

  const ada = await open(admin, 'Ada Falk');
  await ada.getByRole('button', { name: text('people.disable'), exact: true }).click();
  await expect(admin.page.getByRole('status').filter({ hasText: text('people.last_admin') })).toBeVisible();
  await expect(ada.getByRole('button', { name: text('people.disable'), exact: true })).toBeVisible();
});
