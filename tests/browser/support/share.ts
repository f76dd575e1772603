// What the browser does for a share target: a form, posted as a navigation.
import type { Page } from '@playwright/test';
import { picture } from './picture';

/** Another app shares a photo with this one. */
export async function sharePhoto(page: Page, name: string): Promise<void> {
  const share = ({ bytes, name }: { bytes: number[]; name: string }): void => {
    const form = document.createElement('form');
    form.action = '/share';
    form.method = 'post';
    form.enctype = 'multipart/form-data';
    const input = document.createElement('input');
    input.type = 'file';
    input.name = 'files';
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
    input.files = transfer.files;
    form.append(input);
    document.body.append(form);
    form.submit();
  };
  await page.evaluate(share, { bytes: [...picture()], name });
}

/** Another app shares a text with this one. */
export async function shareText(page: Page, fields: { title?: string; text?: string; url?: string }): Promise<void> {
  const share = (fields: Record<string, string>): void => {
    const form = document.createElement('form');
    form.action = '/share';
    form.method = 'post';
    form.enctype = 'multipart/form-data';
    for (const [name, value] of Object.entries(fields)) {
      // An input would drop the ends of the lines.
      const field = document.createElement('textarea');
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  };
  await page.evaluate(share, fields);
}
