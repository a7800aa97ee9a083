import type { Device } from './device';

/** Resolved at build time to platform.weapp.ts, platform.dd.ts or platform.h5.ts. */
export declare const device: Device;
