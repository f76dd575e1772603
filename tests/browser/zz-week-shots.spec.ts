import { test, expect } from './support/world';
import { text } from './support/texts';
import { randomUUID } from 'node:crypto';
test('shots', async ({ world }) => {
  const board = await world.board();
  const shot = async (name: string, w: number, h: number, scheme: 'light' | 'dark') => {
    await board.page.setViewportSize({ width: w, height: h });
    await board.page.emulateMedia({ colorScheme: scheme });
    await board.page.waitForTimeout(800);
    await board.page.screenshot({ path: `/tmp/shots/${name}.png` });
  };
  await board.page.goto('/board?view=week');
  await expect(board.main.locator('.week-day')).toHaveCount(7);
  await shot('week-1280', 1280, 800, 'light');
  await shot('week-1280-dark', 1280, 800, 'dark');
  await shot('week-720', 720, 800, 'light');
  await shot('week-390', 390, 844, 'light');
  await shot('week-390-dark', 390, 844, 'dark');
  await board.page.goto('/board');
  await shot('day-390', 390, 844, 'light');
  await shot('day-1280', 1280, 800, 'light');
  await board.page.evaluate(() => localStorage.setItem('afield-language', 'de'));
  await board.page.goto('/board?view=week');
  await shot('week-320-de', 320, 700, 'light');
  await shot('week-1280-de', 1280, 800, 'light');
});
