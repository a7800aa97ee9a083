export default definePageConfig({ navigationBarTitleText: '异议和修复' });
