import { open } from '../../components/go';

/** On the way to an enterprise; `reason` is why one goes although it is to be left alone. */
export function setOut(enterpriseId: string, reason?: string): void {
  open('visit', { enterprise: enterpriseId, ...(reason === undefined ? {} : { reason }) });
}
