import { fakePhone } from './fake-phone';

/** Stands where a build puts the platform's own device. */
export const device = fakePhone();
