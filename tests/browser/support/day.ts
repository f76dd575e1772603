// What a technician does on a job's page, by roles and labels alone.
import { expect, type Locator } from '@playwright/test';
import type { App } from './app';
import type { Question } from './office';
import { picture } from './picture';
import { text } from './texts';

/** What is given as an answer, as people give it. */
export type Given = string | { photo: number } | { signed: string };

let pictures = 0;

/** A picture that no other test has taken. */
export function nextPicture(name: string): { name: string; mimeType: string; buffer: Buffer } {
  pictures += 1;
  return { name, mimeType: 'image/png', buffer: picture(pictures) };
}

export class Day {
  constructor(readonly app: App) {}

  get page() {
    return this.app.page;
  }

  /** The frame of a question that has more than one input. */
  private group(question: Question): Locator {
    const role = ['photo', 'signature'].includes(question.kind.kind) ? 'group' : 'radiogroup';
    return this.page.getByRole(role, { name: asked(question), exact: true });
  }

  /** The input of a question that has one. */
  input(question: Question): Locator {
    return this.page.getByLabel(asked(question), { exact: true });
  }

  /** Whether a question is asked now. */
  async isAsked(question: Question): Promise<boolean> {
    return (await this.page.getByText(question.label, { exact: true }).count()) > 0;
  }

  /** Answers one question; `saves` where that is saved at once. */
  async answer(question: Question, given: Given, saves: boolean): Promise<void> {
    const give = () => this.give(question, given);
    await (typeof given === 'string' ? give() : this.app.saving(give));
    if (saves) {
      await expect(this.page.getByText(text('answer.not_saved'))).toHaveCount(0);
    }
  }

  private async give(question: Question, given: Given): Promise<void> {
    if (typeof given === 'string') {
      await this.giveText(question, given);
    } else if ('photo' in given) {
      await this.group(question).getByLabel(text('files.choose')).setInputFiles(nextPicture(`${question.item}-${given.photo}.png`));
    } else {
      await this.group(question).getByLabel(text('files.sign_name')).fill(given.signed);
      await this.group(question).getByRole('button', { name: text('files.sign_done') }).click();
    }
  }

  private async giveText(question: Question, given: string): Promise<void> {
    const { kind, options = [] } = question.kind;
    if (kind === 'yes_no') {
      await this.group(question).getByRole('radio', { name: text(`answer.${given}`), exact: true }).check();
    } else if (kind === 'choice' && options.length <= 6) {
      await this.group(question).getByRole('radio', { name: given, exact: true }).check();
    } else if (kind === 'choice') {
      await this.page.getByRole('combobox', { name: asked(question), exact: true }).selectOption(given);
    } else {
      const input = this.input(question);
      await input.fill(given);
      await input.press('Tab');
    }
  }
}

/** A question as it reads: with the mark of one that must be answered. */
function asked({ label, required }: Question): string {
  return required === true ? `${label} ${text('answer.required')}` : label;
}

/** An answer that the question takes, other than what a demo would have. */
export function anAnswer(question: Question, round: number): Given | undefined {
  const { kind, options = [], min, max } = question.kind;
  switch (kind) {
    case 'yes_no':
      return 'yes';
    case 'text':
      return `Checked in round ${round}: “${question.item}” 👷 שלום`;
    case 'number':
      return min !== undefined ? String(Math.ceil(Number(min))) : max !== undefined ? String(Math.floor(Number(max))) : '21.5';
    case 'choice':
      return options[round % options.length];
    case 'date':
      return `2027-0${(round % 9) + 1}-1${round % 9}`;
    case 'barcode':
      return `40063813339${round}`;
    case 'photo':
      return { photo: round };
    case 'signature':
      return { signed: `Round ${round}` };
    default:
      return undefined;
  }
}

/** Answers what is asked, question by question; what a condition hides is left out. */
export async function fill(day: Day, questions: Question[], answers: Map<string, Given>, round: number, saves: boolean, fails?: string): Promise<void> {
  // Before the page is drawn no question is asked.
  const always = questions.find((question) => question.when === undefined && anAnswer(question, round) !== undefined);
  if (always !== undefined) {
    await expect(day.page.getByText(always.label, { exact: true })).not.toHaveCount(0);
  }
  for (const question of questions) {
    const given = question.item === fails ? 'no' : anAnswer(question, round);
    if (given === undefined) {
      continue;
    }
    if (question.when !== undefined && !(await day.isAsked(question))) {
      continue;
    }
    await day.answer(question, given, saves);
    answers.set(question.item, given);
  }
}
