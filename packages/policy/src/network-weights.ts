/** The weights of the network among `params`, those of a policy, without what is learned beside it: η, or the noise of a flow. */
export function networkWeights<T>(params: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !/^(eta|noise)\./.test(name)));
}
