import { Image, Text, View } from '@tarojs/components';
import { useDidHide, useDidShow } from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, now, secondsOf, timeOf } from '../../../api/clock';
import type { CodeQueries, CodeToken, Deduction, HealthCode } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { open } from '../../../components/go';
import { Button, Group, Notice, Screen } from '../../../components/kit';
import type { Trouble } from '../../../offline/day';
import { mine } from '../mine';
import { words } from '../words';
import '../code.css';

const say = words.code;
const SECOND_MS = 1000;
/** A day as people say it: with its year when that is not this one. */
const onDay = (instant: string): string => {
  const date = dateOf(instant);
  const year = date.slice(0, 4);
  return year === dateOf(now()).slice(0, 4) ? dayWords(date) : `${year}年${dayWords(date)}`;
};
/** What a picture is called, where the platform has words for it. */
const alt: object = process.env['TARO_ENV'] === 'h5' ? { nativeProps: { alt: say.qr } } : {};

/** The enterprise's code, live; what it is made of, and what can be done about it. */
export default function CodePage() {
  return (
    <Fetched
      title={say.title}
      failed={say.failed}
      failedHow={say.failedHow}
      fetch={() => api.healthCode(mine())}
      kept="code"
    >
      {(code, _, trouble) => <Code code={code} trouble={trouble} />}
    </Fetched>
  );
}

function Code({ code, trouble }: { code: HealthCode; trouble: Trouble | undefined }) {
  const { enterprise } = code;
  return (
    <Screen title={say.title} line={enterprise.name} inner>
      <Plate code={code} trouble={trouble} />
      <Ahead code={code} />
      <CanDo code={code} />
      <Passing code={code} />
      <Sum code={code} />
      <Lookers enterpriseId={enterprise.id} />
    </Screen>
  );
}

/** The code in its colour. What moves on it cannot be on a screenshot. */
function Plate({ code, trouble }: { code: HealthCode; trouble: Trouble | undefined }) {
  const [token, setToken] = useState<CodeToken>();
  const [clock, setClock] = useState(secondsOf(now()));
  const shown = useRef(true);
  useDidShow(() => {
    shown.current = true;
  });
  useDidHide(() => {
    shown.current = false;
  });
  useEffect(() => {
    let left = 0;
    let asking = false;
    const ask = () => {
      asking = true;
      api
        .codeToken(code.enterprise.id)
        .then((fresh) => {
          left = fresh.validForS;
          setToken(fresh);
        })
        // The last picture would prove nothing any more.
        .catch(() => setToken(undefined))
        .finally(() => {
          asking = false;
        });
    };
    if (trouble === undefined) ask();
    const timer = setInterval(() => {
      if (!shown.current) return;
      setClock(secondsOf(now()));
      left -= 1;
      if (left <= 0 && !asking && trouble === undefined) ask();
    }, SECOND_MS);
    return () => clearInterval(timer);
  }, [code.enterprise.id, trouble]);
  const old = trouble !== undefined;
  return (
    <View className={`code-plate ${old ? 'old' : code.colour}`}>
      <View className="code-head">
        <View>
          <View className="code-name">{say.colours[code.colour]}</View>
          <View>{say.since(onDay(code.since))}</View>
        </View>
        <View>
          <Text className="code-score">{String(code.score)}</Text>
          <Text className="code-unit">{say.points}</Text>
        </View>
      </View>
      <View className="code-white">
        {old ? (
          <View className="code-small">{say.stale(`${dayWords(dateOf(code.at))} ${timeOf(code.at)}`)}</View>
        ) : token === undefined ? (
          <View className="code-small">{say.noQr}</View>
        ) : (
          <>
            <Image
              className="code-qr"
              mode="scaleToFill"
              src={`data:image/svg+xml;utf8,${encodeURIComponent(token.svg)}`}
              {...alt}
            />
            <View className="code-clock">{clock}</View>
            <View className="code-stripes" />
            <View className="code-small">{say.live}</View>
          </>
        )}
      </View>
    </View>
  );
}

/** What comes next, and what would bring it sooner. */
function Ahead({ code }: { code: HealthCode }) {
  const { outlook, colour, reached, waitsForCheck, vetoes } = code;
  const short = (name: HealthCode['colour']) => say.short[name];
  const { toBest } = outlook;
  const turn = outlook.path.find((step) => step.colour !== colour);
  const headline =
    toBest !== null && toBest.bestAt !== null && toBest.steps.length > 0
      ? toBest.colour === 'green'
        ? say.doNowSoon(toBest.steps.length, short('green'))
        : say.doNow(toBest.steps.length, onDay(toBest.bestAt), short('green'))
      : turn !== undefined
        ? say.waitTo(onDay(turn.at), short(turn.colour))
        : colour === 'green'
          ? say.best
          : say.stay;
  return (
    <>
      {waitsForCheck ? <Notice icon="pin">{say.needsCheck}</Notice> : null}
      {vetoes.map((veto) => (
        <Notice key={veto.key} icon="abnormal" tone="alert">
          {say.veto(veto.zh, onDay(veto.until))}
        </Notice>
      ))}
      <View className="card">
        <View className="head">{headline}</View>
        {colour === 'green' ? <View className="note">{say.bestHow}</View> : null}
        {reached === colour ? null : <View className="note">{say.from(short(colour), short(reached))}</View>}
      </View>
    </>
  );
}

/** Deductions that somebody can do something about today. */
function CanDo({ code }: { code: HealthCode }) {
  const rows = code.deductions.filter(({ remedies }) => remedies.includes('correct') || remedies.includes('repair'));
  if (rows.length === 0) return null;
  return (
    <>
      <Group title={say.canDo} />
      <View className="card flush">
        {rows.map((row) => (
          <Line key={row.key} row={row} enterpriseId={code.enterprise.id} />
        ))}
      </View>
    </>
  );
}

/** Deductions that go by themselves. */
function Passing({ code }: { code: HealthCode }) {
  const rows = code.deductions.filter(({ remedies }) => !remedies.includes('correct') && !remedies.includes('repair'));
  if (rows.length === 0) return null;
  const points = rows.reduce((sum, { counted }) => sum + counted, 0);
  return (
    <>
      <Group title={say.goes}>{say.sum(Math.round(points * 10) / 10)}</Group>
      <View className="card flush">
        {rows.map((row) => (
          <Line key={row.key} row={row} enterpriseId={code.enterprise.id} />
        ))}
      </View>
    </>
  );
}

function Line({ row, enterpriseId }: { row: Deduction; enterpriseId: string }) {
  const finding = row.rows.find(({ type }) => type === 'finding');
  const lines = [
    row.rows[0]?.text ?? '',
    row.restored ? say.restored : '',
    row.disputed ? say.disputed : '',
    row.expiresAt === null ? say.untilFixed : say.until(onDay(row.expiresAt)),
  ];
  const act = (kind: 'dispute' | 'repair') => open('codeAct', { kind, key: row.key, enterprise: enterpriseId });
  return (
    <View className="item plain middle">
      <Text className="code-minus">{say.minus(row.counted)}</Text>
      <View className="grow">
        <View>{row.zh}</View>
        <View className="small">{lines.filter(Boolean).join(' · ')}</View>
      </View>
      {row.remedies.includes('correct') && finding !== undefined ? (
        <Button small onTap={() => open('finding', { id: finding.id })}>
          {say.correct}
        </Button>
      ) : row.remedies.includes('repair') ? (
        <Button small onTap={() => act('repair')}>
          {say.repair}
        </Button>
      ) : row.remedies.includes('dispute') ? (
        <Button small kind="second" onTap={() => act('dispute')}>
          {say.dispute}
        </Button>
      ) : null}
    </View>
  );
}

/** How the score comes about, under which rules, and that honesty costs nothing. */
function Sum({ code }: { code: HealthCode }) {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  const lost = tenth(code.dimensions.reduce((sum, { counted }) => sum + counted, 0));
  const bonus = tenth(code.bonuses.reduce((sum, { points }) => sum + points, 0));
  const footnote = [
    say.honest,
    code.bonuses.length === 0 ? '' : say.bonus(code.bonuses.map(({ zh }) => zh).join('、')),
    say.ruleSet(code.ruleSet.name, timeOf(code.evaluatedAt)),
  ];
  return (
    <>
      <View className="card">
        <View className="pair">
          <Text>{lost === 0 && bonus === 0 ? say.none : say.total(lost, bonus)}</Text>
          <Text className="strong">{say.score(code.score)}</Text>
        </View>
      </View>
      <View className="small center">{footnote.join('')}</View>
    </>
  );
}

/** Who asked for the code; the agencies' questions are the enterprise's to know. */
function Lookers({ enterpriseId }: { enterpriseId: string }) {
  const [rows, setRows] = useState<CodeQueries['rows']>();
  useEffect(() => {
    api
      .codeQueries(enterpriseId)
      .then((answer) => setRows(answer.rows))
      .catch(() => undefined);
  }, [enterpriseId]);
  if (rows === undefined) return null;
  return (
    <>
      <Group title={say.lookers}>{rows.length === 0 ? '' : say.lookersHow}</Group>
      <View className="card flush">
        {rows.length === 0 ? <View className="item plain">{say.lookersNone}</View> : null}
        {rows.map((row) => (
          <View key={row.id} className="item plain middle">
            <Text className="grow">{row.name}</Text>
            <Text className="small">{`${dayWords(dateOf(row.at))} ${timeOf(row.at)}`}</Text>
          </View>
        ))}
      </View>
    </>
  );
}
