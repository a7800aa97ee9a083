/** Below pages/township: another package for WeChat, where officers need none of it. */
const TOWNSHIP = [
  'home/index',
  'verify/index',
  'warning/index',
  'enterprise/index',
  'numbers/index',
  'visits/index',
  'visit/index',
  'supervision/index',
  'stay/index',
  'cases/index',
  'case/index',
];
/** Below pages/code: what an officer opens now and then, apart from what he needs every day. */
const CODE = ['home/index', 'act/index', 'days/index', 'lookers/index', 'credit/index'];
/** DingTalk is where officials work: it has everything in one package. */
const apart = process.env['TARO_ENV'] === 'weapp';

export default defineAppConfig({
  pages: [
    'pages/officer/today/index',
    'pages/officer/scan/index',
    'pages/officer/checklist/index',
    'pages/officer/annotate/index',
    'pages/officer/sent/index',
    'pages/officer/report/index',
    'pages/officer/outbox/index',
    'pages/officer/finding/index',
    'pages/officer/leave/index',
    'pages/officer/suspension/index',
    'pages/shared/sign-in/index',
    'pages/shared/privacy/index',
    'pages/shared/help/index',
    ...(apart ? [] : TOWNSHIP.map((page) => `pages/township/${page}`)),
    ...(apart ? [] : CODE.map((page) => `pages/code/${page}`)),
  ],
  ...(apart
    ? {
        subPackages: [
          { root: 'pages/township', pages: TOWNSHIP },
          { root: 'pages/code', pages: CODE },
        ],
      }
    : {}),
  window: {
    navigationStyle: 'custom',
    navigationBarTitleText: '环境自巡查',
    // By day and by night: theme.json. Without it WeChat leaves a dark status bar on a dark page.
    ...(apart
      ? { navigationBarTextStyle: '@barText', backgroundColor: '@page', backgroundTextStyle: '@pullText' }
      : { navigationBarTextStyle: 'black', backgroundColor: '#F3F4F1', backgroundTextStyle: 'dark' }),
  },
  darkmode: true,
  ...(apart ? { themeLocation: 'theme.json' } : {}),
  permission: { 'scope.userLocation': { desc: '只在扫码和拍照的那一刻读取，证明人在现场' } },
  requiredPrivateInfos: ['getLocation'],
  __usePrivacyCheck__: true,
  lazyCodeLoading: 'requiredComponents',
});
