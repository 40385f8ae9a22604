import { createRequire } from 'node:module';
import path from 'node:path';
import { rspack } from '@rspack/core';
import { quietFiles } from './quiet.mjs';

const require = createRequire(import.meta.url);
const here = import.meta.dirname;

/** Small SVGs of JupyterLab's style sheets travel inside the sheet. */
const svgDataUri = (content) =>
  `data:image/svg+xml,${encodeURIComponent(String(content).replace(/\s+/g, ' '))}`;

const rules = [
  {
    test: /\.tsx?$/,
    exclude: /node_modules/,
    loader: 'builtin:swc-loader',
    options: {
      jsc: {
        parser: { syntax: 'typescript', tsx: true },
        transform: { react: { runtime: 'automatic' } },
        target: 'es2022',
      },
    },
    type: 'javascript/auto',
  },
  { test: /\.raw\.css$/, type: 'asset/source' },
  {
    test: /(?<!\.raw)\.css$/,
    use: [rspack.CssExtractRspackPlugin.loader, require.resolve('css-loader')],
  },
  { test: /\.(woff2?|ttf|eot|png|jpe?g|gif)(\?.*)?$/, type: 'asset/resource' },
  {
    test: /\.svg(\?.*)?$/,
    issuer: /\.css$/,
    type: 'asset/inline',
    generator: { dataUrl: svgDataUri },
  },
  { test: /\.svg(\?.*)?$/, issuer: /\.[jt]sx?$/, type: 'asset/source' },
  { test: quietFiles, loader: path.join(here, 'quiet.mjs') },
  // JupyterLab's packages import each other's files without extensions.
  { test: /\.m?js$/, type: 'javascript/auto', resolve: { fullySpecified: false } },
];

/**
 * The theme's script runs before the first paint, so that a dark page never flashes white;
 * everything else is deferred. No script stands in the page itself: its CSP forbids that.
 */
const page = new rspack.HtmlRspackPlugin({
  template: path.join(here, 'src/index.html'),
  filename: 'index.html',
  chunks: ['early', 'main'],
  chunksSortMode: 'manual',
  scriptLoading: 'defer',
  inject: 'head',
  minify: false,
});

/** Takes `defer` off the script that must run before the first paint. */
class EarlyScript {
  apply(compiler) {
    compiler.hooks.compilation.tap('EarlyScript', (compilation) => {
      const { alterAssetTags } = rspack.HtmlRspackPlugin.getCompilationHooks(compilation);
      alterAssetTags.tapPromise('EarlyScript', async (data) => {
        for (const { attributes } of data.assetTags.scripts) {
          if (/\/early\./.test(attributes.src)) delete attributes.defer;
        }
        return data;
      });
    });
  }
}

export const configuration = (mode) => ({
  mode,
  context: here,
  target: 'web',
  devtool: mode === 'production' ? false : 'cheap-module-source-map',
  entry: {
    early: './src/platform/early-theme.ts',
    main: './src/main.ts',
  },
  output: {
    path: path.join(here, 'dist'),
    publicPath: '/static/',
    filename: '[name].[contenthash:8].js',
    chunkFilename: '[name].[contenthash:8].js',
    assetModuleFilename: 'assets/[name].[contenthash:8][ext]',
    clean: true,
  },
  resolve: {
    extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    // `source`: explorables use the library's own files, as everything else of ours does.
    conditionNames: ['source', '...'],
    fallback: {
      buffer: false,
      crypto: false,
      fs: false,
      url: false,
      util: false,
      path: require.resolve('path-browserify'),
      process: require.resolve('process/browser'),
    },
  },
  module: { rules },
  plugins: [
    new rspack.ProvidePlugin({ process: 'process/browser' }),
    new rspack.CssExtractRspackPlugin({
      filename: '[name].[contenthash:8].css',
      chunkFilename: '[name].[contenthash:8].css',
      ignoreOrder: true,
    }),
    page,
    new EarlyScript(),
  ],
  optimization: { splitChunks: { chunks: 'async' } },
  performance: { hints: false },
  node: { __dirname: 'mock' },
});
