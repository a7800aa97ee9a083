/** ESM-only packages are transformed too: jest's own loader cannot require them on Node 20. */
module.exports = {
  rootDir: '..',
  testMatch: ['<rootDir>/tests/**/*.test.ts', '<rootDir>/tests/**/*.test.tsx'],
  testEnvironment: 'node',
  // Components are tested without a platform: Taro's become plain elements, style sheets nothing.
  moduleNameMapper: {
    '^@tarojs/components$': '<rootDir>/tests/miniapp/builders/taro-components.tsx',
    '^@tarojs/taro$': '<rootDir>/tests/miniapp/builders/taro.ts',
    '/device/platform$': '<rootDir>/tests/miniapp/builders/platform.ts',
    '\\.css$': '<rootDir>/tests/miniapp/builders/no-style.ts',
  },
  transform: {
    '^.+\\.tsx$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2022',
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'commonjs' },
      },
    ],
    '^.+\\.[cm]?[tj]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(@seriousme|@noble|hucre|jose|qr)/)'],
  setupFilesAfterEnv: ['<rootDir>/tests/record-statements.ts'],
  globalSetup: '<rootDir>/tests/global-setup.ts',
  globalTeardown: '<rootDir>/tests/global-teardown.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
};
