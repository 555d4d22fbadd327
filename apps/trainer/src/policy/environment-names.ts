/** What a policy can be for. */
export const environmentNames = ['hopper', 'walker2d', 'halfcheetah', 'avoid'] as const;

export type EnvironmentName = (typeof environmentNames)[number];
