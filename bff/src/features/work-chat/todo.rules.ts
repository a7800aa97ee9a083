export type TodoStep = 'nothing' | 'create' | 'update' | 'finish';

/** What the platform has to be told so that the todo stands as the warning does. Nobody's turn: nobody's todo. */
export function todoStep(exists: boolean, closed: boolean, executors: number): TodoStep {
  if (closed || executors === 0) return exists ? 'finish' : 'nothing';
  return exists ? 'update' : 'create';
}

/** The line in the list of todos. */
export function todoSubject(level: string, rule: string, about: string): string {
  return `${level === 'major' ? '重大预警' : '预警'}：${rule}（${about}）`;
}
