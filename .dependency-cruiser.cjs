/**
 * main -> app -> routes -> service -> (rules, policy, store) -> model -> core.
 * Features meet only through their index.ts; gateways know no feature; production code knows no stand-in.
 * scripts/test.ts also asserts how many modules were seen, so that an empty run cannot pass.
 */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-knows-nobody',
      severity: 'error',
      from: { path: '^bff/src/core/' },
      to: { path: '^bff/src/(?!core/)' },
    },
    {
      name: 'gateways-know-no-feature',
      severity: 'error',
      from: { path: '^bff/src/gateways/' },
      to: { path: '^bff/src/(features|app|main)' },
    },
    {
      name: 'features-meet-at-index',
      severity: 'error',
      from: { path: '^bff/src/features/([^/]+)/' },
      to: { path: '^bff/src/features/(?!$1/)[^/]+/(?!index\\.ts$)' },
    },
    {
      name: 'only-app-composes',
      severity: 'error',
      from: { path: '^bff/src/features/' },
      to: { path: '^bff/src/(app|main)' },
    },
    {
      name: 'rules-and-policy-are-pure',
      severity: 'error',
      comment:
        'rules and policy: no I/O, no clock. (What webhook.rules takes from net computes and opens nothing: isIP, BlockList.)',
      from: { path: '\\.(rules|policy)\\.ts$', pathNot: '/webhook\\.rules\\.ts$' },
      to: {
        path: '(\\.(store|model|service|routes|jobs|handlers)\\.ts$|^bff/src/core/(database|jobs|events|logger)|^bff/src/gateways/|^(node:)?(fs|http|https|net|child_process)$)',
      },
    },
    {
      name: 'stores-below-services',
      severity: 'error',
      from: { path: '\\.(store|model)\\.ts$' },
      to: { path: '\\.(service|routes|handlers|jobs)\\.ts$' },
    },
    {
      name: 'services-below-routes',
      severity: 'error',
      from: { path: '\\.service\\.ts$' },
      to: { path: '\\.(routes|jobs|handlers)\\.ts$' },
    },
    {
      name: 'production-knows-no-stand-in',
      severity: 'error',
      from: { path: '^bff/' },
      to: { path: '^(tests|scripts)/' },
    },
    {
      name: 'phone-takes-types-only',
      severity: 'error',
      comment: 'the phone app knows the wire by its types; no code of the bff gets into it, and only api/ looks there',
      from: { path: '^miniapp/' },
      to: { path: '^bff/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'phone-schemas-only',
      severity: 'error',
      from: { path: '^miniapp/' },
      to: { path: '^bff/(?!.*\\.schema\\.ts$)' },
    },
    {
      name: 'one-door-to-the-wire',
      severity: 'error',
      from: { path: '^miniapp/src/(?!api/)' },
      to: { path: '^bff/' },
    },
    {
      name: 'offline-knows-no-screen',
      severity: 'error',
      from: { path: '^miniapp/src/(offline|device|api)/' },
      to: { path: '^miniapp/src/pages/' },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^bff/' }, to: {} },
    { name: 'no-dev-packages', severity: 'error', from: { path: '^bff/' }, to: { dependencyTypes: ['npm-dev'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
