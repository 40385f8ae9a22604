/** A message of a package to the console that says nothing to anybody here. */
const messages = [
  {
    file: /yjs\/dist\/yjs\.mjs$/,
    // JupyterLab makes a cell's undo manager a moment before the cell joins its document, and yjs
    // warns of that once per cell although nothing is wrong.
    found: /if \(ytype\.doc !== this\.doc\) [\w.$]*warn\('\[yjs#509\][^)]*\)/,
    instead: '',
  },
  {
    file: /@jupyterlab\/services\/lib\/kernel\/default\.js$/,
    // Said at every restart that the reader asks for; the title bar shows a connection that is lost.
    found: /console\.warn\(`Connection lost, reconnecting/,
    instead: 'console.debug(`Connection lost, reconnecting',
  },
];

export const quietFiles = messages.map(({ file }) => file);

/** A loader that takes such messages out. Where a package has changed, the build says so. */
export default function quiet(source) {
  const message = messages.find(({ file }) => file.test(this.resourcePath));
  if (!message.found.test(source)) {
    throw new Error(`app/quiet.mjs: ${this.resourcePath} no longer has the message to leave out.`);
  }
  return source.replace(message.found, message.instead);
}
