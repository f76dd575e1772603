// A company's own sign-in, at a real provider: who comes for the first time is made, works, and signs out; what is unsent
// stays sealed for its user.
import { notesOf, todaysJobs } from './support/jobs';
import { OpenId } from './support/openid';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';
import type { App } from './support/app';

const ANNA = 'anna@nordhaus.example';

interface Person {
  user: { name: string; role: string };
  email: string;
  has_password: boolean;
}

async function person(world: World, email: string): Promise<Person | undefined> {
  const ada = await world.client('ada@nordhaus.example');
  const { people } = await ada.request<{ people: Person[] }>('GET', '/api/v1/people');
  return people.find((one) => one.email === email);
}

/** The way to the company's own sign-in: taken. */
async function goThere(app: App): Promise<void> {
  await app.page.getByRole('link', { name: text('sign_in.by_company') }).click();
}

test('who comes for the first time is made, works without a network, signs out, and comes back as the same', async ({ world }) => {
  const provider = await OpenId.start(world);
  try {
    const phone = await world.phone();
    const app = await phone.open();
    await goThere(app);
    await provider.signIn(app.page, 'nora');
    await app.waitReady();
    expect(await person(world, 'nora@nordhaus.example')).toMatchObject({ user: { name: 'nora', role: 'technician' }, has_password: false });
    await app.page.reload();
    await expect(app.heading(text('pages.today'))).toBeVisible();

    await app.signOut();
    await goThere(app);
    // The provider still knows her.
    await app.waitReady();
    await app.signOut();
    await app.page.getByRole('link', { name: text('sign_in.as_other') }).click();
    await provider.signOut(app.page);
    await expect(app.page).toHaveURL(/\/sign-in/);
    await goThere(app);
    await provider.signIn(app.page, 'office-nils');
    await expect(app.heading(text('pages.board'))).toBeVisible();
    expect(await person(world, 'office-nils@nordhaus.example')).toMatchObject({ user: { role: 'dispatcher' } });
  } finally {
    await provider.end();
  }
});

test('who says no at the company is told so, and may sign in with a password', async ({ world }) => {
  const provider = await OpenId.start(world);
  try {
    const phone = await world.phone();
    const app = await phone.open();
    await goThere(app);
    await provider.refuse(app.page);
    await expect(app.heading(text('own_sign_in.title'))).toBeVisible();
    await expect(app.main.getByRole('alert')).toContainText(text('own_sign_in.cancelled'));
    await app.page.getByRole('link', { name: text('own_sign_in.back') }).click();
    await app.signIn(ANNA);
    await app.waitReady();
  } finally {
    await provider.end();
  }
});

test('what is unsent of somebody stays sealed while another signs in at the company, and goes when they are back', async ({ world }) => {
  const provider = await OpenId.start(world);
  try {
    const [job] = await todaysJobs(world, ANNA);
    const { app } = await world.primedPhone(ANNA);
    const restore = world.line.rule(({ path }) => path === '/api/v1/push', { kind: 'drop' });
    await app.openJob(job.number);
    await app.addNote('Anna’s own');
    await app.signOut();
    await goThere(app);
    await provider.signIn(app.page, 'nora');
    await app.waitReady();
    await app.expectUnsent(0);
    expect(await notesOf(world, job, 'Anna')).toEqual([]);
    await app.signOut();
    await app.page.getByRole('link', { name: text('sign_in.as_other') }).click();
    await provider.signOut(app.page);
    await goThere(app);
    restore();
    // Anna has the same address at the company: it is her account, and her work.
    await provider.signIn(app.page, 'anna');
    await expect.poll(() => notesOf(world, job, 'Anna')).toEqual(['Anna’s own']);
  } finally {
    await provider.end();
  }
});
