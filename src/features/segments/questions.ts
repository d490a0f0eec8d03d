import type { Asking, Question } from '../../forms/form.ts';
import { chosen } from '../../forms/kinds/choice.ts';
import type { Programme } from '../../programme.ts';
import { CONDITIONS, EVERYONE, SAVED, type Condition } from './answers.ts';
import { options, questionsAbout, severalOr } from './condition-questions.ts';
import type { Offers } from './store.ts';

export { statusQuestion } from './condition-questions.ts';
export { audienceAnswers, audienceOf, type EventStatus } from './answers.ts';

/**
 * First which conditions, or which saved segment, then what each of them needs to know. `offers`: see loadOffers.
 * `saved` false: what is asked for is a segment itself, so it is made of conditions.
 */
export function audienceQuestions(
  programme: Programme,
  at: Pick<Asking<unknown>, 't' | 'lang' | 'answers'>,
  offers: Offers,
  { saved = true } = {},
): Question[] {
  const { t, answers } = at;
  const given = chosen(answers.conditions);
  const possible = CONDITIONS.filter(
    (key) => (key !== 'event' || offers.events.length > 0) && (key !== 'response' || offers.past.length > 0),
  );
  const alone = [...(offers.segments.length > 0 ? [SAVED] : []), EVERYONE] as const;
  const label = (key: Condition | (typeof alone)[number]) => t(`segments:condition_${key}`);
  return [
    {
      key: 'conditions',
      label: t('segments:conditions'),
      ask: t('segments:ask_conditions'),
      kind: severalOr(t, options(possible, label), saved ? options(alone, label) : []),
    },
    ...[...CONDITIONS, SAVED]
      .filter((key) => given.includes(key))
      .flatMap((key) => questionsAbout(key, programme, at, offers)),
  ];
}
