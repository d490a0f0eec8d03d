import type { TelegramUser } from '../../src/playground/telegram/index.ts';

export const AIPERI = {
  fullName: 'Асанова Айпери',
  latinName: 'ASANOVA AIPERI',
  country: 'KG',
  agency: 'Улуттук статистика комитети',
  position: 'Bash adis',
  sex: 'female',
};

type Profile = typeof AIPERI & { email?: string };

/** Answers the profile's questions, in whatever language they are asked, up to the summary. */
export async function answerProfile(user: TelegramUser, profile: Profile = AIPERI): Promise<void> {
  await user.send(profile.fullName);
  await user.send(profile.latinName);
  await user.press({ data: new RegExp(`:o:${profile.country}$`) });
  await user.send(profile.agency);
  await user.send(profile.position);
  await user.press({ data: new RegExp(`:o:${profile.sex}$`) });
  if (profile.email) await user.send(profile.email);
  else await user.press({ data: /:s$/ });
}

/** Registers somebody who has never registered before, through the chat. */
export async function register(
  user: TelegramUser,
  event: { id: number; code: string },
  profile?: Profile,
): Promise<void> {
  await user.open(`event_${event.code}`);
  await user.press({ data: new RegExp(`^(register|wait):${event.id}$`) });
  await answerProfile(user, profile);
  await user.press({ data: /:ok$/ });
}
