import { currentPerson } from '../../api/session';

/** The officer's enterprise, once the phone has read who he is. */
export const mine = (): string => currentPerson()?.enterprise?.id ?? '0';
