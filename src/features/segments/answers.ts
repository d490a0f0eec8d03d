import { event, person, type Answers, type Audience } from '../../db/schema.ts';
import { chosen } from '../../forms/kinds/choice.ts';
import type { Offers } from './store.ts';

/*
 * An audience as answers, and answers as an audience. What asks for them: questions.ts.
 */

/** In the order in which they are asked about. */
export const CONDITIONS = [
  'event',
  'countries',
  'agencies',
  'languages',
  'sex',
  'alumni',
  'response',
  'reachable',
] as const satisfies (keyof Audience)[];
export type Condition = (typeof CONDITIONS)[number];
export const SAVED = 'segment' as const;
export const EVERYONE = 'everyone' as const;
export const ANY = 'any' as const;

export type EventStatus = NonNullable<Audience['event']>['status'];
export const STATUSES: readonly EventStatus[] = ['registered', 'waiting', 'pending', 'attended', 'absent', 'cancelled'];
export const SEXES = person.sex.enumValues;
type Sex = (typeof SEXES)[number];
export const KINDS = event.kind.enumValues;

const NOBODY: Audience = { countries: [] };

/**
 * The audience that was asked for. A saved segment is copied: what becomes of it later changes nothing here. As long as
 * none is chosen, nobody is meant; to mean everyone is to choose that.
 */
export function audienceOf(answers: Answers, { segments, agencies }: Offers): Audience {
  const conditions = chosen(answers.conditions);
  if (conditions.includes(SAVED)) return segments.find(({ id }) => id === Number(answers.segment))?.audience ?? NOBODY;
  const has = (condition: keyof Audience) => conditions.includes(condition);
  const [kinds, years] = [some(answers.alumni_kinds), some(answers.alumni_years)?.map(Number)];
  const spellings = (key: string) => agencies.find((agency) => agency.key === key)?.spellings ?? [key];
  return {
    ...(has('event') && { event: { id: Number(answers.event), status: answers.status as EventStatus } }),
    ...(has('countries') && { countries: chosen(answers.countries) }),
    ...(has('agencies') && { agencies: chosen(answers.agencies).flatMap(spellings) }),
    ...(has('languages') && { languages: chosen(answers.audience_languages) }),
    ...(has('sex') && { sex: chosen(answers.sex) as Sex[] }),
    ...(has('alumni') && { alumni: { ...(kinds && { kinds }), ...(years && { years }) } }),
    ...(has('response') && {
      response: {
        eventId: Number(answers.response_event),
        month: Number(answers.response_month),
        answered: answers.response_answered === 'yes',
      },
    }),
    ...(has('reachable') && { reachable: answers.reachable === 'yes' }),
  };
}

/** The answers that make this audience, to change it. */
export function audienceAnswers(audience: Audience): Answers {
  const { event, countries, agencies, languages, sex, alumni, response, reachable } = audience;
  const conditions = CONDITIONS.filter((key) => audience[key] !== undefined);
  return {
    conditions: conditions.length > 0 ? conditions : [EVERYONE],
    ...(event && { event: String(event.id), status: event.status }),
    ...(countries && { countries }),
    ...(agencies && { agencies }),
    ...(languages && { audience_languages: languages }),
    ...(sex && { sex }),
    ...(alumni && { alumni_kinds: alumni.kinds ?? [ANY], alumni_years: alumni.years?.map(String) ?? [ANY] }),
    ...(response && {
      response_event: String(response.eventId),
      response_month: String(response.month),
      response_answered: yesNo(response.answered),
    }),
    ...(reachable !== undefined && { reachable: yesNo(reachable) }),
  };
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no');

/** Undefined: any of them. */
function some(answer: Answers[string] | undefined): string[] | undefined {
  const keys = chosen(answer);
  return keys.includes(ANY) ? undefined : keys;
}
