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
