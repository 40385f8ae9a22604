import { Command } from 'commander';
export const checkCommand = (): Command => new Command('check');
