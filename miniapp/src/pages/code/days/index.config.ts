export default definePageConfig({ navigationBarTitleText: '颜色和分数的变化' });
