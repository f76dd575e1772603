// How the browser tests run. `cargo xtask test` starts them and says where Chromium, the server and the built app are.
import { defineConfig } from '@playwright/test';
import * as environment from './support/environment';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/browser',
  globalSetup: './support/prepare.ts',
  fullyParallel: false,
  // Each test has a server, a browser and ports of its own; most of its time it waits.
  workers: Number(process.env.AFIELD_BROWSER_WORKERS ?? 2),
  // A test that passes only the second time is a failing test.
  retries: 0,
  forbidOnly: true,
  // Five times what the slowest takes here: a loaded machine is slow, not wrong.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: { launchOptions: { executablePath: environment.chromium() } },
});
