/** What Node.js was called with to be this command. */
export const program = (): readonly string[] => [...process.execArgv, process.argv[1]];
