/** Since when there has been something to inspect: a clean record needs it. */
export const WATCHED = 'watched';

/** Codes by the table that brings them; how far back each table is read follows from them. */
export const FINDING_CODES = ['H05', 'H06', 'H07', 'H15', 'H16', 'H17', 'H18', 'B02', 'recurrence'] as const;
export const TASK_CODES = { missed: ['H01'], late: ['H02'], rejected: ['H09'] } as const;

/** Petitions and penalties; the vetoes come from there, too. */
export const DOSSIER_CODES = [
  'H20',
  'H21',
  'H22',
  'H23',
  'H24',
  'data_falsification',
  'hidden_pipe',
  'detention',
  'environmental_crime',
  'major_accident',
] as const;

/** What an official may enter, beside all vetoes: facts that no other table knows. */
export const ENTERED_CODES = ['H03', 'H10', 'H11', 'H12', 'H13', 'H14', 'H19', 'B03'] as const;
