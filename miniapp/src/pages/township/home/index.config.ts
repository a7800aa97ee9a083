export default definePageConfig({ enablePullDownRefresh: true, navigationBarTitleText: '环境自巡查' });
