import type { T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';

/** A point on the earth, by Telegram's button, as a place on the map, or typed; kept as "43.2389 76.8897", in degrees. */
export function place(t: T): Kind {
  return {
    request: { location: t('forms:share_place') },
    read({ location, text = '' }) {
      const [latitude, longitude] = location
        ? [location.latitude, location.longitude]
        : (/^(-?\d{1,2}(?:\.\d+)?)[\s,;]+(-?\d{1,3}(?:\.\d+)?)$/.exec(text.trim())?.slice(1).map(Number) ?? []);
      if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180)
        return { kind: 'invalid', say: t('forms:expect_place') };
      return { kind: 'ok', value: `${degrees(latitude)} ${degrees(longitude)}` };
    },
    show: String,
  };
}

/** A metre is the fifth digit. */
const degrees = (value: number) => String(Number(value.toFixed(5)));
