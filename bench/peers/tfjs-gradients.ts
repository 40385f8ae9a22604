/**
 * Registers TensorFlow.js' gradients. The build of `tfjs-core` for Node leaves them out, and the
 * package that has them weighs 290 MB; but they lie beside it as modules, only without the file
 * extensions that Node wants. Registries and engine are global, so both builds share them.
 */
import { registerHooks } from 'node:module';

const hooks = registerHooks({
  resolve(specifier, context, next) {
    const isInside = context.parentURL?.includes('/tfjs-core/dist/') && specifier.startsWith('.');
    if (!isInside) return next(specifier, context);
    try {
      return next(`${specifier}.js`, context);
    } catch {
      return next(specifier, context);
    }
  },
});
await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
hooks.deregister();
