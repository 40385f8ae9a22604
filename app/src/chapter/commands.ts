/** The commands that the title bar and the keys run; those of JupyterLab keep their names. */
export const commandIds = {
  runAll: 'lectern:run-all',
  interrupt: 'notebook:interrupt-kernel',
  restart: 'notebook:restart-kernel',
  changeKernel: 'notebook:change-kernel',
  checkAll: 'lectern:check-all',
  submit: 'lectern:submit',
  addCode: 'lectern:add-code',
  addText: 'lectern:add-text',
} as const;
