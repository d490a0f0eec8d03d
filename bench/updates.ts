import { answersOf, createRig, registerAll, round, timed, until, type Rig } from './support.ts';

const PEOPLE = 100;
const MESSAGES = 10;

/** Updates per second of the real bot, each stored, looked up in the database and answered, against a bare echo. */
export async function benchUpdates() {
  const rig = await createRig();
  try {
    const users = Array.from({ length: PEOPLE }, (_, i) => rig.telegram.user({ id: 7_100_000_000 + i, started: true }));
    await registerAll(
      rig,
      users.map(({ id }) => id),
    );
    // Bare, real, bare again: the machine is shared, so the yardstick is taken before and after.
    const before = await rate(rig, users, 'bench/echo.ts');
    const real = await rate(rig, users, 'src/main.ts');
    const after = await rate(rig, users, 'bench/echo.ts');
    const bare = (before + after) / 2;
    return { 'bare echo, updates/s': round(bare), 'Bilim, updates/s': round(real), ratio: round(real / bare, 2) };
  } finally {
    await rig.close();
  }
}

type Users = ReturnType<Rig['telegram']['user']>[];

async function rate({ telegram, start, stop }: Rig, users: Users, program: string): Promise<number> {
  const child = start(program);
  // Started when it has answered once.
  const first = answersOf(users[0]!);
  await users[0]!.send('/help');
  await until(() => answersOf(users[0]!) > first, telegram);
  const goal = users.map((user) => answersOf(user) + MESSAGES);
  const ms = await timed(async () => {
    for (let i = 0; i < MESSAGES; i++) await Promise.all(users.map((user) => user.send('/help')));
    await until(() => users.every((user, i) => answersOf(user) >= goal[i]!), telegram);
  });
  await stop(child);
  return (users.length * MESSAGES * 1000) / ms;
}
