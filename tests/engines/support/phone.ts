// The app in such a browser, as the story needs it.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PASSWORD, SAVED } from '../../browser/support/app';
import type { Job } from '../../browser/support/office';
import { text } from '../../browser/support/texts';
import { Driver } from './driver';
import type { Engine } from './engines';

declare global {
  interface Window {
    /** How often the page said that something is saved. */
    timesSaved?: number;
  }
}

export class Phone {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'afield-engine-'));
  readonly browser: Driver;
  private address = '';

  constructor(engine: Engine) {
    this.browser = new Driver(engine, this.folder);
  }

  /** Starts the browser; `address` is where the app is. */
  async start(address = this.address): Promise<void> {
    this.address = address;
    await this.browser.start();
  }

  async killAndStart(): Promise<void> {
    await this.browser.kill();
    await this.start();
  }

  async end(): Promise<void> {
    await this.browser.end();
    // A process of a browser that ends may still write into its profile.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  async go(where: string): Promise<void> {
    await this.browser.call('POST', '/url', { url: this.address + where });
  }

  async signIn(email: string): Promise<void> {
    await this.browser.type('input[type=email]', email);
    await this.browser.type('input[type=password]', PASSWORD);
    await this.browser.click('form button[type=submit]');
    await this.browser.click('.nav a', 'Today');
    await this.browser.see('.ready', 'Ready for offline use');
  }

  /** Signs out, also while changes are unsent. */
  async signOut(): Promise<void> {
    await this.browser.click('.nav a', 'Settings');
    await this.browser.click('main button', 'Sign out');
    const question = text('settings.sign_out_again');
    const isAsked = (question: string): boolean => document.body.innerText.includes(question);
    await this.browser.until('signed out or asked', (question: string) => document.querySelector('input[type=password]') !== null || document.body.innerText.includes(question), question);
    if (await this.browser.run(isAsked, question)) {
      await this.browser.click('main button', 'Sign out');
    }
    await this.browser.see('input[type=password]');
  }

  async openJob(job: Job, tab = ''): Promise<void> {
    await this.go(`/jobs/${job.id}${tab === '' ? '' : `?tab=${tab}`}`);
    await this.browser.see('h1', job.title);
  }

  /** Does `work` and waits until the app says, anew, that it is saved. */
  private async saving(work: () => Promise<void>): Promise<void> {
    await this.browser.run((saved: string) => {
      if (window.timesSaved !== undefined) {
        return;
      }
      window.timesSaved = 0;
      const note = (node: Node): void => {
        window.timesSaved = (window.timesSaved ?? 0) + (node.textContent?.includes(saved) ? 1 : 0);
      };
      const all = new MutationObserver((records) => records.forEach((record) => record.addedNodes.forEach(note)));
      all.observe(document, { childList: true, subtree: true });
    }, SAVED);
    const before = await this.browser.run(() => window.timesSaved ?? 0);
    await work();
    await this.browser.until('it is saved', (before: number) => (window.timesSaved ?? 0) > before, before);
  }

  /** `besides`: another job is started already, and stays so. */
  async setStatus(name: string, besides = false): Promise<void> {
    const verb = name === 'En route' ? 'Drive' : 'Start work';
    await this.saving(async () => {
      await this.browser.click('#status-steps button:not([aria-disabled])', verb);
      if (besides) {
        await this.browser.click('dialog[open] button', 'Keep both running');
      }
    });
    await this.browser.see('main p.tags .tag', name);
  }

  /** Adds a note to the job whose notes are open. */
  async addNote(words: string): Promise<void> {
    await this.browser.type('.note-form textarea', words);
    await this.saving(() => this.browser.click('.note-form button[type=submit]', 'Add note'));
    await this.seeNote(words);
  }

  /** Taps on **Add note** and kills the browser: as soon as it says that the note is saved, or right away. */
  async addNoteAndDie(words: string, waits: boolean): Promise<void> {
    await this.browser.type('.note-form textarea', words);
    const all = this.browser.processes();
    if (waits) {
      await this.browser.wait(tapUntil, SAVED);
    } else {
      await this.browser.run(() => document.querySelector<HTMLElement>('.note-form button[type=submit]')?.click());
    }
    await this.browser.kill(all);
    await this.start();
  }

  async seeNote(words: string): Promise<void> {
    await this.browser.see('.notes .note', words);
  }

  async addPhoto(file: string): Promise<void> {
    await this.saving(() => this.browser.choose('.note-form input[type=file][multiple][accept="image/*"]', file));
    await this.browser.see('.thumb img');
  }

  async expectUnsent(count: number): Promise<void> {
    await this.browser.until(`${count} unsent`, (count: number) => document.querySelector<HTMLElement>('.unsent')?.innerText.trim() === String(count), count);
  }

  /** The strip says one of these, which have no comma in them. */
  async expectConnection(...words: string[]): Promise<void> {
    const all = words.join();
    const says = (all: string) => all.split(',').includes(document.querySelector<HTMLElement>('.strip-word')?.innerText.trim() ?? '');
    await this.browser.until(`the strip says ${all}`, says, all);
  }

  async syncNow(): Promise<void> {
    await this.browser.click('.nav a', 'Sync');
    await this.browser.click('main button', 'Sync now');
  }

  /** Does `work` in a second tab and closes it. */
  async inSecondTab(work: () => Promise<void>): Promise<void> {
    const [first] = await this.browser.call<string[]>('GET', '/window/handles');
    const { handle } = await this.browser.call<{ handle: string }>('POST', '/window/new', { type: 'tab' });
    await this.browser.call('POST', '/window', { handle });
    await work();
    await this.browser.call('DELETE', '/window');
    await this.browser.call('POST', '/window', { handle: first });
  }
}

/** In the page: taps and waits until it says that it is saved. */
function tapUntil(saved: string): Promise<void> {
  return new Promise((resolve) => {
    const said = (node: Node): boolean => node.textContent?.includes(saved) ?? false;
    const observer = new MutationObserver((records) => {
      if (records.some((record) => [...record.addedNodes].some(said))) {
        resolve();
      }
    });
    observer.observe(document, { childList: true, subtree: true });
    document.querySelector<HTMLElement>('.note-form button[type=submit]')?.click();
  });
}
