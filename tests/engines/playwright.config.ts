// The core of a technician's day in the engines of other phones: Firefox (Gecko) and WebKitGTK (WebKit, as on iPhones).
//
// Playwright only runs the tests: its own builds of these browsers are not what people have. The system's are driven
// through WebDriver. `cargo xtask test --only engines` starts them and says which there are.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/engines',
  globalSetup: '../browser/support/prepare.ts',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 1_800_000,
  expect: { timeout: 90_000 },
  reporter: 'list',
  projects: (process.env.AFIELD_ENGINES ?? 'firefox,webkit').split(',').map((name) => ({ name })),
});
