import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  primaryKey,
  real,
  smallint,
  snakeCase,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from './instant.ts';
import { keys } from './keys.ts';

/*
 * All tables. Two clocks write here: columns about the programme (due, begins, created) hold the app's injected clock;
 * columns about processes (lease, pace) hold the database's own `clock_timestamp()`, because they must keep running when
 * a test or the playground moves the app's clock.
 */

const table = snakeCase.table;
const id = () => bigint({ mode: 'number' });
const identity = () => id().primaryKey().generatedAlwaysAsIdentity();

/** JSON that was written by us and is read back by the same code. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Answers = Record<string, Json>;

// People

/** Someone the programme knows; `telegramId` is null for people who were imported and never wrote to the bot. */
export const person = table(
  'person',
  {
    id: identity(),
    telegramId: id().unique(),
    language: text().notNull(),
    zone: text().notNull(),
    /** The person chose the zone; until then it follows their country. */
    zoneChosen: boolean().notNull().default(false),
    /** Hours of the person's local day, 0-23; both null: no quiet hours. */
    quietFrom: smallint().default(21),
    quietTo: smallint().default(8),
    /** Topics the person does not want to hear of, see TOPICS in delivery/messages.ts. */
    muted: text().array().notNull().default([]),
    fullName: text(),
    latinName: text(),
    country: text(),
    agency: text(),
    position: text(),
    sex: text({ enum: ['female', 'male', 'undisclosed'] }),
    email: text(),
    /** Set when Telegram says that the person blocked the bot or left; cleared when they write again. */
    unreachableSince: instant(),
    createdAt: instant().notNull(),
    seenAt: instant().notNull(),
  },
  (t) => [index().on(t.country)],
);

/** The texts people agreed to, word for word. */
export const consentText = table(
  'consent_text',
  { version: text().notNull(), language: text().notNull(), body: text().notNull() },
  (t) => [primaryKey({ columns: [t.version, t.language] })],
);

export const consent = table(
  'consent',
  {
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    version: text().notNull(),
    language: text().notNull(),
    givenAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.personId, t.version] })],
);

const ROLES = ['organizer', 'focal_point', 'reviewer', 'translator'] as const;

/** What a role is about: an organizer has all events or one, a reviewer one, a focal point has a country. */
const about = {
  kind: text({ enum: ROLES }).notNull(),
  country: text(),
  eventId: id().references((): AnyPgColumn => event.id, { onDelete: 'cascade' }),
};

/** What somebody may do; see bot/roles.ts. Owners are named by the setting OWNER_IDS and have no row. */
export const role = table(
  'role',
  {
    id: identity(),
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    ...about,
    invitedBy: id().references(() => person.id, { onDelete: 'set null' }),
    since: instant().notNull(),
  },
  (t) => [
    unique('role_once').on(t.personId, t.kind, t.country, t.eventId).nullsNotDistinct(),
    index().on(t.eventId),
    check('role_of_a_country', sql`(${t.kind} = 'focal_point') = (${t.country} is not null)`),
    check(
      'role_of_an_event',
      sql`case ${t.kind} when 'reviewer' then ${t.eventId} is not null
      when 'organizer' then true else ${t.eventId} is null end`,
    ),
  ],
);

/** A single-use link that gives its user a role. Only a hash is kept: the database cannot give the link away. */
export const invite = table('invite', {
  tokenHash: text().primaryKey(),
  ...about,
  createdBy: id().references(() => person.id, { onDelete: 'cascade' }),
  expiresAt: instant().notNull(),
  usedBy: id().references(() => person.id, { onDelete: 'set null' }),
  usedAt: instant(),
});

/** Somebody whom others had named turned out to be this person. Their link opens the same again for them, and nothing for others. */
export const place = table(
  'place',
  {
    /** Of the person who was named, and is no more. */
    namedId: id().primaryKey(),
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    /** What they were named for. */
    events: bigint({ mode: 'number' }).array().notNull(),
    usedAt: instant().notNull(),
  },
  (t) => [index().on(t.personId)],
);

/** Who was refused what, and who got or lost which role: for the owners. See features/roles. */
export const audit = table(
  'audit',
  {
    id: identity(),
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    what: text({ enum: ['refused', 'granted', 'taken'] }).notNull(),
    /** The way in that was refused (`press manage`), or the kind of the role. */
    way: text().notNull(),
    country: text(),
    eventId: id().references(() => event.id, { onDelete: 'cascade' }),
    /** Who gave or took the role. */
    byId: id().references(() => person.id, { onDelete: 'set null' }),
    /** Of refusals: how often it was tried on this day, in UTC. */
    day: text().notNull(),
    times: integer().notNull().default(1),
    at: instant().notNull(),
  },
  (t) => [
    uniqueIndex('audit_refused')
      .on(t.personId, t.way, t.day, sql`coalesce(${t.eventId}, 0)`)
      .where(sql`${t.what} = 'refused'`),
    index().on(t.at),
  ],
);

// Events

export const event = table(
  'event',
  {
    id: identity(),
    /** What the deep link names: `/start event_<code>`. */
    code: text().notNull().unique(),
    kind: text({ enum: ['workshop', 'webinar', 'conference', 'study_visit', 'training'] }).notNull(),
    status: text({ enum: ['draft', 'published', 'cancelled'] })
      .notNull()
      .default('draft'),
    zone: text().notNull(),
    beginsAt: instant().notNull(),
    endsAt: instant().notNull(),
    place: text(),
    link: text(),
    /** Null: no limit. */
    seats: integer(),
    deadlineAt: instant(),
    /** Whoever registers waits until organizers decide. */
    moderated: boolean().notNull().default(false),
    /** Hours in which the next in line has to take a seat that becomes free; null: it is theirs at once. */
    offerHours: smallint(),
    waitingOrder: text({ enum: ['fifo', 'lottery'] })
      .notNull()
      .default('fifo'),
    /** Draws the order of a lottery. It is the event's from the start, so that nobody chooses it, and is shown after the beginning. */
    lotterySeed: text()
      .notNull()
      .default(sql`gen_random_uuid()::text`),
    /** From then on, seats that a country has not used are for everybody; null: they are kept until the event begins. */
    quotasUntil: instant(),
    /** Until when focal points nominate; null: they are not asked to. */
    nominationsUntil: instant(),
    /** How many a country may nominate; null: as many as it likes. */
    nominees: smallint(),
    /** Registrations are applications, which reviewers score and organizers choose from. Implies `moderated`. */
    selective: boolean().notNull().default(false),
    /** Until when reviewers score. */
    scoresUntil: instant(),
    /** Until when participants hand in their action plans; null: they are not asked for one. */
    plansUntil: instant(),
    /** Percent of its sessions that somebody must have attended to get a certificate; null: there are none. */
    certificateShare: smallint(),
    /** Only who has given feedback gets a certificate. */
    certificateFeedback: boolean().notNull().default(false),
    /** When an organizer first issued them: who qualifies later gets one too. */
    certificatesSince: instant(),
    /** Minutes before the beginning. */
    reminderOffsets: integer().array().notNull().default([10080, 1440, 60]),
    /** Months after the end at which attendees get a follow-up survey. */
    followUpMonths: integer().array().notNull().default([3, 6, 12]),
    /** Grows with every change people are told of (moved, other place): part of the keys of reminders and notices. */
    revision: integer().notNull().default(1),
    /** When the revision last grew: people were told then, and reminders due before would only repeat it. */
    movedAt: instant(),
    /** What the organizer wrote to participants about the latest move, or about calling it off. */
    changeNote: text(),
    createdBy: id().references(() => person.id, { onDelete: 'set null' }),
    createdAt: instant().notNull(),
    publishedAt: instant(),
    cancelledAt: instant(),
  },
  (t) => [
    index().on(t.beginsAt),
    index().on(t.endsAt),
    // What a tick looks for: few of many.
    index('event_quotas_until')
      .on(t.quotasUntil)
      .where(sql`${t.quotasUntil} is not null`),
    check('event_ends_after_it_begins', sql`${t.endsAt} > ${t.beginsAt}`),
    check('event_seats_positive', sql`${t.seats} > 0`),
    check('event_offer_hours_positive', sql`${t.offerHours} > 0`),
    check('event_nominees_positive', sql`${t.nominees} > 0`),
    check('event_selective_is_moderated', sql`${t.moderated} or not ${t.selective}`),
    check('event_certificate_share', sql`${t.certificateShare} between 0 and 100`),
  ],
);

/**
 * When the planner looks at an event: not before `until`, unless the clock was set back to before `since`. Triggers make
 * the row with the event, and open it again when the event, a registration or a material of it changes; they are in the
 * migration `agenda_triggers`. See delivery/agenda.ts.
 */
export const agenda = table(
  'agenda',
  {
    eventId: id()
      .primaryKey()
      .references(() => event.id, { onDelete: 'cascade' }),
    /** When it was looked at, by the app's clock. */
    since: instant()
      .notNull()
      .default(sql`'epoch'`),
    /** The next moment at which something falls due; null: there is none, `epoch`: look at once. */
    until: instant().default(sql`'epoch'`),
  },
  (t) => [index().on(t.until), index().on(t.since)],
);

export const eventText = table(
  'event_text',
  {
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    language: text().notNull(),
    title: text().notNull(),
    description: text().notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.eventId, t.language] })],
);

/** Seats of an event that are kept for a country; what no country has is shared. See features/events/seats.ts. */
export const quota = table(
  'quota',
  {
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    country: text().notNull(),
    seats: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.eventId, t.country] }), check('quota_positive', sql`${t.seats} > 0`)],
);

/**
 * `offered`: a seat is held for them until they answer. `pending`: the organizers decide. `cancelled`: the person gave it up.
 * `missed`: they did not answer an offer in time. `declined`: the organizers said no, and only they can change that.
 */
const REGISTRATION_STATES = ['registered', 'offered', 'waiting', 'pending', 'cancelled', 'missed', 'declined'] as const;

export const registration = table(
  'registration',
  {
    id: identity(),
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    status: text({ enum: REGISTRATION_STATES }).notNull(),
    /**
     * Whose quota they are in: the country they gave when they registered. Rejected: the one in their profile, since a
     * change of it would move seats from one quota to another, and nobody would look who may have them now.
     */
    country: text(),
    /** The order of the waiting list. */
    waitingSince: instant(),
    /** Until when the seat is held that is offered to them. */
    offeredUntil: instant(),
    /** Null until an organizer marks it. */
    attended: boolean(),
    /** Answers to the event's own questions, and the version of the form that asked them. */
    answers: jsonb().$type<Answers>().notNull().default({}),
    formVersionId: id().references(() => formVersion.id),
    /** What organizers wrote down about it for each other; it is the person's data all the same, and in what they can ask for. */
    note: text(),
    /** Grows with every change of the status: part of the keys of what tells it. */
    revision: integer().notNull().default(1),
    createdAt: instant().notNull(),
    changedAt: instant().notNull(),
  },
  (t) => [
    unique().on(t.eventId, t.personId),
    index().on(t.personId),
    index().on(t.eventId, t.status, t.waitingSince),
    // What a tick looks for: few of many.
    index('registration_offered')
      .on(t.offeredUntil)
      .where(sql`${t.offeredUntil} is not null`),
    check('registration_offered_until', sql`(${t.status} = 'offered') = (${t.offeredUntil} is not null)`),
    check('registration_waits_since', sql`(${t.status} = 'waiting') = (${t.waitingSince} is not null)`),
  ],
);

/** What became of a registration, one row for each change of its status, written with it. Both sides can read it. */
export const registrationChange = table(
  'registration_change',
  {
    id: identity(),
    registrationId: id()
      .notNull()
      .references(() => registration.id, { onDelete: 'cascade' }),
    at: instant().notNull(),
    /** Who did it: the participant, an organizer, or Bilim by the rules of the event. */
    by: text({ enum: ['person', 'organizer', 'bilim'] }).notNull(),
    /** The organizer; null for the others, and once they were erased. */
    actorId: id().references(() => person.id, { onDelete: 'set null' }),
    /** Null: it is the first. */
    from: text({ enum: REGISTRATION_STATES }),
    to: text({ enum: REGISTRATION_STATES }).notNull(),
    /** The organizer's own words to the person. */
    reason: text(),
  },
  (t) => [
    index().on(t.registrationId),
    index()
      .on(t.actorId)
      .where(sql`${t.actorId} is not null`),
  ],
);

/** What is left of erased people: how many there were, in which state. */
export const erasedRegistration = table(
  'erased_registration',
  {
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    status: text().notNull(),
    attended: boolean().notNull(),
    count: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.eventId, t.status, t.attended] })],
);

// Forms

/** A form that organizers made. What it asks is in its versions. */
export const form = table('form', {
  id: identity(),
  createdBy: id().references(() => person.id, { onDelete: 'set null' }),
  createdAt: instant().notNull(),
});

/**
 * What a form asked from a certain time on. Answers name the version that they were given to, so none is ever changed: its
 * id stands for exactly what it asks, in buttons too. See features/forms/store.ts.
 */
export const formVersion = table(
  'form_version',
  {
    id: identity(),
    formId: id()
      .notNull()
      .references(() => form.id, { onDelete: 'cascade' }),
    /** From 1. */
    number: integer().notNull(),
    /** A FormSpec, see forms/spec/spec.ts. */
    spec: jsonb().$type<Json>().notNull(),
    createdBy: id().references(() => person.id, { onDelete: 'set null' }),
    createdAt: instant().notNull(),
  },
  (t) => [unique().on(t.formId, t.number)],
);

/** What an event asks people, and when: as they register or apply, after the event, or months later; or what they plan to do. */
export const eventForm = table(
  'event_form',
  {
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    purpose: text({ enum: ['registration', 'feedback', 'survey', 'action_plan'] }).notNull(),
    formId: id()
      .notNull()
      .references(() => form.id),
  },
  (t) => [primaryKey({ columns: [t.eventId, t.purpose] }), index().on(t.formId)],
);

/** An unfinished form: the one truth about a dialog. See forms/draft.ts. */
export const draft = table(
  'draft',
  {
    id: identity(),
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    form: text().notNull(),
    /** What the form is about, e.g. the event's id; 0 when about nothing. */
    subject: id().notNull().default(0),
    answers: jsonb().$type<Answers>().notNull().default({}),
    /** The key of the question being asked; null: the summary. */
    current: text(),
    /** The current question was opened from the summary and returns there. */
    editing: boolean().notNull().default(false),
    /** The dialog that the person's next message answers; at most one per person. */
    active: boolean().notNull().default(true),
    /** Grows with every accepted step; buttons carry it, so an old one is recognised. */
    revision: integer().notNull().default(1),
    /** The last update that changed this draft: a repeated one changes nothing. */
    lastUpdate: id().notNull().default(0),
    promptMessageId: integer(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    unique().on(t.personId, t.form, t.subject),
    uniqueIndex('draft_one_active')
      .on(t.personId)
      .where(sql`${t.active}`),
    index().on(t.updatedAt),
  ],
);

/** The state of @grammyjs/conversations, one row a chat. */
export const conversation = table('conversation', {
  key: text().primaryKey(),
  state: jsonb().notNull(),
});

/** A submitted feedback or survey form. Anonymous ones carry neither person nor time. */
export const response = table(
  'response',
  {
    /** Random, so that it tells nothing of the order in which people answered. */
    id: uuid().primaryKey().defaultRandom(),
    form: text().notNull(),
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    personId: id().references(() => person.id, { onDelete: 'cascade' }),
    /** Which follow-up: months after the event; 0 for feedback. */
    month: smallint().notNull().default(0),
    answers: jsonb().$type<Answers>().notNull(),
    /** Of the form that organizers made, if they asked something beyond Bilim's own questions. */
    formVersionId: id().references(() => formVersion.id),
    submittedAt: instant(),
  },
  (t) => [
    unique().on(t.form, t.eventId, t.month, t.personId),
    index().on(t.eventId, t.form),
    // What retention looks for; anonymous answers have no time.
    index()
      .on(t.submittedAt)
      .where(sql`${t.submittedAt} is not null`),
  ],
);

/** Who has answered: kept apart from what they answered. */
export const answered = table(
  'answered',
  {
    form: text().notNull(),
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    month: smallint().notNull().default(0),
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
  },
  (t) => [primaryKey({ columns: [t.form, t.eventId, t.month, t.personId] }), index().on(t.personId)],
);

// Nominations and selection

/** What an organizer or a focal point wrote, by language. */
export type Wordings = Record<string, string>;

/** A country stands behind somebody: its focal point named them, or endorsed who came by themselves. */
export const nomination = table(
  'nomination',
  {
    id: identity(),
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    /** May never have written to the bot: see person.telegramId. */
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    /** Which country nominates, whatever the person's profile says later. */
    country: text().notNull(),
    /** The focal point; null once they were erased. */
    byId: id().references(() => person.id, { onDelete: 'set null' }),
    /** The country's order of preference, from 1; null: it has none. */
    rank: smallint(),
    note: text(),
    createdAt: instant().notNull(),
    withdrawnAt: instant(),
  },
  (t) => [unique().on(t.eventId, t.personId), index().on(t.personId), index().on(t.eventId, t.country)],
);

/** What reviewers score applications by. */
export const criterion = table(
  'criterion',
  {
    id: identity(),
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    position: smallint().notNull(),
    title: jsonb().$type<Wordings>().notNull(),
    /** Points are whole numbers from 0 to this. */
    most: smallint().notNull().default(5),
    /** How much it counts beside the others. */
    weight: smallint().notNull().default(1),
  },
  (t) => [
    index().on(t.eventId),
    check('criterion_most', sql`${t.most} between 1 and 100`),
    check('criterion_weight', sql`${t.weight} > 0`),
  ],
);

/** One reviewer's opinion of one application. Organizers see it, other reviewers never do. */
export const review = table(
  'review',
  {
    id: identity(),
    registrationId: id()
      .notNull()
      .references(() => registration.id, { onDelete: 'cascade' }),
    reviewerId: id().references(() => person.id, { onDelete: 'set null' }),
    /** Criterion id -> points. */
    points: jsonb().$type<Record<string, number>>().notNull(),
    comment: text(),
    /** The reviewer knows the person too well to judge: counts as no opinion. */
    conflict: boolean().notNull().default(false),
    at: instant().notNull(),
  },
  (t) => [unique().on(t.registrationId, t.reviewerId), index().on(t.reviewerId)],
);

/** Who the organizers want to take along; seats are offered to them in this order. */
export const shortlist = table('shortlist', {
  registrationId: id()
    .primaryKey()
    .references(() => registration.id, { onDelete: 'cascade' }),
  /** From 1, in each event. */
  position: integer().notNull(),
  byId: id().references(() => person.id, { onDelete: 'set null' }),
  at: instant().notNull(),
});

/** What participants have to bring before a visit: a passport that is valid long enough, a visa, a ticket … */
export const requirement = table(
  'requirement',
  {
    id: identity(),
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    position: smallint().notNull(),
    title: jsonb().$type<Wordings>().notNull(),
    dueAt: instant(),
    /** A value is asked for, where one is unavoidable; it is erased at `keptUntil`. Otherwise only the state is kept. */
    asksValue: boolean().notNull().default(false),
    keptUntil: instant(),
  },
  (t) => [
    index().on(t.eventId),
    check('requirement_value_ends', sql`${t.keptUntil} is not null or not ${t.asksValue}`),
  ],
);

/** How far somebody is with it. No row: not begun. */
export const requirementState = table(
  'requirement_state',
  {
    requirementId: id()
      .notNull()
      .references(() => requirement.id, { onDelete: 'cascade' }),
    registrationId: id()
      .notNull()
      .references(() => registration.id, { onDelete: 'cascade' }),
    /** `ready`: the person says so. `checked`, `refused`: an organizer looked at it. `waived`: they need not. */
    state: text({ enum: ['ready', 'checked', 'refused', 'waived'] }).notNull(),
    value: text(),
    /** The organizer's words to the person. */
    note: text(),
    at: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.requirementId, t.registrationId] }), index().on(t.registrationId)],
);

// The event itself

/** A part of an event with a time of its own: what is on the agenda, and what attendance is counted by. */
export const session = table(
  'session',
  {
    id: identity(),
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    beginsAt: instant().notNull(),
    endsAt: instant().notNull(),
    place: text(),
    /** As the organizer wrote them, one a line. */
    speakers: text(),
    /** Grows with every change: SEQUENCE of its calendar entry (RFC 5545 3.8.7.4). */
    revision: integer().notNull().default(1),
    /** When it was last changed: DTSTAMP and LAST-MODIFIED of its calendar entry. */
    changedAt: instant().notNull(),
    cancelledAt: instant(),
  },
  (t) => [index().on(t.eventId, t.beginsAt), check('session_ends_after_it_begins', sql`${t.endsAt} > ${t.beginsAt}`)],
);

export const sessionText = table(
  'session_text',
  {
    sessionId: id()
      .notNull()
      .references(() => session.id, { onDelete: 'cascade' }),
    language: text().notNull(),
    title: text().notNull(),
    description: text().notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.sessionId, t.language] })],
);

/** No row: nobody has said anything. `present` by a code counts from the moment of the scan. */
export const attendance = table(
  'attendance',
  {
    /** Names the mark in buttons, and in the form that asks why somebody is excused. */
    id: id().notNull().unique().generatedAlwaysAsIdentity(),
    sessionId: id()
      .notNull()
      .references(() => session.id, { onDelete: 'cascade' }),
    registrationId: id()
      .notNull()
      .references(() => registration.id, { onDelete: 'cascade' }),
    state: text({ enum: ['present', 'absent', 'excused'] }).notNull(),
    by: text({ enum: ['code', 'organizer'] }).notNull(),
    /** Why somebody is excused: organizers wrote it for each other. It is the person's data all the same, as registration.note. */
    reason: text(),
    at: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.sessionId, t.registrationId] }), index().on(t.registrationId)],
);

/** The secret address of somebody's calendar. It is shown to them again, so it is kept as it is; a new one makes it void. */
export const calendarFeed = table('calendar_feed', {
  personId: id()
    .primaryKey()
    .references(() => person.id, { onDelete: 'cascade' }),
  token: text().notNull().unique(),
  createdAt: instant().notNull(),
});

/** What a certificate says, as it was issued: later changes of the event, or of the programme, do not change it. */
export type Certified = {
  programme: Wordings;
  partners: Wordings[];
  title: Wordings;
  kind: string;
  /** Dates of the event in its own zone, ISO 8601. */
  from: string;
  to: string;
  place: string | null;
  /** Of sessions. */
  attended: number | null;
  of: number | null;
};

/** A proof of participation. `code` is in its QR; whoever has it sees what is certified and whether it is valid. */
export const certificate = table(
  'certificate',
  {
    id: identity(),
    code: text().notNull().unique(),
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    /** `proposed`: the participant has not approved the name yet. */
    state: text({ enum: ['proposed', 'valid', 'replaced', 'revoked'] }).notNull(),
    name: text().notNull(),
    language: text().notNull(),
    certified: jsonb().$type<Certified>().notNull(),
    issuedAt: instant(),
    endedAt: instant(),
    /** Why it was revoked: the organizer's words to the person, not for others. */
    reason: text(),
    /** Why an organizer gave it although the rule says no. */
    note: text(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // One that counts per person and event; those that it took the place of stay.
    uniqueIndex('certificate_once')
      .on(t.eventId, t.personId)
      .where(sql`${t.state} in ('proposed', 'valid')`),
    index().on(t.personId),
    // What was revoked may never have been issued.
    check(
      'certificate_issued',
      sql`case ${t.state} when 'proposed' then ${t.issuedAt} is null when 'revoked' then true else ${t.issuedAt} is not null end`,
    ),
  ],
);

// Materials

export const material = table(
  'material',
  {
    id: identity(),
    /** Null: the programme's public library. */
    eventId: id().references(() => event.id, { onDelete: 'cascade' }),
    kind: text({ enum: ['document', 'photo', 'video', 'audio', 'link'] }).notNull(),
    title: text().notNull(),
    /** The language of the material itself. */
    language: text(),
    fileId: text(),
    fileUniqueId: text(),
    fileName: text(),
    /** Bytes. */
    fileSize: bigint({ mode: 'number' }),
    mimeType: text(),
    url: text(),
    /** Who may see it from when: registered people at once, or from the beginning or the end of the event. */
    phase: text({ enum: ['before', 'during', 'after'] }).notNull(),
    addedBy: id().references(() => person.id, { onDelete: 'set null' }),
    addedAt: instant().notNull(),
    /** When a message about it was owed to everyone who could see it then; null: its phase has not begun. */
    toldAt: instant(),
  },
  (t) => [
    index().on(t.eventId),
    check('material_is_a_file_or_a_link', sql`(${t.fileId} is null) <> (${t.url} is null)`),
  ],
);

// Live polls

export const poll = table(
  'poll',
  {
    id: identity(),
    eventId: id()
      .notNull()
      .references(() => event.id, { onDelete: 'cascade' }),
    question: text().notNull(),
    options: jsonb().$type<string[]>().notNull(),
    createdBy: id().references(() => person.id, { onDelete: 'set null' }),
    createdAt: instant().notNull(),
    closedAt: instant(),
  },
  (t) => [index().on(t.eventId)],
);

/** One native poll in one person's chat, and what it was answered. */
export const pollCopy = table(
  'poll_copy',
  {
    telegramPollId: text().primaryKey(),
    pollId: id()
      .notNull()
      .references(() => poll.id, { onDelete: 'cascade' }),
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    messageId: integer().notNull(),
    /** The index of the chosen option. */
    choice: smallint(),
  },
  (t) => [unique().on(t.pollId, t.personId), index().on(t.personId)],
);

// Alumni

/** Someone who attended. Hidden until `visible`; see features/alumni/store.ts for who sees what. */
export const alumniProfile = table(
  'alumni_profile',
  {
    personId: id()
      .primaryKey()
      .references(() => person.id, { onDelete: 'cascade' }),
    since: instant().notNull(),
    visible: boolean().notNull().default(false),
    showAgency: boolean().notNull().default(false),
    showPosition: boolean().notNull().default(false),
    expertise: text().array().notNull().default([]),
    about: text(),
    /** What a search looks through, made of exactly what is shown; empty while hidden. See features/alumni/store.ts. */
    searchKeys: keys()
      .notNull()
      .default(sql`''`),
  },
  (t) => [index().using('gin', t.searchKeys)],
);

/** What somebody searched the directory for: the pages of the results need it. Forgotten after a day. */
export const directorySearch = table(
  'directory_search',
  {
    id: identity(),
    personId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    query: text().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [index().on(t.personId), index().on(t.createdAt)],
);

export const contactRequest = table(
  'contact_request',
  {
    id: identity(),
    fromId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    toId: id()
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    body: text().notNull(),
    /** The asker's username at the time of asking: shown only when the other accepts. */
    fromUsername: text(),
    toUsername: text(),
    state: text({ enum: ['pending', 'accepted', 'declined'] })
      .notNull()
      .default('pending'),
    createdAt: instant().notNull(),
    decidedAt: instant(),
  },
  (t) => [unique().on(t.fromId, t.toId), index().on(t.toId)],
);

// Announcements

/** The question "who?"; features/segments/audience.ts turns it into SQL. Conditions are combined by AND. */
export type Audience = {
  event?: { id: number; status: 'registered' | 'waiting' | 'pending' | 'attended' | 'absent' | 'cancelled' };
  countries?: string[];
  /** As in the person's profile. */
  agencies?: string[];
  languages?: string[];
  sex?: ('female' | 'male' | 'undisclosed')[];
  /** Of events of these kinds, that ended in these years; what is left out does not matter. */
  alumni?: { kinds?: string[]; years?: number[] };
  /** Asked for it and answered or not. `month`: 0 for the feedback after the event, otherwise the follow-up survey. */
  response?: { eventId: number; month: number; answered: boolean };
  /** False: those whom the bot can't reach, because they blocked it or left Telegram. */
  reachable?: boolean;
};

/** An audience that organizers gave a name to. */
export const segment = table('segment', {
  id: identity(),
  name: text().notNull().unique(),
  audience: jsonb().$type<Audience>().notNull(),
  createdBy: id().references(() => person.id, { onDelete: 'set null' }),
  createdAt: instant().notNull(),
});

/** When an announcement begins: at a moment, or at an hour of each recipient's own day. */
export type Schedule = { kind: 'at'; at: string } | { kind: 'own time'; date: string; time: string };
/** What recipients can press under an announcement. Labels of links by language. */
export type AnnouncementButton =
  | { kind: 'event'; id: number }
  | { kind: 'material'; id: number }
  | { kind: 'link'; url: string; label: Record<string, string> };
type Media = { kind: 'photo' | 'document'; fileId: string };
/** Texts that are to take the place of what was sent, once a second organizer approves. `revision`: which ones these are. */
export type Correction = {
  revision: number;
  texts: { language: string; body: string; entities: Json[]; media: Media | null }[];
};

/**
 * draft -> (approval ->) scheduled -> sending <-> paused -> finished | stopped; or cancelled before anything was sent. The
 * time to undo is a part of `scheduled`. An audience that has outgrown one organizer's decision leads from there to
 * `approval`.
 */
const ANNOUNCEMENT_STATES = [
  'draft',
  'approval',
  'scheduled',
  'sending',
  'paused',
  'stopped',
  'finished',
  'cancelled',
] as const;

export const announcement = table(
  'announcement',
  {
    id: identity(),
    authorId: id().references(() => person.id, { onDelete: 'set null' }),
    audience: jsonb().$type<Audience>().notNull(),
    buttons: jsonb().$type<AnnouncementButton[]>().notNull().default([]),
    /** Null: at once. */
    schedule: jsonb().$type<Schedule>(),
    state: text({ enum: ANNOUNCEMENT_STATES }).notNull().default('draft'),
    /** Grows when a step leads back or what was sent is changed: part of the keys of what tells it, and of buttons. */
    revision: integer().notNull().default(1),
    createdAt: instant().notNull(),
    /** Who pressed Send: the author or an owner. */
    confirmedBy: id().references(() => person.id, { onDelete: 'set null' }),
    confirmedAt: instant(),
    /** The second organizer, where the audience is large. */
    approvedBy: id().references(() => person.id, { onDelete: 'set null' }),
    approvedAt: instant(),
    /** When sending starts; known from the confirmation on. */
    startsAt: instant(),
    /** When it started: the recipients are those of this moment. */
    startedAt: instant(),
    finishedAt: instant(),
    recalledAt: instant(),
    /** Awaiting approval; void once the announcement was recalled. */
    correction: jsonb().$type<Correction>(),
    /** The message that shows the progress to who pressed Send, and updates itself. */
    progressMessageId: integer(),
    /** By the database's clock: when that message was last updated. */
    progressAt: instant(),
  },
  (t) => [
    // What a tick looks for: few of very many.
    index('announcement_live')
      .on(t.state)
      .where(sql`${t.state} in ('scheduled', 'sending', 'paused')`),
  ],
);

export const announcementText = table(
  'announcement_text',
  {
    announcementId: id()
      .notNull()
      .references(() => announcement.id, { onDelete: 'cascade' }),
    language: text().notNull(),
    /** From 0, in the order in which the author chose the languages. */
    position: smallint().notNull(),
    body: text().notNull(),
    /** Telegram MessageEntity[] as the author typed them: bold, links … */
    entities: jsonb().$type<Json[]>().notNull().default([]),
    /** With a photo or a document the text is its caption. */
    media: jsonb().$type<Media>(),
  },
  (t) => [primaryKey({ columns: [t.announcementId, t.language] })],
);

// Delivery

const MESSAGE_STATES = [
  'queued',
  'paused',
  'claimed',
  'sending',
  'sent',
  'failed',
  'blocked',
  'deactivated',
  'unknown',
  'cancelled',
  'recalled',
] as const;

/**
 * The outbox: something Bilim owes to one person, with its state. See delivery/outbox.ts.
 *
 * Postgres checks a foreign key row by row, by a statement of its own that locks the row it finds, so it is here only for
 * persons: they are deleted while others write to them. Events are not deleted, nor are announcements but drafts, and a
 * digest goes when its parts have gone (retention, erase); a message whose event or announcement is not there is dropped
 * when it is rendered. To owe an announcement to 100,000 people takes 3.7 s of Postgres' time with all four keys, 2.4 s
 * without the announcement's, which locks one row 100,000 times, 1.5 s with the person's alone and 1.0 s without any.
 * Rejected: the last of these. A message that is owed while its person is erased would stay in the outbox, with their id.
 */
export const message = table(
  'message',
  {
    id: identity(),
    /** Null once the person was erased: announcements still add up. */
    personId: id().references(() => person.id, { onDelete: 'set null' }),
    /** Names the renderer, e.g. `reminder`. */
    kind: text().notNull(),
    /** What is owed, as a business key, e.g. `reminder:12:3:60:7`: owing it twice is impossible. */
    key: text().notNull().unique(),
    /** Ids for the renderer; never a rendered text. */
    data: jsonb().$type<Record<string, Json>>().notNull(),
    eventId: id(),
    announcementId: id(),
    /** Bulk goes at the pace of the governor and waits for quiet hours to end; the rest goes first. */
    bulk: boolean().notNull().default(false),
    dueAt: instant().notNull(),
    /** Later than this it is of no use: it is cancelled instead. */
    expiresAt: instant(),
    state: text({ enum: MESSAGE_STATES }).notNull().default('queued'),
    /** Put off by quiet hours or by the budget of the day: what was held for one person arrives as one message. */
    held: boolean().notNull().default(false),
    /** The message that this one is a part of, and whose fate it shares. See delivery/digest.ts. */
    digestId: id(),
    attempts: smallint().notNull().default(0),
    /** How many more times it may be sent by itself when Telegram's answer to it was lost. */
    repeats: smallint().notNull().default(0),
    /** Grows with each claim. Who writes names it: a worker that lost its lease and wakes up changes nothing. */
    fence: integer().notNull().default(0),
    worker: text(),
    /** By the database's clock. */
    leaseUntil: instant(),
    /** By the database's clock: not before this, after Telegram refused or was away. */
    retryAt: instant(),
    telegramMessageId: integer(),
    /** Telegram's own words, or why it was cancelled. */
    error: text(),
    createdAt: instant().notNull(),
    sentAt: instant(),
  },
  (t) => [
    index('message_due')
      .on(t.bulk, t.dueAt, t.id)
      .where(sql`${t.state} = 'queued' and ${t.digestId} is null`),
    index('message_leased')
      .on(t.leaseUntil)
      .where(sql`${t.state} in ('claimed', 'sending')`),
    index('message_digest')
      .on(t.digestId)
      .where(sql`${t.digestId} is not null`),
    index().on(t.announcementId, t.state),
    // With the time: how much bulk somebody got today.
    index().on(t.personId, t.sentAt),
    // Announcements have no event: they need not be in it.
    index()
      .on(t.eventId)
      .where(sql`${t.eventId} is not null`),
    check('message_has_a_recipient', sql`${t.personId} is not null or ${t.announcementId} is not null`),
  ],
);

/** The one row that all senders share; times by the database's clock. See delivery/pace.ts. */
export const pace = table('pace', {
  key: text().primaryKey(),
  /** Theoretical arrival time of the next bulk message (GCRA). */
  nextAt: instant().notNull(),
  blockedUntil: instant().notNull(),
  /** Messages per second. */
  rate: real().notNull(),
  /** Telegram does not answer: one process at a time asks it whether it is back. */
  outageSince: instant(),
  /** When it may be asked next. */
  probeAt: instant(),
  /** By the app's clock: nothing is sent until an owner says so, e.g. after a backup was restored. */
  heldSince: instant(),
});

/** A running process, as long as it says so: what it had in hand is taken up when it falls silent. */
export const worker = table('worker', {
  id: text().primaryKey(),
  /** By the database's clock. */
  seenAt: instant().notNull(),
});

/** What is wrong now, and the owners were told of; one process tells it, once. See features/operation. */
export const alert = table('alert', {
  kind: text().primaryKey(),
  since: instant().notNull(),
});

/** What Telegram was last told about a bot (its commands, its description), as a hash: it is told again when that changes. */
export const description = table('description', {
  /** Of the bot, at Telegram. */
  botId: id().primaryKey(),
  hash: text().notNull(),
});

/** Updates from Telegram, written before the offset is confirmed. The payload is removed once it is handled. */
export const inbox = table(
  'inbox',
  {
    updateId: id().primaryKey(),
    payload: jsonb(),
    /** The Telegram id of the person it comes from: theirs are handled one after the other. */
    userId: id(),
    receivedAt: instant().notNull(),
    doneAt: instant(),
    attempts: smallint().notNull().default(0),
    /** The process that handles it; by the database's clock. */
    worker: text(),
    leaseUntil: instant(),
  },
  (t) => [
    index().on(t.doneAt),
    index('inbox_open')
      .on(t.userId, t.updateId)
      .where(sql`${t.doneAt} is null`),
  ],
);

/** Updates that failed each time they were tried. Kept for a look, for the period of the programme; see bot/inbox.ts. */
export const deadLetter = table(
  'dead_letter',
  {
    updateId: id().primaryKey(),
    payload: jsonb(),
    userId: id(),
    /** What went wrong, without what the person wrote. */
    error: text().notNull(),
    attempts: smallint().notNull(),
    diedAt: instant().notNull(),
  },
  (t) => [index().on(t.userId), index().on(t.diedAt)],
);

/** Who was erased: after a backup is restored, they are erased again. The id alone names nobody any more. */
export const erasure = table('erasure', {
  personId: id().primaryKey(),
  erasedAt: instant().notNull(),
});
