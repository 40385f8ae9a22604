/** The library, with the ONNX back end in use. */

export * from './browser.ts';
