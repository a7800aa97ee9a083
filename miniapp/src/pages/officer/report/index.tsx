import { Image, Text, View } from '@tarojs/components';
import Taro, { useLoad, useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, timeOf } from '../../../api/clock';
import type { Answer, Item, Report } from '../../../api/types';
import { Group, Pair, Screen, Skeleton, State, Tap } from '../../../components/kit';
import { troubleOf, type Trouble } from '../../../offline/day';
import { keep } from '../../../offline/keep';
import { ready } from '../../../offline/start';
import { words } from '../../../words';
import { TroubleCard } from '../today/trouble';
import './report.css';

type Judged = Answer & { state: 'normal' | 'abnormal' | 'na'; severity?: string; reason?: string };

/** A report as it was sent, beside the checklist of that day. */
export default function ReportPage() {
  const { params } = useRouter();
  const id = params['id'] ?? '';
  const [report, setReport] = useState<Report>();
  const [trouble, setTrouble] = useState<Trouble>();
  const load = async () => {
    await ready;
    setTrouble(undefined);
    setReport(await keep.get<Report>(`report/${id}`));
    try {
      setReport(await api.report(id));
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  };
  useLoad(() => void load());
  if (report === undefined) {
    return (
      <Screen title={words.report.title} inner>
        {trouble === undefined ? (
          <Skeleton rows={5} />
        ) : (
          <TroubleCard
            trouble={trouble}
            title={words.report.failed}
            how={words.report.failedHow}
            onAgain={() => void load()}
          />
        )}
      </Screen>
    );
  }
  return (
    <Screen title={report.point.name} line={`${report.point.code} · ${dayWords(report.date)}`} inner>
      <View className="card">
        <Pair name={words.report.by}>{report.officer}</Pair>
        <Pair name={words.report.filled}>{`${dayWords(dateOf(report.filledAt))} ${timeOf(report.filledAt)}`}</Pair>
        <Pair
          name={words.report.received}
        >{`${dayWords(dateOf(report.receivedAt))} ${timeOf(report.receivedAt)}`}</Pair>
        <Pair name={words.report.trust}>{`${report.trust.score} / 100`}</Pair>
        {report.trust.reasons.map((reason) => (
          <View key={reason.code} className="small">{`${reason.text}（${reason.points}）`}</View>
        ))}
      </View>
      <ExtraPhotos report={report} />
      <Group title={report.enterprise.name} />
      <View className="card flush">
        {report.answers.map(({ item, answer }, index) => (
          <AnswerRow
            key={item.code}
            number={overviewsOf(report).length + index + 1}
            item={item}
            answer={answer as Judged}
            photos={report.photos.filter((photo) => photo.itemCode === item.code)}
          />
        ))}
      </View>
    </Screen>
  );
}

function AnswerRow({
  number,
  item,
  answer,
  photos,
}: {
  number: number;
  item: Item;
  answer: Judged;
  photos: Report['photos'];
}) {
  const { value, note, reason } = answer;
  const bad = answer.state === 'abnormal';
  const said =
    typeof value === 'number'
      ? `${value} ${item.unit === '无量纲' ? '' : (item.unit ?? '')}`
      : Array.isArray(value)
        ? value.join('、')
        : item.type === 'choice'
          ? value
          : item.type === 'num'
            ? (item.absent?.zh ?? '')
            : '';
  return (
    <View className="item plain report-row">
      <Text className={`number ${bad ? 'bad' : ''}`}>{number}</Text>
      <View className="grow">
        <View className="item-title">
          <Text className="report-words">{item.zh}</Text>
          <State
            icon={bad ? 'abnormal' : answer.state === 'na' ? 'excused' : 'done'}
            tone={bad ? 'alert' : answer.state === 'na' ? 'rest' : 'brand'}
          >
            {said !== '' ? said : answer.state === 'na' ? words.fill.na : bad ? words.fill.abnormal : words.fill.normal}
          </State>
        </View>
        {bad && answer.severity !== undefined ? (
          <View className="small ink-alert">{`${words.fill.levels[answer.severity] ?? ''} · ${reason ?? ''}`}</View>
        ) : null}
        {note === undefined ? null : <View className="note">{note}</View>}
        <PhotoRow photos={photos} />
      </View>
    </View>
  );
}

/** Items without an answer of their own, the overview: they lead every checklist, and are counted there as here. */
export function overviewsOf({ answers, photos }: Pick<Report, 'answers' | 'photos'>): string[] {
  const answered = new Set(answers.map(({ item }) => item.code));
  return [...new Set(photos.map(({ itemCode }) => itemCode).filter((code) => !answered.has(code)))];
}

/** Photos of items without an answer of their own: the overview. */
function ExtraPhotos({ report }: { report: Report }) {
  return (
    <>
      {overviewsOf(report).map((code, index) => (
        <View key={code}>
          <Group title={words.fill.overview}>{words.sent.item(index + 1)}</Group>
          <View className="card">
            <PhotoRow photos={report.photos.filter((photo) => photo.itemCode === code)} />
          </View>
        </View>
      ))}
    </>
  );
}

function PhotoRow({ photos }: { photos: Report['photos'] }) {
  if (photos.length === 0) return null;
  const urls = photos.flatMap((photo) => (photo.url === null ? [] : [photo.url]));
  return (
    <View className="report-photos">
      {photos.map(({ sha256, url, state }) =>
        url === null ? (
          <View key={sha256} className="report-photo gone">
            {words.report.photoStates[state] ?? state}
          </View>
        ) : (
          <Tap
            key={sha256}
            className="report-photo"
            label={words.fill.photo}
            onTap={() => void Taro.previewImage({ current: url, urls })}
          >
            <Image
              className="thumb-image"
              src={url}
              mode="aspectFill"
              {...(process.env['TARO_ENV'] === 'h5' ? { nativeProps: { alt: words.fill.photo } } : {})}
            />
          </Tap>
        ),
      )}
    </View>
  );
}
