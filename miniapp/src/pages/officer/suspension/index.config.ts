export default definePageConfig({ navigationBarTitleText: '停产报备' });
