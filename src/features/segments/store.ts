/** What other features may use: who an audience is, what one can be made of, and those that were saved. */
export { audienceMembers, audienceQuery, countAudience, type Group, type Member, type Standing } from './audience.ts';
export { eventsOf, loadOffers, type Offers } from './offers.ts';
export * from './saved.ts';
