import type { Config } from '../core/config';

/** Opens a page of the mini-program inside DingTalk, on phones and on the desktop. `page` comes without a leading slash. */
export function miniAppLink(
  { corpId, agentId, miniAppId }: Extract<Config['workChat'], { kind: 'dingtalk' }>,
  page: string,
): string {
  const query = new URLSearchParams({ corpId, agentId, miniAppId, pVersion: '1', packageType: '1', page });
  return `dingtalk://dingtalkclient/action/open_micro_app?${query.toString()}`;
}
