import { type ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';

/** What JupyterLab says, said for the readers of a course. */
const reworded: Readonly<Record<string, string>> = {
  'File Changed': 'This chapter was changed elsewhere',
  '"%1" has changed on disk since the last time it was opened or saved.\nDo you want to overwrite the file on disk with the version open here,\nor load the version on disk (revert)?':
    'Another tab or program has saved “%1” since this page did. Keep what you see here, or load what was saved there? The other version is then gone.',
  Overwrite: 'Keep this page',
  Revert: 'Load the other',
  'Restart Kernel?': 'Restart the kernel?',
  'Do you want to restart the kernel of %1? All variables will be lost.':
    'All variables are forgotten. What stands in the cells stays, and so do their outputs.',
  'Kernel Restarting': 'The kernel has stopped',
  'The kernel for %1 appears to have died. It will restart automatically.':
    'It ended by itself (perhaps it ran out of memory) and is started again. Its variables are gone; run the cells you need once more.',
};

function inOurWords(bundle: TranslationBundle): TranslationBundle {
  const say = (text: string, ...values: string[]) => bundle.__(reworded[text] ?? text, ...values);
  return Object.assign(Object.create(bundle) as TranslationBundle, { __: say, gettext: say });
}

/** English, with JupyterLab's longest sentences in the course's own words. */
export const words: ITranslator = {
  languageCode: nullTranslator.languageCode,
  load: (domain) => inOurWords(nullTranslator.load(domain)),
};
