// @jupyterlab/notebook lists this package but imports it in its test utilities only.
export {};
