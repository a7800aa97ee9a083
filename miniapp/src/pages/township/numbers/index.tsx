import { Text, View } from '@tarojs/components';
import { api } from '../../../api/client';
import { dayWords, shortDate, timeOf } from '../../../api/clock';
import type { Statistics } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { Pair, Screen } from '../../../components/kit';
import type { Trouble } from '../../../offline/day';
import { TroubleNote } from '../../officer/today/trouble';
import { Bars } from '../bars';
import { words } from '../words';
import '../township.css';

const say = words.numbers;

/** One's own region in numbers: how much was reported, what is open, where it stands among its neighbours. */
export default function NumbersPage() {
  return (
    <Fetched
      title={say.title}
      failed={say.failed}
      failedHow={say.failedHow}
      fetch={() => api.statistics()}
      kept="statistics"
    >
      {(numbers, _, trouble) => <Numbers numbers={numbers} trouble={trouble} />}
    </Fetched>
  );
}

function Numbers({ numbers, trouble }: { numbers: Statistics; trouble: Trouble | undefined }) {
  const { findings, warnings, visits, ranking, days } = numbers;
  const rates = [
    [say.today, numbers.today],
    [say.week, numbers.week],
    [say.month, numbers.month],
  ] as const;
  return (
    <Screen title={say.title} line={`${numbers.region.name} · ${words.township.data(timeOf(numbers.at))}`} inner>
      {trouble === undefined ? null : <TroubleNote trouble={trouble} at={timeOf(numbers.at)} />}
      <View className="card">
        <View className="strong">{say.completion}</View>
        <View className="figures">
          {rates.map(([name, rate]) => (
            <View key={name} className="figure-box">
              <Text className="figure">{rate.percent === null ? '–' : say.percent(rate.percent)}</Text>
              <View className="note">{name}</View>
              <View className="small">{rate.due === 0 ? say.none : say.of(rate.done, rate.due)}</View>
            </View>
          ))}
        </View>
      </View>
      <View className="card">
        <View className="strong">{say.days}</View>
        <View className="small">{say.daysHow}</View>
        <Bars
          bars={days.map((day) => ({
            key: day.date,
            share: day.due === 0 ? 0 : day.done / day.due,
            look: day.due === 0 ? 'none' : day.missed > 0 ? 'part' : undefined,
          }))}
          label={days.map((day) => say.day(dayWords(day.date), day.done, day.due)).join('，')}
          axis={[shortDate(days[0]?.date ?? ''), say.daysMissed, shortDate(days[days.length - 1]?.date ?? '')]}
        />
      </View>
      {ranking === null || ranking.of < 2 ? null : (
        <View className="card">
          <View className="strong">{say.place(ranking.place, ranking.of)}</View>
          <View className="small">{say.placeHow}</View>
          <Bars
            bars={ranking.rates.map((rate, index) => ({
              key: String(index),
              share: rate.percent / 100,
              look: rate.own ? 'own' : 'other',
            }))}
            label={ranking.rates.map((rate) => `${rate.own ? say.own : say.other} ${rate.percent}%`).join('，')}
            axis={[
              say.percent(ranking.rates[0]?.percent ?? 0),
              say.percent(ranking.rates[ranking.rates.length - 1]?.percent ?? 0),
            ]}
          />
        </View>
      )}
      <View className="card">
        <View className="strong">{say.findings}</View>
        <Pair name={say.findingsOpen}>{say.count(findings.open)}</Pair>
        <Pair name={say.findingsOverdue}>{say.count(findings.overdue)}</Pair>
        <Pair name={say.findingsSubmitted}>{say.count(findings.submitted)}</Pair>
        <Pair name={say.opened}>{say.count(findings.opened)}</Pair>
        <Pair name={say.closed}>{say.count(findings.closed)}</Pair>
      </View>
      <View className="card">
        <View className="strong">{say.warnings}</View>
        <Pair name={say.warningsOpen}>{say.count(warnings.open)}</Pair>
        <Pair name={say.warningsMajor}>{say.count(warnings.major)}</Pair>
        <Pair name={say.warningsLate}>{say.count(warnings.late)}</Pair>
        <Pair name={say.opened}>{say.count(warnings.opened)}</Pair>
        <Pair name={say.closed}>{say.count(warnings.closed)}</Pair>
      </View>
      <View className="card">
        <View className="strong">{say.visits}</View>
        <Pair name={say.visitsMade}>{say.times(visits.made)}</Pair>
        <Pair name={say.visitsTo}>{say.homes(visits.enterprises)}</Pair>
        <Pair name={say.visitsPlanned}>{say.times(visits.planned)}</Pair>
      </View>
    </Screen>
  );
}
