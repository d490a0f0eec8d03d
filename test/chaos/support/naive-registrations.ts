import postgres from 'postgres';

/*
 * The control: a seat and the message that tells of it in one transaction, by bare postgres.js, whose connections change
 * under it when a backend dies.
 */
const url = new URL(process.env.DATABASE_URL ?? '');
const sql = postgres(`postgres://postgres@localhost${url.pathname}`, {
  host: url.searchParams.get('host')!,
  max: 3,
  connection: { application_name: 'bilim' },
  onnotice() {},
});
process.on('disconnect', () => process.exit());

async function change(person: number): Promise<void> {
  await sql.begin(async (tx) => {
    const [row] = await tx`
      insert into registration (event_id, person_id, status, created_at, changed_at)
      select min(id), ${person}, 'registered', now(), now() from event
      on conflict (event_id, person_id) do update set revision = registration.revision + 1
      returning id, revision`;
    await new Promise((resolve) => setTimeout(resolve, 1));
    await tx`
      insert into message (person_id, kind, key, data, due_at, created_at)
      values (${person}, 'confirmation', ${`confirmation:${row!.id}:${row!.revision}`},
        ${sql.json({ registration: Number(row!.id) })}, now(), now())`;
  });
}

process.send?.('at work');
await Promise.all(
  [1, 2, 3, 4, 5].map(async (person) => {
    for (;;) await change(person).catch(() => new Promise((resolve) => setTimeout(resolve, 10)));
  }),
);
