import { eq, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Person } from '../../bot/context.ts';
import type { Db } from '../../db/connect.ts';
import {
  alumniProfile,
  answered,
  announcement,
  announcementText,
  attendance,
  audit,
  calendarFeed,
  certificate,
  consent,
  consentText,
  contactRequest,
  deadLetter,
  directorySearch,
  draft,
  event,
  formVersion,
  invite,
  material,
  message,
  nomination,
  person,
  place,
  poll,
  pollCopy,
  registration,
  registrationChange,
  requirement,
  requirementState,
  response,
  review,
  role,
  segment,
  session,
  shortlist,
} from '../../db/schema.ts';

export type Everything = Awaited<ReturnType<typeof everythingAbout>>;

/**
 * All that is stored about somebody, as JSON, table by table. Other people appear as far as they wrote to the person:
 * a contact request shows its text, and who it came from only when it was accepted.
 */
export async function everythingAbout(db: Db, { id, telegramId }: Person) {
  const organizer = alias(person, 'organizer');
  return {
    person: (await db.select().from(person).where(eq(person.id, id)))[0],
    consents: await db
      .select({
        version: consent.version,
        language: consent.language,
        givenAt: consent.givenAt,
        text: consentText.body,
      })
      .from(consent)
      .innerJoin(
        consentText,
        sql`${consentText.version} = ${consent.version} and ${consentText.language} = ${consent.language}`,
      )
      .where(eq(consent.personId, id)),
    roles: await db
      .select({ kind: role.kind, country: role.country, event: role.eventId, since: role.since })
      .from(role)
      .where(eq(role.personId, id)),
    refusals: await db
      .select({ what: audit.what, way: audit.way, event: audit.eventId, times: audit.times, at: audit.at })
      .from(audit)
      .where(eq(audit.personId, id)),
    registrations: await db
      .select({ event: event.code, begins: event.beginsAt, registration })
      .from(registration)
      .innerJoin(event, eq(event.id, registration.eventId))
      .where(eq(registration.personId, id)),
    history: await db
      .select({
        event: event.code,
        at: registrationChange.at,
        from: registrationChange.from,
        to: registrationChange.to,
        by: registrationChange.by,
        // Who named them, or decided about them.
        organizer: organizer.fullName,
        reason: registrationChange.reason,
      })
      .from(registrationChange)
      .innerJoin(registration, eq(registration.id, registrationChange.registrationId))
      .innerJoin(event, eq(event.id, registration.eventId))
      .leftJoin(organizer, eq(organizer.id, registrationChange.actorId))
      .where(eq(registration.personId, id))
      .orderBy(registrationChange.id),
    nominations: await db
      .select({
        event: event.code,
        country: nomination.country,
        nominatedAt: nomination.createdAt,
        withdrawnAt: nomination.withdrawnAt,
        rank: nomination.rank,
        note: nomination.note,
      })
      .from(nomination)
      .innerJoin(event, eq(event.id, nomination.eventId))
      .where(eq(nomination.personId, id)),
    places: await db.select({ usedAt: place.usedAt }).from(place).where(eq(place.personId, id)),
    attendance: await db
      .select({
        event: event.code,
        session: session.beginsAt,
        state: attendance.state,
        by: attendance.by,
        at: attendance.at,
        reason: attendance.reason,
      })
      .from(attendance)
      .innerJoin(session, eq(session.id, attendance.sessionId))
      .innerJoin(registration, eq(registration.id, attendance.registrationId))
      .innerJoin(event, eq(event.id, session.eventId))
      .where(eq(registration.personId, id))
      .orderBy(session.beginsAt),
    calendar: await db
      .select({ address: calendarFeed.token, createdAt: calendarFeed.createdAt })
      .from(calendarFeed)
      .where(eq(calendarFeed.personId, id)),
    // What reviewers said of their applications; not who it was.
    reviews: await db
      .select({ event: event.code, points: review.points, comment: review.comment, at: review.at })
      .from(review)
      .innerJoin(registration, eq(registration.id, review.registrationId))
      .innerJoin(event, eq(event.id, registration.eventId))
      .where(eq(registration.personId, id)),
    shortlists: await db
      .select({ event: event.code, position: shortlist.position, at: shortlist.at })
      .from(shortlist)
      .innerJoin(registration, eq(registration.id, shortlist.registrationId))
      .innerJoin(event, eq(event.id, registration.eventId))
      .where(eq(registration.personId, id)),
    documents: await db
      .select({
        event: event.code,
        title: requirement.title,
        state: requirementState.state,
        value: requirementState.value,
        keptUntil: requirement.keptUntil,
        note: requirementState.note,
        at: requirementState.at,
      })
      .from(requirementState)
      .innerJoin(requirement, eq(requirement.id, requirementState.requirementId))
      .innerJoin(registration, eq(registration.id, requirementState.registrationId))
      .innerJoin(event, eq(event.id, registration.eventId))
      .where(eq(registration.personId, id)),
    unfinishedForms: await db.select().from(draft).where(eq(draft.personId, id)),
    surveys: await db.select().from(response).where(eq(response.personId, id)),
    // That somebody answered a feedback form is known; what they answered is anonymous and can't be found again.
    answered: await db.select().from(answered).where(eq(answered.personId, id)),
    certificates: await db
      .select({
        event: event.code,
        code: certificate.code,
        state: certificate.state,
        name: certificate.name,
        language: certificate.language,
        certified: certificate.certified,
        issuedAt: certificate.issuedAt,
        endedAt: certificate.endedAt,
        reason: certificate.reason,
        note: certificate.note,
      })
      .from(certificate)
      .innerJoin(event, eq(event.id, certificate.eventId))
      .where(eq(certificate.personId, id))
      .orderBy(certificate.id),
    pollVotes: await db
      .select({ question: poll.question, options: poll.options, choice: pollCopy.choice })
      .from(pollCopy)
      .innerJoin(poll, eq(poll.id, pollCopy.pollId))
      .where(eq(pollCopy.personId, id)),
    directory: await db.select().from(alumniProfile).where(eq(alumniProfile.personId, id)),
    contactRequests: (
      await db
        .select()
        .from(contactRequest)
        .where(or(eq(contactRequest.fromId, id), eq(contactRequest.toId, id)))
    ).map(({ fromId, fromUsername, toUsername, body, state, createdAt, decidedAt }) => ({
      direction: fromId === id ? 'sent' : 'received',
      text: body,
      state,
      createdAt,
      decidedAt,
      usernames: state === 'accepted' ? { asked: fromUsername, accepted: toUsername } : undefined,
    })),
    messages: await db
      .select({ kind: message.kind, state: message.state, dueAt: message.dueAt, sentAt: message.sentAt })
      .from(message)
      .where(eq(message.personId, id)),
    searches: await db.select().from(directorySearch).where(eq(directorySearch.personId, id)),
    failedUpdates: await db
      .select({ update: deadLetter.payload, error: deadLetter.error, diedAt: deadLetter.diedAt })
      .from(deadLetter)
      .where(eq(deadLetter.userId, telegramId ?? 0)),
    wrote: {
      events: await db
        .select({ code: event.code, createdAt: event.createdAt })
        .from(event)
        .where(eq(event.createdBy, id)),
      invitations: await db
        .select({ expiresAt: invite.expiresAt, usedAt: invite.usedAt })
        .from(invite)
        .where(eq(invite.createdBy, id)),
      decisions: await db
        .select({ at: registrationChange.at, to: registrationChange.to, reason: registrationChange.reason })
        .from(registrationChange)
        .where(eq(registrationChange.actorId, id)),
      nominations: await db
        .select({ event: event.code, nominatedAt: nomination.createdAt, withdrawnAt: nomination.withdrawnAt })
        .from(nomination)
        .innerJoin(event, eq(event.id, nomination.eventId))
        .where(eq(nomination.byId, id)),
      shortlisted: await db
        .select({ event: event.code, position: shortlist.position, at: shortlist.at })
        .from(shortlist)
        .innerJoin(registration, eq(registration.id, shortlist.registrationId))
        .innerJoin(event, eq(event.id, registration.eventId))
        .where(eq(shortlist.byId, id)),
      // Who has them, or lost them, is the other person's.
      roles: await db
        .select({ what: audit.what, kind: audit.way, country: audit.country, event: audit.eventId, at: audit.at })
        .from(audit)
        .where(eq(audit.byId, id)),
      forms: await db
        .select({ number: formVersion.number, createdAt: formVersion.createdAt })
        .from(formVersion)
        .where(eq(formVersion.createdBy, id)),
      // Of other people's applications: what they said, not about whom.
      reviews: await db
        .select({ points: review.points, comment: review.comment, conflict: review.conflict, at: review.at })
        .from(review)
        .where(eq(review.reviewerId, id)),
      polls: await db
        .select({ question: poll.question, createdAt: poll.createdAt })
        .from(poll)
        .where(eq(poll.createdBy, id)),
      announcements: await db
        .select({
          createdAt: announcement.createdAt,
          state: announcement.state,
          text: announcementText.body,
          correction: sql<string | null>`(
            select corrected ->> 'body' from jsonb_array_elements(${announcement.correction} -> 'texts') as corrected
            where corrected ->> 'language' = ${announcementText.language})`,
        })
        .from(announcement)
        .innerJoin(announcementText, eq(announcementText.announcementId, announcement.id))
        .where(eq(announcement.authorId, id)),
      segments: await db
        .select({ name: segment.name, createdAt: segment.createdAt })
        .from(segment)
        .where(eq(segment.createdBy, id)),
      materials: await db
        .select({ title: material.title, addedAt: material.addedAt })
        .from(material)
        .where(eq(material.addedBy, id)),
    },
  };
}
