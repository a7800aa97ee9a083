import type { Core, Feature } from '../../core/feature';
import { checklistEndpoints } from './checklist.routes';
import { ChecklistReader } from './checklist.store';

export { answer as answerSchema, item as itemSchema, severity } from './checklist.schema';
export type { Answer, Item, Severity } from './checklist.schema';
export { ChecklistReader } from './checklist.store';
export type { Checklist } from './checklist.store';
export { answerFault, itemsFor, judge, limitOf, needsPhoto } from './judge.rules';
export type { ItemHistory, Judgement, PointFacts } from './judge.rules';
export { seedChecklists } from './seed.service';

export interface Checklists extends Feature {
  reader: ChecklistReader;
}

/** Checklists as versioned data, and the judgement of answers by them. */
export function buildChecklists(core: Core): Checklists {
  const reader = new ChecklistReader();
  return { endpoints: checklistEndpoints(core, reader), reader };
}
