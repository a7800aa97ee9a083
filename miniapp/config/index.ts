import { defineConfig } from '@tarojs/cli';
import type { Compiler } from 'webpack';

/** Writes files.json: what the service worker keeps on the phone. */
class FileList {
  apply(compiler: Compiler): void {
    compiler.hooks.emit.tap('FileList', (compilation) => {
      const names = Object.keys(compilation.assets).filter((name) => /\.(js|css)$/.test(name) && name !== 'sw.js');
      const text = JSON.stringify(names.sort());
      compilation.emitAsset('files.json', new compiler.webpack.sources.RawSource(text));
    });
  }
}

/** One code base, three builds: TARO_ENV is weapp (WeChat), dd (DingTalk) or h5 (browser). */
export default defineConfig({
  projectName: 'huzhou-self-inspection',
  date: '2026-11-23',
  designWidth: 390,
  deviceRatio: { 390: 1 },
  sourceRoot: 'src',
  outputRoot: `dist/${process.env['TARO_ENV'] ?? ''}`,
  framework: 'react',
  compiler: { type: 'webpack5', prebundle: { enable: false } },
  cache: { enable: false },
  plugins: [
    '@tarojs/plugin-framework-react',
    '@tarojs/plugin-platform-weapp',
    '@tarojs/plugin-platform-alipay-dd',
    '@tarojs/plugin-platform-h5',
  ],
  defineConstants: {
    // Where the bff answers. The browser build is served by it; the chat apps need an absolute https address.
    API_ORIGIN: JSON.stringify(process.env['PUBLIC_URL'] ?? 'https://inspection.example.gov.cn'),
    CORP_ID: JSON.stringify(process.env['DINGTALK_CORP_ID'] ?? ''),
  },
  // Words as they are: escaped, each character of Chinese would take six bytes instead of three.
  terser: { enable: true, config: { output: { ascii_only: false } } },
  ...(process.env['TARO_ENV'] === 'h5'
    ? { copy: { patterns: [{ from: 'src/sw.js', to: 'dist/h5/sw.js' }], options: {} } }
    : {}),
  // All sizes are written in px that scale with --text; Taro must not turn them into rpx or rem.
  // What only the township's package uses goes into that package, not into the one that every officer waits for.
  mini: { optimizeMainPackage: { enable: true }, postcss: { pxtransform: { enable: false } } },
  h5: {
    publicPath: './',
    staticDirectory: 'static',
    router: { mode: 'hash' },
    // Without this each page would carry its own copy of React and of the components.
    webpackChain: (chain) => {
      chain.plugin('file-list').use(FileList);
      chain.optimization.splitChunks({
        chunks: 'all',
        minSize: 20_000,
        cacheGroups: {
          vendors: {
            test: /[\\/]node_modules[\\/](?!qr[\\/])/,
            name: 'vendors',
            chunks: 'all',
            priority: 10,
            enforce: true,
          },
          shared: {
            test: /[\\/]src[\\/](api|offline|device|components|words)/,
            name: 'shared',
            chunks: 'all',
            priority: 5,
            enforce: true,
          },
        },
      });
    },
    output: { filename: 'js/[name].[contenthash:8].js', chunkFilename: 'js/[name].[contenthash:8].js' },
    miniCssExtractPluginOption: {
      filename: 'css/[name].[contenthash:8].css',
      chunkFilename: 'css/[name].[contenthash:8].css',
    },
    postcss: { autoprefixer: { enable: true }, pxtransform: { enable: false } },
  },
});
