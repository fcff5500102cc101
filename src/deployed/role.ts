/** Roles of a collector, in the order in which a trace passes them. */
export const roles = ['agent', 'receiver', 'gateway'] as const;
export type Role = (typeof roles)[number];
