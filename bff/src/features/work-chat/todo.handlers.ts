import type { Clock } from '../../core/clock';
import type { EventHandler } from '../../core/events';
import { wantTodo, wantTodosAround } from './todo.store';

/** Steps after which the todo has other people, another time, or is done. */
const WARNING_STEPS = ['opened', 'joined', 'escalated', 'snoozed', 'reopened', 'eased', 'returned', 'closed'];
/** Steps after which a person can be given todos, or cannot any more. */
const PERSON_STEPS = ['bound', 'rebound', 'unbound', 'disabled', 'enabled'];

export function todoHandlers(clock: Clock): EventHandler[] {
  return [
    ...WARNING_STEPS.map((step): EventHandler => ({
      type: `warning.${step}`,
      handle: (tx, { subject }) => wantTodo(tx, Number(subject.id), clock.now()),
    })),
    ...PERSON_STEPS.map((step): EventHandler => ({
      type: `person.${step}`,
      handle: (tx, { subject }) => wantTodosAround(tx, Number(subject.id), clock.now()),
    })),
  ];
}
