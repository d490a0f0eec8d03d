import { saveVersion, currentVersion, type Purpose } from '../../src/features/forms/store.ts';
import { headerOf, type FormSpec, type Item, type Texts } from '../../src/forms/spec/spec.ts';
import type { World } from './world.ts';

/** An item, and the choices of its list. */
export type Made = { item: Item; choices?: FormSpec['choices'] };
type More = { relevant?: string };

/** Questions that must be answered, but for `optional` ones. */
export const longText = (name: string, label: Texts, more: More = {}): Made => ({
  item: { type: 'text', as: 'multiline', name, label, required: true, ...more },
});

export const wholeNumber = (name: string, label: Texts, more: More = {}): Made => ({
  item: { type: 'integer', name, label, required: true, ...more },
});

export const oneOf = (name: string, label: Texts, options: Record<string, Texts>, more: More = {}): Made => ({
  item: { type: 'select_one', list: name, name, label, required: true, ...more },
  choices: { [name]: Object.entries(options).map(([name, label]) => ({ name, label })) },
});

export const yesNo = (name: string, label: Texts): Made =>
  oneOf(name, label, { yes: { en: 'Yes', ru: 'Да' }, no: { en: 'No', ru: 'Нет' } });

export function optional({ item, ...made }: Made): Made {
  const { required: _, ...rest } = item as Item & { required?: true };
  return { ...made, item: rest };
}

export function formOf(...made: Made[]): FormSpec {
  return {
    languages: ['en', 'ru'].map((code) => ({ code, header: headerOf(code) })),
    items: made.map(({ item }) => item),
    choices: Object.assign({}, ...made.map(({ choices }) => choices)),
    settings: {},
  };
}

/** The event asks this from now on, as if an organizer had made it. */
export async function askForm(
  { db, clock }: Pick<World, 'db' | 'clock'>,
  eventId: number,
  spec: FormSpec,
  purpose: Purpose = 'registration',
): Promise<void> {
  await db.transaction(async (tx) => {
    const was = (await currentVersion(tx, { eventId, purpose }))?.id ?? null;
    const saving = await saveVersion(tx, { eventId, purpose }, spec, { was, by: null, now: clock.now() });
    if (saving.kind !== 'saved') throw new Error(saving.kind);
  });
}
