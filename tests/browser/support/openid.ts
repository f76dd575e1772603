// The company's own sign-in in the tests: a real provider beside the server, and what a person does on its pages.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from '@playwright/test';
import { run } from './server';
import { ahead } from './time';
import type { World } from './world';

const CLIENT = 'afield';
const SECRET = 'a secret & 100% safe';

export class OpenId {
  private constructor(private readonly child: ChildProcess) {}

  /** Starts one, and has the people of Nordhaus sign in at it. `address`: where the server is asked. */
  static async start(world: World, address = world.line.address): Promise<OpenId> {
    const program = path.join(import.meta.dirname, 'openid.mjs');
    const told = JSON.stringify({ app: address, client: CLIENT, secret: SECRET, ahead: ahead() });
    const child = spawn(process.execPath, [program, told], { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(child, 'close').then(() => Promise.reject(new Error('the provider ended')));
    ended.catch(() => {});
    const ready = new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /^ready: (.+)$/.exec(line);
        if (found !== null) {
          resolve(found[1]);
        }
      });
    });
    const issuer = await Promise.race([ready, ended]);
    const secret = path.join(world.folder, 'secret');
    await writeFile(secret, SECRET);
    const client = ['--issuer', issuer, '--client-id', CLIENT, '--client-secret-file', secret, '--address', address];
    const roles = ['--role-claim', 'groups', '--role', 'dispatcher=office'];
    await run('company', 'sign-in', 'nordhaus', ...client, ...roles, '--data', world.data);
    return new OpenId(child);
  }

  /** On the provider's pages: says who it is, and that Afield may know. */
  async signIn(page: Page, name: string): Promise<void> {
    await page.getByPlaceholder('Enter any login').fill(name);
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await this.agree(page);
  }

  /** Says that Afield may know who it is. */
  async agree(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Continue' }).click();
  }

  /** Says no. */
  async refuse(page: Page): Promise<void> {
    await page.getByRole('link', { name: /Cancel/ }).click();
  }

  /** On the provider's pages: ends its own session. */
  async signOut(page: Page): Promise<void> {
    await page.getByRole('button', { name: /Yes/ }).click();
  }

  async end(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.stdin?.end();
    await ended;
  }
}
