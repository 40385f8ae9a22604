import { JupyterFrontEnd } from '@jupyterlab/application';
import { Base64ModelFactory } from '@jupyterlab/docregistry';
import type { LecternShell } from './shell.ts';

/** The application: JupyterLab's plugin host around our own shell. */
export class LecternApp extends JupyterFrontEnd<LecternShell> {
  constructor(options: JupyterFrontEnd.IOptions<LecternShell>) {
    super(options);
    this.docRegistry.addModelFactory(new Base64ModelFactory());
  }

  readonly name = 'Lectern';
  readonly namespace = 'lectern';
  readonly version = '0.1.0';
}
