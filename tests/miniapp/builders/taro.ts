/** Taro for component tests: remembers where the app wanted to go. */
export const visited: string[] = [];

const go = ({ url }: { url: string }): Promise<void> => {
  visited.push(url);
  return Promise.resolve();
};

export const useLoad = (work: () => void): void => work();
export const useDidShow = (): void => undefined;
export const useRouter = (): { params: Record<string, string> } => ({ params: {} });

export default {
  navigateTo: go,
  redirectTo: go,
  reLaunch: go,
  getCurrentPages: (): unknown[] => [],
  showToast: (): Promise<void> => Promise.resolve(),
};
