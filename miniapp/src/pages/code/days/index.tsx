import { Text, View } from '@tarojs/components';
import { api } from '../../../api/client';
import { dayWords } from '../../../api/clock';
import { currentPerson } from '../../../api/session';
import type { CodeDays } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { Group, Screen, StateCard } from '../../../components/kit';
import { mine } from '../mine';
import { words } from '../words';
import { movesOf, type Move } from './moves';
import '../code.css';

const say = words.days;
const DAYS = 90;
const H5 = process.env['TARO_ENV'] === 'h5';
type Day = CodeDays['rows'][number];

/** How the code has been: a day a column, and every change with its reason. */
export default function DaysPage() {
  return (
    <Fetched
      title={say.title}
      failed={say.failed}
      failedHow={say.failedHow}
      fetch={() => api.codeDays(mine(), DAYS)}
      kept="code-days"
    >
      {({ rows }) => (
        <Screen title={say.title} line={currentPerson()?.enterprise?.name ?? ''} inner>
          {rows.length === 0 ? (
            <StateCard icon="calendar" title={say.none}>
              {say.noneHow}
            </StateCard>
          ) : (
            <History days={rows} />
          )}
        </Screen>
      )}
    </Fetched>
  );
}

function History({ days }: { days: readonly Day[] }) {
  const moves = movesOf(days);
  const scores = days.map(({ score }) => score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const colours = [...new Set(days.map(({ colour }) => colour))].map((colour) =>
    say.coloured(days.filter((day) => day.colour === colour).length, words.code.colours[colour]),
  );
  const first = days[0]?.day ?? '';
  const last = days[days.length - 1]?.day ?? '';
  return (
    <>
      <View className="card">
        <View className="pair">
          <Text className="strong">{colours.join('，')}</Text>
          <Text className="small">{say.lowest(low)}</Text>
        </View>
        <View className="code-days" {...(H5 ? { role: 'img', 'aria-label': say.chart(days.length, low, high) } : {})}>
          {days.map(({ day, colour, score }) => (
            <View key={day} className={`code-day ${colour}`} style={{ height: `${Math.max(4, score)}%` }} />
          ))}
        </View>
        <View className="code-ends">
          <Text>{dayWords(first)}</Text>
          <Text>{dayWords(last)}</Text>
        </View>
      </View>
      <Group title={say.moves} />
      <View className="card flush">
        {moves.length === 0 ? <View className="item plain">{say.noMoves}</View> : null}
        {moves.map((move) => (
          <Row key={move.day} move={move} />
        ))}
      </View>
    </>
  );
}

function Row({ move: { day, from, to, reasons } }: { move: Move }) {
  const { short, score } = words.code;
  return (
    <View className="item plain">
      <View className="grow">
        <View className="pair">
          <Text className="strong">{dayWords(day)}</Text>
          <Text>{from.score === to.score ? score(to.score) : `${from.score} → ${score(to.score)}`}</Text>
        </View>
        <View className="small">
          {[from.colour === to.colour ? '' : say.turned(short[from.colour], short[to.colour]), ...reasons]
            .filter(Boolean)
            .join(' · ')}
        </View>
      </View>
    </View>
  );
}
