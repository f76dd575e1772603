// The app as a person meets it: roles, labels and texts, nothing else.
import { expect, type Locator, type Page } from '@playwright/test';
import { text } from './texts';

export const PASSWORD = 'afield-demo';
export const SAVED = 'Saved on this phone';
/** Of so many jobs a phone in online mode keeps all that hangs on them. */
export const RECENT = 10;

declare global {
  interface Window {
    /** When the page said "Saved on this phone", by its own clock. */
    afieldSaved: number[];
    /** Tells the test that the page said so. */
    afieldSaid: () => void;
    /** When a link to a job was first there, by its own clock. */
    afieldFirstJob?: number;
  }
}

/** Runs in every page before the app: notes what a person sees for a moment only. */
export function watchMoments(saved: string): void {
  window.afieldSaved = [];
  const note = (node: Node): void => {
    if (node.textContent?.includes(saved)) {
      window.afieldSaved.push(performance.now());
      window.afieldSaid();
    }
    if (window.afieldFirstJob === undefined && document.querySelector('main a[href^="/jobs/"]') !== null) {
      window.afieldFirstJob = performance.now();
    }
  };
  new MutationObserver((records) => records.forEach((record) => record.addedNodes.forEach(note))).observe(document, {
    childList: true,
    subtree: true,
  });
}

export class App {
  constructor(readonly page: Page) {}

  /** Signs in on the page that asks for it. */
  async signIn(email: string, password = PASSWORD): Promise<void> {
    // The form that stands there before the app is handed over to it: a tap in between would be on neither.
    // It may not even stand there yet: the app's own frame is seen once it is gone.
    await expect(this.page.locator('body > .frame')).toBeVisible();
    await expect(this.page.locator('#stand-in')).toHaveCount(0);
    await this.page.getByLabel(text('sign_in.email')).fill(email);
    await this.page.getByLabel(text('sign_in.password')).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await expect(this.page.getByLabel(text('sign_in.password'))).toBeHidden();
  }

  /** Signs out, also while changes are unsent. */
  async signOut(): Promise<void> {
    await this.goTo('Settings');
    const button = this.page.getByRole('button', { name: text('settings.sign_out') });
    await button.click();
    const form = this.page.getByLabel(text('sign_in.password'));
    const question = this.page.getByText(text('settings.sign_out_again'));
    await expect(form.or(question)).toBeVisible();
    if (await question.isVisible()) {
      await button.click();
    }
    await expect(form).toBeVisible();
  }

  /** Waits until the app says that it works without a network. */
  async waitReady(): Promise<void> {
    await expect(this.page.getByText('Ready for offline use', { exact: true })).toBeVisible();
  }

  /** The same in online mode, on the page Today: what the phone holds, and that the server tells by itself. */
  async waitLive(): Promise<void> {
    await expect(this.main.getByText(text('today.live', { count: RECENT }))).toBeVisible();
    await expect(this.status).toHaveText(text('connection.live'));
  }

  /** Goes to a page through the navigation. */
  async goTo(name: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await expect(this.heading(name)).toBeVisible();
  }

  /** Opens a job by its number, from the list of all jobs. */
  async openJob(number: string): Promise<void> {
    await this.goTo('Jobs');
    await this.page.getByRole('searchbox').fill(number);
    await this.page.getByRole('link', { name: number }).click();
    // The list shows the number as well: until it is gone the job is not open.
    await expect(this.page.getByRole('searchbox')).toBeHidden();
    await expect(this.main.getByText(number, { exact: true })).toBeVisible();
  }

  /** Takes the open job to another status and waits until that is saved. */
  async setStatus(name: string): Promise<void> {
    const button = this.statusButton(name);
    const more = this.actions.getByRole('button', { name: text('action.more') });
    await expect(more).toBeVisible();
    if (!(await button.isVisible())) {
      await more.click();
    }
    await this.saving(async () => {
      await button.click();
      await this.leaveOpen(name);
    });
    await expect(this.badge(name)).toBeVisible();
  }

  /** A finish with something left open asks why; a second job that is started, what becomes of the first. */
  private async leaveOpen(name: string): Promise<void> {
    const asks = { Finished: text('action.finish_title'), Started: text('action.start_title') };
    if (name !== 'Finished' && name !== 'Started') {
      return;
    }
    const sheet = this.page.getByRole('dialog', { name: asks[name] });
    await expect(sheet.or(this.badge(name)).first()).toBeVisible();
    if (!(await sheet.isVisible())) {
      return;
    }
    if (name === 'Started') {
      await sheet.getByRole('button', { name: text('action.start_both') }).click();
    } else {
      await sheet.getByRole('textbox').fill('The customer has to leave.');
      await sheet.getByRole('button', { name: text('action.finish') }).click();
    }
  }

  /** What can be done with the open job: the line at the bottom of its page. */
  get actions(): Locator {
    return this.page.getByRole('group', { name: text('action.label') });
  }

  /** The button that takes the open job to this status: in the line, or behind **More**. */
  statusButton(status: string): Locator {
    const verbs: Record<string, string> = {
      'En route': text('action.drive'),
      Started: text('action.start'),
      Paused: text('action.pause'),
      Finished: text('action.finish'),
    };
    const name = verbs[status];
    const more = this.page.getByRole('group', { name: text('action.more') });
    return this.actions.or(more).getByRole('button', { name, exact: true });
  }

  /** The open job's status. */
  badge(name: string): Locator {
    return this.main.getByRole('paragraph').getByText(name, { exact: true });
  }

  /** Adds a note to the open job and waits until it is saved. */
  async addNote(words: string): Promise<void> {
    await this.draftNote(words);
    await this.saving(() => this.noteButton.click());
    await expect(this.note(words)).toBeVisible();
  }

  /** Opens a tab of the open job, by its label. */
  async openTab(name: string): Promise<void> {
    const link = this.page.getByRole('navigation', { name: text('job.parts') }).getByRole('link', { name });
    await link.click();
    await expect(link).toHaveAttribute('aria-current', 'page');
  }

  /** Opens the tab Notes of the open job, if it is not open. */
  async openNotes(): Promise<void> {
    if (!(await this.noteField.isVisible())) {
      await this.openTab(text('job.notes'));
    }
  }

  /** Types a note without saving it. */
  async draftNote(words: string): Promise<void> {
    await this.openNotes();
    await this.noteField.fill(words);
  }

  get noteField(): Locator {
    return this.page.getByLabel(text('job.note'), { exact: true });
  }

  get noteButton(): Locator {
    return this.page.getByRole('button', { name: text('job.add_note') });
  }

  /** A note of the open job. */
  note(words: string): Locator {
    return this.page.getByRole('list', { name: text('job.notes') }).getByRole('listitem').filter({ hasText: words });
  }

  /** Does `work` and waits until the app says, anew, that it is saved. */
  async saving(work: () => Promise<unknown>): Promise<void> {
    const before = await this.timesSaved();
    await work();
    await expect.poll(() => this.timesSaved()).toBeGreaterThan(before);
  }

  timesSaved(): Promise<number> {
    return this.page.evaluate(() => window.afieldSaved.length);
  }

  /** The counter of unsent changes. */
  get unsent(): Locator {
    return this.page.getByRole('group', { name: 'Unsent changes' });
  }

  async expectUnsent(count: number): Promise<void> {
    await expect(this.unsent).toHaveText(String(count));
  }

  /** Sync now, on the page that has it. */
  async syncNow(): Promise<void> {
    await this.goTo('Sync');
    await this.page.getByRole('button', { name: 'Sync now' }).click();
  }

  /** Leaves the app for another page of this address: elsewhere the browser may change its process and cut the leaving short. */
  async leave(): Promise<void> {
    await this.page.goto('/api/v1/health');
  }

  /** What the bar says about the connection. */
  get status(): Locator {
    return this.page.getByRole('status', { name: text('connection.label') });
  }

  /** It says that the office is reached: *Online*, or *Live* where the server's stream is open and nothing waits. */
  async expectOnline(): Promise<void> {
    await expect(this.status).toHaveText(/^(Online|Live)$/);
  }

  get main(): Locator {
    return this.page.getByRole('main');
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }

  /** The changes on the Sync page that were refused. */
  get refused(): Locator {
    return this.main.getByRole('group').filter({ has: this.page.getByRole('button', { name: 'Revert changes' }) });
  }

  /** Takes back the one refused change; the first tap only asks. A card that is drawn anew meanwhile has forgotten the question. */
  async revert(): Promise<void> {
    const button = this.refused.getByRole('button', { name: 'Revert changes' });
    const tapTwice = async (button: HTMLElement, question: string): Promise<boolean> => {
      const isAsked = (): boolean => button.closest('[role=group]')?.textContent?.includes(question) ?? false;
      button.click();
      while (button.isConnected && !isAsked()) {
        await new Promise(requestAnimationFrame);
      }
      const isThere = button.isConnected;
      if (isThere) {
        button.click();
      }
      return isThere;
    };
    while (!(await button.evaluate(tapTwice, text('sync.revert_sure')))) {
      // The next card is another element.
    }
  }

  /** Opens the form of the open job. */
  async editJob(): Promise<void> {
    await this.page.getByRole('link', { name: text('job.edit'), exact: true }).click();
    await expect(this.heading(text('pages.edit_job'))).toBeVisible();
  }

  /** A field of that form, by its label. */
  field(key: string): Locator {
    return this.page.getByLabel(text(`edit.${key}`), { exact: true });
  }

  get saveButton(): Locator {
    return this.page.getByRole('button', { name: text('common.save'), exact: true });
  }

  /** Edits one field of the open job and waits until that is saved. */
  async edit(key: string, value: string): Promise<void> {
    await this.editJob();
    await this.field(key).fill(value);
    await this.saving(() => this.saveButton.click());
    await expect(this.heading(text('pages.edit_job'))).toBeHidden();
  }

  /** Opens the tab Log. */
  async openLog(): Promise<void> {
    await this.goTo('Sync');
    await this.page.getByRole('tab', { name: 'Log' }).click();
    await expect(this.page.getByText(text('sync.last_contact'))).toBeVisible();
  }

  /** The conflicts in the tab Log, newest first. */
  get conflicts(): Locator {
    return this.page.getByRole('list', { name: text('conflict.title') }).getByRole('listitem');
  }

  /** What the board's feed says, newest first. */
  get feed(): Locator {
    return this.page.getByRole('complementary', { name: text('board.feed') }).getByRole('listitem');
  }

  /** The jobs that the board's feed tells of, the one that something happened to last first. */
  get feedJobs(): Locator {
    return this.page.getByRole('complementary', { name: text('board.feed') }).getByRole('heading', { level: 3 });
  }

  /** What the browser has written down of unfinished forms. */
  writtenDrafts(): Promise<string> {
    return this.page.evaluate(async () => {
      const request = indexedDB.open('afield-drafts');
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const store = database.objectStoreNames[0];
      const all = database.transaction(store).objectStore(store).getAll();
      const rows = await new Promise<unknown[]>((resolve) => (all.onsuccess = () => resolve(all.result as unknown[])));
      database.close();
      return JSON.stringify(rows);
    });
  }

  /** Has the active worker make a pass; asks again where a page was at one (`not_now`, or `failed` by its lease). */
  async replay(asked: boolean): Promise<void> {
    await expect.poll(() => this.tellWorker({ type: 'replay', asked })).toEqual({ type: 'done' });
  }

  /** Asks the active worker by message and waits for its answer. */
  async tellWorker(message: object): Promise<{ type: string; message?: string }> {
    const answer = await this.page.evaluate(async (json) => {
      const { active } = await navigator.serviceWorker.ready;
      const channel = new MessageChannel();
      const answered = new Promise<string>((resolve) => (channel.port1.onmessage = ({ data }) => resolve(data as string)));
      active?.postMessage(json, [channel.port2]);
      return answered;
    }, JSON.stringify(message));
    return JSON.parse(answer) as { type: string };
  }
}
