import { addDays, shanghaiInstant, type BusinessDate } from '../../core/clock';
import { cutIds, type DailyJob } from '../../core/jobs';
import { MEASURED_DAYS } from './visit.rules';
import { storeMeasured, unmeasuredSpan } from './visit.store';

/** Visits in one transaction. */
const CHUNK = 2000;

/** Visits that ended before this have their 30 days behind them, the last one closed at ten this morning. */
const leftBefore = (date: BusinessDate): Date => shanghaiInstant(addDays(date, -MEASURED_DAYS - 1), '00:00');

/** 10:30, when the tasks of the day before are decided: what came of the visits of a month ago. */
export function measureJob(): DailyJob {
  return {
    name: 'visit-results',
    at: '10:30',
    plan: async (tx, date) => cutIds(...(await unmeasuredSpan(tx, leftBefore(date))), CHUNK),
    runChunk: (tx, date, range) => storeMeasured(tx, date, leftBefore(date), range),
  };
}
