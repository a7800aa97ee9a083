import { View } from '@tarojs/components';
import { Screen } from '../../../components/kit';
import { words } from '../../../words';

/** What is read, where it lies, who sees it. */
export default function Privacy() {
  return (
    <Screen title={words.privacy.title} line={words.privacy.updated} inner>
      {words.privacy.parts.map(([title, text]) => (
        <View key={title} className="card">
          <View className="strong">{title}</View>
          <View className="note">{text}</View>
        </View>
      ))}
    </Screen>
  );
}
