import { Text, View } from '@tarojs/components';
import { sessionStore } from '../../../api/session';
import { Button, Group, Screen } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { device } from '../../../device/platform';
import { words } from '../../../words';

/** The day in five steps, and what to do when something is in the way. */
export default function Help() {
  const specialist = useStore(sessionStore).person?.specialist ?? null;
  return (
    <Screen
      title={words.help.title}
      inner
      foot={
        specialist === null ? undefined : (
          <Button icon="phone" onTap={() => device.call(specialist.mobile)}>
            {words.common.call(specialist.name)}
          </Button>
        )
      }
    >
      <View className="card flush">
        {words.help.steps.map(([title, text], index) => (
          <View key={title} className="item plain">
            <Text className="strong ink-brand">{index + 1}</Text>
            <View className="grow">
              <View className="strong">{title}</View>
              <View className="note">{text}</View>
            </View>
          </View>
        ))}
      </View>
      <Group title={words.help.problems} />
      {words.help.answers.map(([title, text]) => (
        <View key={title} className="card">
          <View className="strong">{title}</View>
          <View className="note">{text}</View>
        </View>
      ))}
    </Screen>
  );
}
