import { Text, View } from '@tarojs/components';
import { dayWords, weekday } from '../../../api/clock';
import type { WeekList } from '../../../api/types';
import { Group, StateCard, Tile, typeIcon } from '../../../components/kit';
import { words } from '../../../words';

/** Tomorrow, or the week ahead. */
export function WeekDays({ days }: { days: WeekList['days'] }) {
  return (
    <>
      {days.map(({ date, points }) => (
        <View key={date} className="pager">
          <Group title={`${dayWords(date)} ${weekday(date)}`}>{words.today.dayCount(points.length)}</Group>
          {points.length === 0 ? (
            days.length === 1 ? (
              <StateCard icon="calendar" tone="quiet" title={words.today.dayCount(0)} />
            ) : null
          ) : (
            <View className="card flush">
              {points.map((point) => (
                <View key={point.id} className="item middle">
                  <Tile icon={typeIcon(point.type)} tone="quiet" />
                  <View className="grow">
                    <View className="item-title">
                      <Text>{point.name}</Text>
                      <Text className="item-code">{point.code}</Text>
                    </View>
                    <View className="task-line">{point.place}</View>
                  </View>
                </View>
              ))}
            </View>
          )}
        </View>
      ))}
    </>
  );
}
