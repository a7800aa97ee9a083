export default definePageConfig({ navigationBarTitleText: '依法查处' });
