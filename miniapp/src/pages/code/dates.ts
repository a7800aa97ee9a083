import { dateOf, dayWords, now } from '../../api/clock';

/** A day as people say it: with its year when that is not this one. */
export const onDay = (instant: string): string => {
  const date = dateOf(instant);
  const year = date.slice(0, 4);
  return year === dateOf(now()).slice(0, 4) ? dayWords(date) : `${year}年${dayWords(date)}`;
};
