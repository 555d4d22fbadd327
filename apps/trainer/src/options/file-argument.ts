import type { Command } from 'commander';

/** Lets the option `key` of a command stand without its name: `dppo import policy.pt` for `--weights policy.pt`. */
export function fileArgument(command: Command, key: string): Command {
  return command
    .usage(`[${key}] [options]`)
    .allowExcessArguments()
    .hook('preAction', (_, { args }) => {
      if (args.length > 1) throw new Error(`found the files ${args.join(' ')}, wanted one`);
      if (args.length === 1) command.setOptionValue(key, args[0]);
    });
}
