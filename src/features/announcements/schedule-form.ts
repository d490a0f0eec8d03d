import type { Deps, Person } from '../../bot/context.ts';
import { formatWhen } from '../../bot/format/dates.ts';
import { formatNumber } from '../../bot/format/quantities.ts';
import { html, lines } from '../../bot/html.ts';
import { show } from '../../bot/view.ts';
import type { Answers, Schedule } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import { choice } from '../../forms/kinds/choice.ts';
import { textOf } from '../../forms/kinds/text.ts';
import { exampleWhen, instantIn, when } from '../../forms/kinds/when.ts';
import { cityOf } from '../../programme.ts';
import { audienceNumber } from '../segments/messages.ts';
import { countReachable } from './approvals.ts';
import type { Controls } from './controls.ts';
import { send } from './decisions.ts';
import { excerpt, goneView, planLines, wallClock } from './messages.ts';
import { sendPreview } from './preview.ts';
import { lastZone } from './schedule.ts';
import type { Standing } from './standing.ts';
import { eventOfAnnouncement, findAnnouncement, mayDecide, type Announcement } from './store.ts';

type Subject = { one: Announcement; recipients: number };

/** When an announcement goes out, and its way there. Its subject is the draft. */
export function scheduleForm(deps: Deps, standing: Standing, controls: Pick<Controls, 'letGo'>): Form {
  const { db, programme } = deps;
  const above = programme.announcements.approvalAbove;

  async function find(id: number, person: Person): Promise<Announcement | null> {
    const one = await findAnnouncement(db, id);
    const may = one?.state === 'draft' && mayDecide(one, standing.organizer(person));
    return may ? one : null;
  }

  return defineForm<Subject, Awaited<ReturnType<typeof send>>>({
    key: 'announcement_schedule',
    needs: 'organizer of it',
    of: eventOfAnnouncement,
    ephemeral: true,
    async load(_db, person, id) {
      const one = await find(id, person);
      return one && { one, recipients: await countReachable(db, one.audience) };
    },
    gone: (ctx) => show(ctx, goneView(ctx.t)),
    title: ({ t }) => t('announcements:schedule_title'),
    questions,
    confirm: (t) => t('announcements:schedule'),
    preview(at) {
      const { t, lang, subject } = at;
      return lines(
        excerpt(subject.one, t),
        '',
        ...planLines(scheduleOf(at), { t, lang, programme, zone: at.person.zone }),
        html`${t('announcements:recipients_now', { number: audienceNumber(lang, subject.one.audience, subject.recipients) })}`,
        html`${t('announcements:at_start')}`,
        html`${t('announcements:quiet')}`,
        subject.recipients > above &&
          html`⚠️ ${t('announcements:approval_needed', { number: formatNumber(lang, above) })}`,
      );
    },
    submit: (tx, at) =>
      send(tx, at.subject.one.id, standing.organizer(at.person), deps, {
        now: at.now,
        schedule: scheduleOf(at),
        messageId: null,
      }),
    done: (ctx, decision, { subject }) => controls.letGo(ctx, subject.one.id, decision),
    async cancelled(ctx, id) {
      const one = await find(id, ctx.person);
      if (one) await sendPreview(deps, ctx, one);
      else await show(ctx, goneView(ctx.t));
    },
  });

  function questions(at: Asking<Subject>): Question[] {
    const { t, lang, person, answers, now } = at;
    const kinds = ['at', 'own'].map((key) => ({ key, label: t(`announcements:when_${key as 'at' | 'own'}`) }));
    const city = cityOf(programme, person.zone, lang);
    const last = lastZone(programme, now);
    const asked: Record<string, Question> = {
      at: {
        key: 'at',
        label: t('announcements:schedule_title'),
        ask: t('announcements:ask_at', { city, example: exampleWhen(person.zone, now) }),
        kind: when(t, person.zone, now, (instant) => formatWhen(lang, instant, person.zone, city)),
      },
      own: {
        key: 'own',
        label: t('announcements:schedule_title'),
        ask: t('announcements:ask_own', { example: exampleWhen(last, now) }),
        // Past is what has passed everywhere.
        kind: when(t, last, now, (instant) =>
          wallClock(lang, wall(instant.toZonedDateTimeISO(last).toPlainDateTime())),
        ),
      },
    };
    const how = asked[textOf(answers.how)];
    return [
      {
        key: 'how',
        label: t('announcements:schedule_how'),
        ask: t('announcements:ask_how'),
        kind: choice(t, kinds),
      },
      ...(how ? [how] : []),
    ];
  }
}

function scheduleOf({ answers, person }: { answers: Answers; person: Person }): Schedule | null {
  const { how, at, own } = answers;
  if (how === 'at' && typeof at === 'string') return { kind: 'at', at: instantIn(person.zone, at).toString() };
  if (how === 'own' && typeof own === 'string') return { kind: 'own time', ...wall(Temporal.PlainDateTime.from(own)) };
  return null;
}

const wall = (at: Temporal.PlainDateTime) => ({
  date: at.toPlainDate().toString(),
  time: at.toPlainTime().toString({ smallestUnit: 'minute' }),
});
