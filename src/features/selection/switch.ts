import { eq } from 'drizzle-orm';
import type { I18n } from '../../bot/i18n.ts';
import type { Tx } from '../../db/connect.ts';
import { criterion, event } from '../../db/schema.ts';
import { putItem } from '../../forms/spec/edit.ts';
import { everyItem, NO_QUESTIONS, type FormSpec, type Item } from '../../forms/spec/spec.ts';
import { inAllLanguages } from '../forms/questions.ts';
import { currentVersion, saveVersion } from '../forms/store.ts';
import { isAhead, lockEvent, reconsider } from '../registration/seats.ts';
import { offerHours } from '../registration/store.ts';
import { criteriaOf } from './store.ts';

/** What a selection begins with; organizers change it. */
const CRITERIA = ['motivation', 'project', 'relevance', 'sharing'] as const;
const QUESTIONS = [
  { name: 'motivation', label: 'selection:q_motivation' },
  { name: 'project_idea', label: 'selection:q_project' },
] as const;

export type Switched = 'on' | 'off' | 'unchangeable';
type By = { actorId: number; now: Temporal.Instant };

/**
 * From now on registrations are applications. Who has a seat keeps it; who waits for one becomes an applicant, since the line
 * is the shortlist's from now on. What the event asked already it goes on asking, and the two questions beside it.
 */
export async function turnOn(tx: Tx, i18n: I18n, eventId: number, { actorId, now }: By): Promise<Switched> {
  const locked = await lockEvent(tx, eventId);
  const draft = locked?.status === 'draft';
  if (!locked || !(draft || isAhead(locked, now))) return 'unchangeable';
  if (locked.selective) return 'on';
  const on = { selective: true, moderated: true };
  await tx
    .update(event)
    .set({ ...on, offerHours: offerHours({ ...locked, ...on }) })
    .where(eq(event.id, eventId));
  if ((await criteriaOf(tx, eventId)).length === 0)
    await tx
      .insert(criterion)
      .values(
        CRITERIA.map((key, i) => ({ eventId, position: i + 1, title: inAllLanguages(i18n, `selection:c_${key}`) })),
      );
  const use = { eventId, purpose: 'registration' } as const;
  const current = await currentVersion(tx, use);
  const spec = withQuestions(i18n, current?.spec ?? NO_QUESTIONS);
  await saveVersion(tx, use, spec, { was: current?.id ?? null, by: actorId, now });
  await reconsider(tx, { ...locked, ...on }, { actorId, now });
  return 'on';
}

/** Scores and the shortlist stay, for when it is turned on again. Organizers go on approving: nobody gets a seat by this. */
export async function turnOff(tx: Tx, eventId: number): Promise<Switched> {
  if (!(await lockEvent(tx, eventId))) return 'unchangeable';
  await tx.update(event).set({ selective: false }).where(eq(event.id, eventId));
  return 'off';
}

function withQuestions(i18n: I18n, spec: FormSpec): FormSpec {
  const known = new Set(everyItem(spec.items).map(({ name }) => name));
  const missing = QUESTIONS.filter(({ name }) => !known.has(name));
  return missing.reduce((all, { name, label }) => {
    const item: Item = { type: 'text', as: 'multiline', name, label: inAllLanguages(i18n, label), required: true };
    return putItem(all, item);
  }, spec);
}
