import Taro from '@tarojs/taro';

/** The pages of the app, by what they are. */
export const pages = {
  today: '/pages/officer/today/index',
  scan: '/pages/officer/scan/index',
  checklist: '/pages/officer/checklist/index',
  annotate: '/pages/officer/annotate/index',
  sent: '/pages/officer/sent/index',
  report: '/pages/officer/report/index',
  outbox: '/pages/officer/outbox/index',
  finding: '/pages/officer/finding/index',
  leave: '/pages/officer/leave/index',
  suspension: '/pages/officer/suspension/index',
  township: '/pages/township/home/index',
  verify: '/pages/township/verify/index',
  warning: '/pages/township/warning/index',
  enterprise: '/pages/township/enterprise/index',
  numbers: '/pages/township/numbers/index',
  visits: '/pages/township/visits/index',
  visit: '/pages/township/visit/index',
  supervision: '/pages/township/supervision/index',
  stay: '/pages/township/stay/index',
  cases: '/pages/township/cases/index',
  case: '/pages/township/case/index',
  code: '/pages/code/home/index',
  codeAct: '/pages/code/act/index',
  codeDays: '/pages/code/days/index',
  lookers: '/pages/code/lookers/index',
  credit: '/pages/code/credit/index',
  signIn: '/pages/shared/sign-in/index',
  privacy: '/pages/shared/privacy/index',
  help: '/pages/shared/help/index',
} as const;

type Params = Readonly<Record<string, string>>;

function urlOf(page: keyof typeof pages, params: Params): string {
  const query = Object.entries(params)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
  return query === '' ? pages[page] : `${pages[page]}?${query}`;
}

/** Opens a page on top of this one. */
export function open(page: keyof typeof pages, params: Params = {}): void {
  void Taro.navigateTo({ url: urlOf(page, params) });
}

/** Opens a page in place of this one: going back must not return here. */
export function replace(page: keyof typeof pages, params: Params = {}): void {
  void Taro.redirectTo({ url: urlOf(page, params) });
}

/** Begins again at a page. */
export function restart(page: keyof typeof pages, params: Params = {}): void {
  void Taro.reLaunch({ url: urlOf(page, params) });
}

export function goBack(): void {
  if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
  else restart('today');
}

/** A parameter as it was put in; chat apps hand it over still encoded. */
export function decoded(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

export function toast(title: string): void {
  void Taro.showToast({ title, icon: 'none', duration: 2500 });
}
